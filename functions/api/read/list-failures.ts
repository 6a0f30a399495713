import { FAILURES } from '../../domain/failure/catalogue.ts';
import { endpoint, noBody, noParams, noQuery } from '../../runtime/http/endpoint.ts';

/** The error catalogue: what each code means, who must act and how. The same for every account. */
export const listFailures = () =>
  endpoint({
    operation: 'listFailures',
    params: noParams,
    query: noQuery,
    body: noBody,
    handle: async () => ({ status: 200, data: Object.entries(FAILURES).map(([code, entry]) => ({ code, ...entry })) }),
  });
