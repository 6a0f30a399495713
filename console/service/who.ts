import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/index.ts';
import { api } from './api.ts';

export type Role = Schemas['Me']['role'];

const ROLES: readonly Role[] = ['viewer', 'member', 'owner'];

/** The user, role and accounts of the token. The router reads them before any page. */
export const whoQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await api.service.me({ signal })).data,
});

export const useWho = (): Schemas['Me'] => useSuspenseQuery(whoQuery).data;

/**
 * Whether the person has at least this role. docs/roles.md lists the role for each operation. The service still checks
 * every request.
 */
export const useHasRole = (least: Role): boolean => ROLES.indexOf(useWho().role) >= ROLES.indexOf(least);
