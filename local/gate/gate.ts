/**
 * The gate before the engines. Each function has credentials of its own, so each call is known to come from one function
 * and is judged by the role that the template gives it. The stack's own credentials, which pollers and tests use, may do
 * everything.
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
  /** Null when the call may pass. */
  denial(needsOf: NeedsOf, operation: string, body: string): Denial | null;
};

export type Gate = {
  readonly credentials: StartCredentials;
  /** Who calls with this access key id and session token; null when they are of no caller of this start. */
  callerOf(accessKeyId: string, sessionToken: string): Caller | null;
  /** Credentials for a function that may do what these statements allow. */
  admit(function_: string, statements: readonly Statement[]): StartCredentials;
};

const SILENT: GateEvents = { onDenied: () => {}, onUsed: () => {} };

/** A gate that nobody passes but with `credentials`, until functions are admitted. */
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

/** A call that cannot be judged needs what nobody has. */
function needsOrUnknown(needsOf: NeedsOf, operation: string, body: string): readonly Need[] {
  try {
    return needsOf(operation, JSON.parse(body));
  } catch {
    return [{ action: operation, resource: '*', context: {} }];
  }
}

/** Of one length, as `timingSafeEqual` needs it. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
