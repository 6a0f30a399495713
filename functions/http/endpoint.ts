import type * as z from 'zod';
import type { Contract, ReplyShape } from './contract.ts';
import type { Coverage } from './coverage.ts';
import { invalidFields, repeatable, repeatedInVain } from './invalid-fields.ts';
import { Problem } from './problem.ts';
import type { Operation, Role } from './routes.ts';

export type Preconditions = {
  readonly idempotencyKey: string | null;
  /** The version named by If-Match, null when the header is absent or `*`. */
  readonly ifMatch: number | null;
  /** How long the caller would wait for work to end, by `Prefer: wait`; 0: not at all. */
  readonly waitMs: number;
};

export type Caller = {
  readonly requestId: string;
  /** Wall time of the request, ms since the epoch. */
  readonly now: number;
  readonly path: string;
  /** Scheme and host that the caller reached us by. */
  readonly origin: string;
  readonly actor: { readonly uid: string; readonly role: Role };
  /**
   * Accounts the request reaches: the account in the path, or without one those of the token. Whatever belongs to another
   * one does not exist for this request.
   */
  readonly accounts: readonly string[];
  /** The account in the path; of a route without one the empty string, which is nobody's. */
  readonly accountId: string;
  readonly headers: Preconditions;
};

/** A request of one operation, its parts parsed by that operation's schemas. */
export type Request<Params, Query, Body> = Caller & {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
};

export type RawRequest = Caller & {
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly body: unknown;
};

export type Reply<Data = unknown> = {
  readonly status: 200 | 201 | 202 | 204;
  readonly data?: Data;
  readonly page?: { readonly limit: number; readonly next_cursor: string | null };
  readonly coverage?: Coverage;
  readonly facets?: unknown;
  /** `data` is the body itself. */
  readonly bare?: boolean;
  /** The wait that the caller preferred, ms, when it was applied; for Preference-Applied (RFC 7240, section 3). */
  readonly waitedMs?: number;
  /** Version of the resource, for ETag. */
  readonly etag?: number;
};

export type Endpoint = { readonly operation: Operation; run(request: RawRequest): Promise<Reply> };

/** One operation: its contract, and what happens when a request keeps to it. */
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
        ...repeatedInVain(raw.query, query),
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

/** Query text as the schema wants it: a list for a parameter that may repeat, else the first value. */
function parametersOf(query: RawRequest['query'], schema: z.ZodObject): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.create(null);
  for (const [name, values] of query) {
    parameters[name] = repeatable(schema, name) ? [...values] : values[0];
  }
  return parameters;
}
