import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/index.ts';
import { api } from './api.ts';

export type Role = Schemas['Me']['role'];

const ROLES: readonly Role[] = ['viewer', 'member', 'owner'];

/** Who the token is. The router reads it before any page. */
export const whoQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await api.service.me({ signal })).data,
});

export const useWho = (): Schemas['Me'] => useSuspenseQuery(whoQuery).data;

/**
 * Whether the person has at least this role. What each operation needs is in docs/roles.md; the service judges every
 * request all the same.
 */
export const useHasRole = (least: Role): boolean => ROLES.indexOf(useWho().role) >= ROLES.indexOf(least);
