import * as z from 'zod';
import type { Operation, Role } from '../../api/routes.ts';
import { invalidFields, repeatable, repeatedInVain } from './invalid-fields.ts';
import { Problem } from './problem.ts';

export type Preconditions = {
  readonly idempotencyKey: string | null;
  /** The version named by If-Match, null when the header is absent or `*`. */
  readonly ifMatch: number | null;
};

export type Caller = {
  readonly requestId: string;
  /** Wall time of the request, ms since the epoch. */
  readonly now: number;
  readonly path: string;
  readonly actor: { readonly uid: string; readonly role: Role };
  /** Accounts the token reaches. Whatever belongs to another one does not exist for this request. */
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

export type Reply = {
  readonly status: 200 | 201 | 202 | 204;
  readonly data?: unknown;
  readonly page?: { readonly limit: number; readonly next_cursor: string | null };
  /** Version of the resource, for ETag. */
  readonly etag?: number;
};

export type Endpoint = { readonly operation: Operation; run(request: RawRequest): Promise<Reply> };

const nothing = z.strictObject({});

/** One operation: the schemas of what comes in, and what happens then. An operation without a body schema takes none. */
export function endpoint<
  Params extends z.ZodType = typeof nothing,
  Query extends z.ZodObject = typeof nothing,
  Body extends z.ZodType = typeof nothing,
>(definition: {
  readonly operation: Operation;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  handle(request: Request<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Reply>;
}): Endpoint {
  return {
    operation: definition.operation,
    async run(raw) {
      const query = definition.query.safeParse(parametersOf(raw.query, definition.query));
      const body = definition.body.safeParse(raw.body);
      const errors = [
        ...repeatedInVain(raw.query, definition.query),
        ...(query.success ? [] : invalidFields(query.error.issues, 'query', definition.query)),
        ...(body.success ? [] : invalidFields(body.error.issues, 'body', definition.body)),
      ];
      if (!query.success || !body.success || errors.length > 0) throw new Problem('invalid_request', { errors });
      const params = definition.params.safeParse(raw.params);
      if (!params.success) throw new Problem('not_found');
      return definition.handle({ ...raw, params: params.data, query: query.data, body: body.data });
    },
  };
}

export const noQuery = nothing;
export const noBody = nothing;
export const noParams = nothing;

/** Query text as the schema wants it: a list for a parameter that may repeat, else the first value. */
function parametersOf(query: RawRequest['query'], schema: z.ZodObject): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.create(null);
  for (const [name, values] of query) {
    parameters[name] = repeatable(schema, name) ? [...values] : values[0];
  }
  return parameters;
}
