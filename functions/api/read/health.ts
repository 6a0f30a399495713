import { endpoint } from '../../runtime/http/endpoint.ts';
import { healthContract } from '../contracts/service.ts';

/** Says that the function starts and answers; it asks nothing of the tables. */
export const health = () => endpoint(healthContract, async () => ({ status: 200, data: { status: 'ok' as const } }));
