import { endpoint } from '../../http/endpoint.ts';
import { openapiContract } from '../service/contracts.ts';
import document from './openapi.json' with { type: 'json' };

/** Serves the API's own description, as generated from the contracts. */
export const openapi = () => endpoint(openapiContract, async () => ({ status: 200, data: document, bare: true }));
