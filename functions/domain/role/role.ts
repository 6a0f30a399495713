import * as z from 'zod';

/** In ascending order of rights. */
export const ROLES = ['viewer', 'member', 'owner'] as const;

/** The claim `role` of a token. */
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Whether a role is equal to the required one or higher. */
export const isAtLeast = (own: Role, least: Role): boolean => ROLES.indexOf(own) >= ROLES.indexOf(least);
