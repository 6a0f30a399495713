/** The parameters and the reply of each operation, from the types of the API document. */
import type { OPERATIONS } from './operations.ts';
import type { components, operations } from './schema.ts';

export type OperationId = keyof typeof OPERATIONS & keyof operations;
export type Schemas = components['schemas'];

type PathOf<Id extends OperationId> = operations[Id] extends { parameters: { path: infer Path } } ? Path : unknown;
type QueryOf<Id extends OperationId> = operations[Id] extends { parameters: { query?: infer Query } }
  ? [Exclude<Query, undefined>] extends [never]
    ? unknown
    : Exclude<Query, undefined>
  : unknown;

type Json<Body> = { content: { 'application/json': Body } };
type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: Json<infer Body> }
  ? { readonly body: Body }
  : operations[Id] extends { requestBody?: Json<infer Body> }
    ? { readonly body?: Body }
    : unknown;

/** Options of one request, for every operation. */
export type RequestOptions = {
  /**
   * The version that the resource must still have (`etag` of an earlier reply). Otherwise the request fails with a
   * problem.
   */
  readonly ifMatch?: number;
  /** The `entityTag` of an earlier reply. If nothing has changed since, the promise rejects with NotModified. */
  readonly ifNoneMatch?: string;
  /** Identifies this command. By default the client makes a key, so that a repeated request is carried out once. */
  readonly idempotencyKey?: string;
  /** How long the reply may wait until the work ends, in seconds (`Prefer: wait`); at most 20. */
  readonly waitSeconds?: number;
  /** Ends the request and its retries. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
};

/** Parameters of path and query by name, the body as `body`, and the options of the request. */
export type Input<Id extends OperationId> = PathOf<Id> & QueryOf<Id> & BodyOf<Id> & RequestOptions;

type Success<Responses> = Responses[keyof Responses & (200 | 201 | 202)];
export type Content<Id extends OperationId> =
  Success<operations[Id]['responses']> extends Json<infer Body> ? Body : unknown;

/** The body of a reply, and the values of its headers. */
export type Reply<Id extends OperationId> = Content<Id> & {
  /** The version of the resource, for `ifMatch`; null where the reply has none. */
  readonly etag: number | null;
  /** The header `ETag` as it is, for `ifNoneMatch`; null where the reply has none. */
  readonly entityTag: string | null;
  /** The id of the request, as in the service's logs. */
  readonly requestId: string | null;
};

/** One entry of a list. */
export type Item<Id extends OperationId> = Content<Id> extends { data: readonly (infer Entry)[] } ? Entry : never;
