import { endpoint } from '../../http/endpoint.ts';
import { healthContract } from './contracts.ts';

/** Shows that the function starts and answers. It reads no table. */
export const health = () => endpoint(healthContract, async () => ({ status: 200, data: { status: 'ok' as const } }));
