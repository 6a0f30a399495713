import type * as z from 'zod';
import type { Contract, ReplyShape } from './contract.ts';
import type { Coverage } from './coverage.ts';
import { invalidFields, repeatable, wronglyRepeated } from './invalid-fields.ts';
import { Problem } from './problem.ts';
import type { Operation, Role } from './routes.ts';

/** The headers that make a command conditional or repeatable. */
export type Preconditions = {
  readonly idempotencyKey: string | null;
  /** The version in If-Match; null when the header is absent or `*`. */
  readonly ifMatch: number | null;
  /** The header If-None-Match as it is; null when it is absent. */
  readonly ifNoneMatch: string | null;
  /** How long the caller wants to wait for the work to end, by `Prefer: wait`, ms; 0: not at all. */
  readonly waitMs: number;
};

/** The person who sends a request, and the accounts that the request may reach. */
export type Caller = {
  readonly requestId: string;
  /** Wall time of the request, ms since the epoch. */
  readonly now: number;
  readonly path: string;
  /** Scheme and host of the caller's request. */
  readonly origin: string;
  readonly actor: { readonly uid: string; readonly role: Role };
  /**
   * Accounts that the request may use: the account in the path, or without one those of the token. Resources of other
   * accounts are not found.
   */
  readonly accounts: readonly string[];
  /** The account in the path; the empty string for a route without one. */
  readonly accountId: string;
  readonly headers: Preconditions;
};

/** A request of one operation. Its parts are parsed by that operation's schemas. */
export type Request<Params, Query, Body> = Caller & {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
};

/** A request before its parts are validated. */
export type RawRequest = Caller & {
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly body: unknown;
};

/** The reply of an operation. */
export type Reply<Data = unknown> = {
  readonly status: 200 | 201 | 202 | 204 | 304;
  readonly data?: Data;
  readonly page?: { readonly limit: number; readonly next_cursor: string | null };
  readonly coverage?: Coverage;
  readonly facets?: unknown;
  /** The body is `data` itself. */
  readonly bare?: boolean;
  /** The applied wait, ms; for Preference-Applied (RFC 7240, section 3). */
  readonly waitedMs?: number;
  /** For the ETag header: the version of the resource, or a text that changes with the reply. */
  readonly etag?: number | string;
};

/** One operation, with the validation of its requests. */
export type Endpoint = { readonly operation: Operation; run(request: RawRequest): Promise<Reply> };

/**
 * One operation: its contract, and the handler of valid requests. `run` throws Problem invalid_request or not_found for
 * a request that does not match the contract, and the errors of the handler.
 */
export function endpoint<
  Params extends z.ZodType,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Replies extends readonly [ReplyShape, ...ReplyShape[]],
>(
  { operation, params, query, body }: Contract<Params, Query, Body, Replies>,
  handle: (
    request: Request<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<Reply<z.input<Replies[number]['data']>>>,
): Endpoint {
  return {
    operation,
    async run(raw) {
      const parameters = query.safeParse(parametersOf(raw.query, query), { reportInput: true });
      const content = body.safeParse(raw.body, { reportInput: true });
      const errors = [
        ...wronglyRepeated(raw.query, query),
        ...(parameters.success ? [] : invalidFields(parameters.error.issues, 'query', query)),
        ...(content.success ? [] : invalidFields(content.error.issues, 'body', body)),
      ];
      if (!parameters.success || !content.success || errors.length > 0)
        throw new Problem('invalid_request', { errors });
      const ids = params.safeParse(raw.params);
      if (!ids.success) throw new Problem('not_found');
      const accounts = raw.accountId === '' ? raw.accounts : raw.accounts.filter((id) => id === raw.accountId);
      return handle({ ...raw, accounts, params: ids.data, query: parameters.data, body: content.data });
    },
  };
}

/**
 * Query parameters as the schema expects them: a list for a parameter that may be repeated, otherwise the first value.
 */
function parametersOf(query: RawRequest['query'], schema: z.ZodObject): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.create(null);
  for (const [name, values] of query) {
    parameters[name] = repeatable(schema, name) ? [...values] : values[0];
  }
  return parameters;
}
