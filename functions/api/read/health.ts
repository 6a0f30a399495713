import { endpoint, noBody, noParams, noQuery } from '../../runtime/http/endpoint.ts';

/** Says that the function starts and answers; it asks nothing of the tables. */
export const health = () =>
  endpoint({
    operation: 'health',
    params: noParams,
    query: noQuery,
    body: noBody,
    handle: async () => ({ status: 200, data: { status: 'ok' } }),
  });
