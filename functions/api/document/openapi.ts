import { endpoint } from '../../runtime/http/endpoint.ts';
import { openapiContract } from '../contracts/service.ts';
import document from './openapi.json' with { type: 'json' };

/** The API's own description, as it was generated from the contracts. */
export const openapi = () => endpoint(openapiContract, async () => ({ status: 200, data: document, bare: true }));
