import * as z from 'zod';

/** From the least to the most. */
export const ROLES = ['viewer', 'member', 'owner'] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Whether a role may do what needs at least the other one. */
export const isAtLeast = (own: Role, least: Role): boolean => ROLES.indexOf(own) >= ROLES.indexOf(least);
