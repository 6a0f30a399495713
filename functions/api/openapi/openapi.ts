import { endpoint } from '../../http/endpoint.ts';
import { openapiContract } from '../service/contracts.ts';
import document from './openapi.json' with { type: 'json' };

/** The API's own description, as it was generated from the contracts. */
export const openapi = () => endpoint(openapiContract, async () => ({ status: 200, data: document, bare: true }));
