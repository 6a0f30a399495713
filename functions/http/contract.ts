import * as z from 'zod';
import type { ProblemCode } from '../domain/problem/catalogue.ts';
import type { Operation } from './routes.ts';

/** One kind of success: what its `data` holds, and whether it is a page of a list. */
export type ReplyShape<Data extends z.ZodType = z.ZodType> = {
  readonly status: 200 | 201 | 202 | 204;
  readonly data: Data;
  /** `page`: with `page`; `search`: with `page` and `coverage`. */
  readonly list?: 'page' | 'search';
  /** What `facets` holds, beside a search's page: null on a page that was not asked for them. */
  readonly facets?: z.ZodType;
  /** Not wrapped in `data`: the body is the thing itself. */
  readonly bare?: boolean;
  /** Carries the resource's version. */
  readonly etag?: boolean;
};

/**
 * Everything a caller must know of one operation, and nothing of how it is done: the one source of what is validated,
 * of the handler's types and of the OpenAPI document. Method, path and role are its route's.
 */
export type Contract<
  Params extends z.ZodType,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Replies extends readonly [ReplyShape, ...ReplyShape[]],
> = {
  readonly operation: Operation;
  /** A sentence. */
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  /** `noBody`: the operation takes none. */
  readonly body: Body;
  readonly replies: Replies;
  /** Refusals besides those that its kind has anyway: of authorization, of input, of a cursor, of a path's id. */
  readonly problems: readonly ProblemCode[];
  /** Honours If-Match. */
  readonly ifMatch?: boolean;
  /** Writes nothing: a repeated request is done again, and an Idempotency-Key says nothing. */
  readonly storesNothing?: boolean;
  /** Honours `Prefer: wait=<seconds>` (RFC 7240, section 4.3). */
  readonly prefersWait?: boolean;
  /** A body that is accepted, for the document. */
  readonly example?: unknown;
};

export type AnyContract = Contract<z.ZodType, z.ZodObject, z.ZodType, readonly [ReplyShape, ...ReplyShape[]]>;

export const contract = <
  Params extends z.ZodType,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  const Replies extends readonly [ReplyShape, ...ReplyShape[]],
>(
  definition: Contract<Params, Query, Body, Replies>,
): Contract<Params, Query, Body, Replies> => definition;

export const noParams = z.strictObject({});
export const noQuery = z.strictObject({});
export const noBody = z.strictObject({});
