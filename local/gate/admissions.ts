import type { StartCredentials } from '../engines/start-credentials.ts';
import type { Gate } from './gate.ts';
import { besideMappings, logNeeds, permitted } from './platform.ts';
import { type Need, permissionsOf, type Statement } from './policy.ts';
import type { PermissionRecord } from './record.ts';

export type Admissions = {
  /** Credentials of this function, for what the role allows. Throws Complaint when its logs cannot be written. */
  admit(function_: string, roleArn: string, logGroupArn: string): StartCredentials;
  /** Throws Complaint when the function's role lacks something that Lambda needs for a mapping. */
  permitMapping(function_: string, needs: readonly Need[]): void;
};

/** Lets the functions pass the gate, each by its role, and records what their roles hold. */
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
