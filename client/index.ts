export { type Client, createClient, type ListMethod, type Method } from './client.ts';
export {
  ApiProblem,
  ConnectionLost,
  NotModified,
  type ProblemBody,
  type ProblemCode,
  UnexpectedReply,
  WaitTimedOut,
} from './problem.ts';
export { isSameFilter } from './same-filter.ts';
export type { ClientSettings } from './transport.ts';
export type { Input, Item, OperationId, Reply, RequestOptions, Schemas } from './types.ts';
export type { WaitOptions } from './waits.ts';
