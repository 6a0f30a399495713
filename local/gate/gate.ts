/**
 * The gate in front of the engines. Each function has its own credentials, so the gate knows the function of each call
 * and checks it against the function's role in the template. The stack's own credentials, which pollers and tests use,
 * allow everything.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { newCredentials, type StartCredentials } from '../engines/start-credentials.ts';
import type { NeedsOf } from './needs.ts';
import { allowedBy, type Need, type Permission, type Statement } from './policy.ts';

/** A call that the role of the function does not allow. */
export type Denial = { readonly function: string; readonly action: string; readonly resource: string };

export type GateEvents = {
  onDenied(denial: Denial): void;
  /** A call has used this permission of the function's role. */
  onUsed(function_: string, permission: Permission): void;
};

export type Caller = {
  /** Null when the call is allowed. */
  denial(needsOf: NeedsOf, operation: string, body: string): Denial | null;
};

export type Gate = {
  readonly credentials: StartCredentials;
  /** The caller with this access key id and session token; null when there is none in this start. */
  callerOf(accessKeyId: string, sessionToken: string): Caller | null;
  /** Creates credentials for a function with the permissions of these statements. */
  admit(function_: string, statements: readonly Statement[]): StartCredentials;
};

const SILENT: GateEvents = { onDenied: () => {}, onUsed: () => {} };

/** A gate that accepts only `credentials` until functions are admitted. */
export function createGate(credentials: StartCredentials, events: GateEvents = SILENT): Gate {
  const callers = new Map<string, { readonly token: Buffer; readonly caller: Caller }>();
  callers.set(credentials.accessKeyId, { token: digest(credentials.sessionToken), caller: { denial: () => null } });
  return {
    credentials,
    callerOf(accessKeyId, sessionToken) {
      const known = callers.get(accessKeyId);
      return known !== undefined && timingSafeEqual(digest(sessionToken), known.token) ? known.caller : null;
    },
    admit(function_, statements) {
      const own = newCredentials(function_);
      callers.set(own.accessKeyId, {
        token: digest(own.sessionToken),
        caller: callerFor(function_, statements, events),
      });
      return own;
    },
  };
}

function callerFor(function_: string, statements: readonly Statement[], events: GateEvents): Caller {
  return {
    denial(needsOf, operation, body) {
      for (const need of needsOrUnknown(needsOf, operation, body)) {
        const used = allowedBy(statements, need);
        if (used === null) {
          const denial = { function: function_, action: need.action, resource: need.resource };
          events.onDenied(denial);
          return denial;
        }
        for (const permission of used) events.onUsed(function_, permission);
      }
      return null;
    },
  };
}

/** A call that cannot be evaluated needs a permission that no role has. */
function needsOrUnknown(needsOf: NeedsOf, operation: string, body: string): readonly Need[] {
  try {
    return needsOf(operation, JSON.parse(body));
  } catch {
    return [{ action: operation, resource: '*', context: {} }];
  }
}

/** Digests have the same length, which `timingSafeEqual` needs. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
