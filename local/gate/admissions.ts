import type { StartCredentials } from '../engines/start-credentials.ts';
import type { Gate } from './gate.ts';
import { besideMappings, logNeeds, permitted } from './platform.ts';
import { type Need, permissionsOf, type Statement } from './policy.ts';
import type { PermissionRecord } from './record.ts';

/** Admits the functions of the template to the engines. */
export type Admissions = {
  /**
   * Creates credentials of this function, for the permissions of the role. Throws Complaint when the role may not write
   * the logs.
   */
  admit(function_: string, roleArn: string, logGroupArn: string): StartCredentials;
  /** Throws Complaint when the function's role lacks something that Lambda needs for a mapping. */
  permitMapping(function_: string, needs: readonly Need[]): void;
};

/** Gives each function access through the gate by its role, and records the permissions of the roles. */
export function admissions(
  gate: Gate,
  roles: ReadonlyMap<string, readonly Statement[]>,
  record: PermissionRecord,
): Admissions {
  const statementsOf = new Map<string, readonly Statement[]>();
  const use = (function_: string, needs: readonly Need[]): void => {
    for (const permission of permitted(function_, statementsOf.get(function_) ?? [], needs))
      record.onUsed(function_, permission);
  };
  return {
    admit(function_, roleArn, logGroupArn) {
      const statements = roles.get(roleArn.replace(/\.Arn$/, '')) ?? [];
      statementsOf.set(function_, statements);
      for (const permission of permissionsOf(statements)) record.onHeld(function_, permission);
      use(function_, logNeeds(logGroupArn));
      return gate.admit(function_, statements);
    },
    permitMapping(function_, needs) {
      use(function_, needs);
      for (const permission of besideMappings(needs)) record.onUsed(function_, permission);
    },
  };
}
