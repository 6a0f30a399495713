import { endpoint } from '../../http/endpoint.ts';
import { healthContract } from './contracts.ts';

/** Says that the function starts and answers; it asks nothing of the tables. */
export const health = () => endpoint(healthContract, async () => ({ status: 200, data: { status: 'ok' as const } }));
