import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod';
import type { Role, Route } from '../../api/routes.ts';
import { accountId } from '../../domain/ids/ids.ts';
import { Problem } from './problem.ts';

const RANK: Record<Role, number> = { viewer: 0, member: 1, owner: 2 };
const roleSchema = z.enum(['viewer', 'member', 'owner']);
const uidSchema = z.string().min(1).max(200);

export type Identity = {
  readonly actor: { readonly uid: string; readonly role: Role };
  readonly accounts: readonly string[];
};

const NOBODY: Identity = { actor: { uid: '', role: 'viewer' }, accounts: [] };

/**
 * Who calls, from the claims the gateway has verified. Throws invalid_token when `acc`, `uid` or `role` are missing,
 * account_forbidden for a path account that is not the caller's, role_forbidden for too low a role.
 */
export function authorize(event: APIGatewayProxyEventV2WithJWTAuthorizer, route: Route): Identity {
  if (route.role === null) return NOBODY;
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  const role = roleSchema.safeParse(claims.role);
  const uid = uidSchema.safeParse(claims.uid);
  const accounts = accountsOf(claims.acc);
  if (!role.success || !uid.success || accounts.length === 0) throw new Problem('invalid_token');
  const pathAccount = event.pathParameters?.account_id;
  if (pathAccount !== undefined && !accounts.includes(pathAccount)) throw new Problem('account_forbidden');
  if (RANK[role.data] < RANK[route.role])
    throw new Problem('role_forbidden', { detail: `this needs the role ${route.role}` });
  return { actor: { uid: uid.data, role: role.data }, accounts };
}

/** One account, or a list, which HTTP API hands over as the string `[a b]`. */
function accountsOf(claim: unknown): readonly string[] {
  const text = typeof claim === 'string' ? claim : Array.isArray(claim) ? claim.join(' ') : '';
  return text
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/[\s,]+/)
    .filter((account) => accountId.safeParse(account).success);
}
