import * as z from 'zod';
import type { Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import { type Statement, statementsOf } from './policy.ts';

const trust = z.strictObject({
  AssumeRolePolicyDocument: z.strictObject({
    Version: z.literal('2012-10-17'),
    Statement: z.tuple([
      z.strictObject({
        Action: z.literal('sts:AssumeRole'),
        Effect: z.literal('Allow'),
        Principal: z.strictObject({ Service: z.literal('lambda.amazonaws.com') }),
      }),
    ]),
  }),
});
const policy = z.strictObject({
  PolicyDocument: z.unknown().transform((document, context) => {
    try {
      return statementsOf(document);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  }),
  Roles: z.tuple([z.string()]),
});

/**
 * The statements of each role, by the role's logical id, from resolved resources. Throws Complaint for a role that
 * Lambda may not assume, that has other policies than those of the template, or whose policy has an unsupported form.
 */
export function rolesOf(
  roles: readonly Resource[],
  policies: readonly Resource[],
): ReadonlyMap<string, readonly Statement[]> {
  const statements = new Map<string, Statement[]>();
  for (const role of roles) {
    hosted(role, trust);
    statements.set(role.id, []);
  }
  for (const each of policies) {
    const { PolicyDocument, Roles } = hosted(each, policy);
    statements.get(Roles[0])?.push(...PolicyDocument);
  }
  return statements;
}
