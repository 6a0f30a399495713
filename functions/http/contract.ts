import * as z from 'zod';
import type { ProblemCode } from '../domain/problem/catalogue.ts';
import type { Operation } from './routes.ts';

/** One kind of successful reply: the schema of its `data`, and whether it is a page of a list. */
export type ReplyShape<Data extends z.ZodType = z.ZodType> = {
  readonly status: 200 | 201 | 202 | 204;
  readonly data: Data;
  /** `page`: the reply has `page`; `search`: it has `page` and `coverage`. */
  readonly list?: 'page' | 'search';
  /** Schema of `facets`, beside a search's page; null on a page that did not ask for them. */
  readonly facets?: z.ZodType;
  /** The body is the resource itself, without `data`. */
  readonly bare?: boolean;
  /** The reply has an ETag header with the resource's version. */
  readonly etag?: boolean;
};

/**
 * Everything that a caller must know about one operation. The validation, the handler's types and the OpenAPI document
 * are made from it. Method, path and role are part of its route.
 */
export type Contract<
  Params extends z.ZodType,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Replies extends readonly [ReplyShape, ...ReplyShape[]],
> = {
  readonly operation: Operation;
  /** One sentence. */
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  /** `noBody`: the operation takes no body. */
  readonly body: Body;
  readonly replies: Replies;
  /** Refusals in addition to those that every such operation can have: authorization, input, cursor, id in the path. */
  readonly problems: readonly ProblemCode[];
  /** Supports If-Match. */
  readonly ifMatch?: boolean;
  /** Supports If-None-Match: 304 when the caller has this reply already (RFC 9110, section 15.4.5). */
  readonly ifNoneMatch?: boolean;
  /** The operation writes nothing: a repeated request runs again, and an Idempotency-Key is ignored. */
  readonly storesNothing?: boolean;
  /** Supports `Prefer: wait=<seconds>` (RFC 7240, section 4.3). */
  readonly prefersWait?: boolean;
  /** A valid body, for the OpenAPI document. */
  readonly example?: unknown;
};

/** A contract of any operation. */
export type AnyContract = Contract<z.ZodType, z.ZodObject, z.ZodType, readonly [ReplyShape, ...ReplyShape[]]>;

/** Returns the contract unchanged; it only infers the types of its schemas. */
export const contract = <
  Params extends z.ZodType,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  const Replies extends readonly [ReplyShape, ...ReplyShape[]],
>(
  definition: Contract<Params, Query, Body, Replies>,
): Contract<Params, Query, Body, Replies> => definition;

/** For operations without path parameters. */
export const noParams = z.strictObject({});

/** For operations without query parameters. */
export const noQuery = z.strictObject({});

/** For operations without a body. */
export const noBody = z.strictObject({});
