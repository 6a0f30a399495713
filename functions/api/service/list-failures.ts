import { FAILURE_CODES, FAILURES } from '../../domain/failure/catalogue.ts';
import { EXPLANATIONS } from '../../domain/failure/explanations.ts';
import { retryPolicy } from '../../domain/job/retry.ts';
import { endpoint } from '../../http/endpoint.ts';
import { listFailuresContract } from './contracts.ts';

/**
 * Lists all failure codes: what each means, who must act and how, and how it is retried. The same for every account.
 */
export const listFailures = () =>
  endpoint(listFailuresContract, async () => ({
    status: 200,
    data: FAILURE_CODES.map((code) => ({ code, ...FAILURES[code], ...EXPLANATIONS[code], ...retryPolicy(code) })),
  }));
