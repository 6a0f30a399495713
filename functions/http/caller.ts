import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod';
import { accountId } from '../domain/ids/ids.ts';
import { isAtLeast, type Role, role as roleSchema } from '../domain/role/role.ts';
import { Problem } from './problem.ts';
import type { Route } from './routes.ts';

/**
 * A name without control characters. The gateway turns a claim of another type (a list, an object, a boolean, null)
 * into text. Such a text is refused: different callers could have the same one.
 */
const uidSchema = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\s]([^\p{Cc}]*[^\p{Cc}\s])?$/u)
  .refine((uid) => !/^(\[.*\]|\{.*\}|map\[.*\]|<nil>|null|true|false)$/.test(uid));

/** The person of a token: the accounts, the user id and the role. */
export type Identity = {
  readonly actor: { readonly uid: string; readonly role: Role };
  readonly accounts: readonly string[];
};

const NOBODY: Identity = { actor: { uid: '', role: 'viewer' }, accounts: [] };

/**
 * The caller, from the claims that the gateway verified. Throws Problem invalid_token when `acc`, `uid` or `role` is
 * missing or malformed, or when it is an ID token, which proves a sign-in and gives no access (OpenID Connect Core,
 * section 2; its audience is a client, as that of some access tokens is); account_forbidden when the account in the
 * path is not one of the caller's; role_forbidden when the role is too low.
 */
export function authorize(event: APIGatewayProxyEventV2WithJWTAuthorizer, route: Route): Identity {
  if (route.role === null) return NOBODY;
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  if (isIdToken(claims)) throw new Problem('invalid_token');
  const role = roleSchema.safeParse(claims.role);
  const uid = uidSchema.safeParse(claims.uid);
  const accounts = accountsOf(claims.acc);
  if (!role.success || !uid.success || accounts === null) throw new Problem('invalid_token');
  const pathAccount = event.pathParameters?.account_id;
  if (pathAccount !== undefined && !accounts.includes(pathAccount)) throw new Problem('account_forbidden');
  if (!isAtLeast(role.data, route.role))
    throw new Problem('role_forbidden', {
      detail: `this needs the role ${route.role}: it is the least role that may call ${route.operation}`,
    });
  return { actor: { uid: uid.data, role: role.data }, accounts };
}

/** Amazon Cognito names the use of a token in `token_use`; only ID tokens have `nonce` or `at_hash`. */
const isIdToken = (claims: Readonly<Record<string, unknown>>): boolean =>
  claims.token_use === 'id' || claims.nonce !== undefined || claims.at_hash !== undefined;

/** The accounts that the token names; an empty list when the claim is malformed. */
export const accountsOfToken = (event: APIGatewayProxyEventV2WithJWTAuthorizer): readonly string[] =>
  accountsOf(event.requestContext.authorizer?.jwt?.claims?.acc) ?? [];

const accountIds = z.array(accountId).min(1);

/**
 * One account, or a list, which an HTTP API passes as the text `[a b]`; only that form is split. Null when any part is
 * not an account id: the whole token is refused instead of using only a part of it.
 */
function accountsOf(claim: unknown): readonly string[] | null {
  const list = typeof claim === 'string' ? (/^\[(.*)\]$/s.exec(claim)?.[1]?.split(' ') ?? [claim]) : claim;
  return accountIds.safeParse(list).data ?? null;
}
