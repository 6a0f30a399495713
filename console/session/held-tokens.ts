/** The tokens of the page: when they are renewed, and when the session has ended. Nothing else keeps tokens. */
import * as oauth from 'oauth4webapi';
import { ConnectionLost } from '../../client/index.ts';
import { SignInNeeded } from './sign-in-needed.ts';
import type { Tokens } from './tokens.ts';

export type SessionState = 'signed-in' | 'expired' | 'signed-out';

/** Tokens are renewed this long before they end, so that no request carries one that ends on its way. */
const EARLY_MS = 30_000;

export type HeldTokens = {
  readonly state: SessionState;
  /** Whom the tokens are of; null: there are none. */
  readonly subject: string | null;
  hold(tokens: Tokens): void;
  forget(): void;
  /**
   * The access token. `refused`: the one that the service did not take, so another is needed. Throws SignInNeeded when the
   * session has ended, and ConnectionLost when the issuer does not say whether it has.
   */
  access(refused: string | null): Promise<string>;
};

/** `refresh`: asks the issuer for new tokens. `changed`: called after each change of the state. */
export function heldTokens(refresh: (tokens: Tokens) => Promise<Tokens>, changed: () => void): HeldTokens {
  let held: Tokens | null = null;
  let state: SessionState = 'signed-out';
  let renewal: Promise<Tokens> | null = null;

  function change(next: SessionState): void {
    if (state === next) return;
    state = next;
    changed();
  }

  /** One renewal at a time: refresh tokens work once. */
  async function renew(before: Tokens): Promise<Tokens> {
    renewal ??= refresh(before).finally(() => {
      renewal = null;
    });
    try {
      const renewed = await renewal;
      if (held === before) held = renewed;
      return renewed;
    } catch (error) {
      // Meanwhile the person has signed in again.
      if (held !== null && held !== before) return held;
      if (!endsSession(error))
        throw new ConnectionLost('The session could not be renewed: the sign-in server does not answer as it should.');
      if (held !== null) change('expired');
      throw new SignInNeeded('The session has ended. Sign in again; what you have entered is kept.');
    }
  }

  return {
    get state() {
      return state;
    },
    get subject() {
      return held?.subject ?? null;
    },
    hold(tokens) {
      held = tokens;
      change('signed-in');
    },
    forget() {
      held = null;
      change('signed-out');
    },
    async access(refused) {
      if (held === null || state === 'expired') throw new SignInNeeded('Sign in to go on.');
      const isGood = held.access !== refused && held.expiresAt - EARLY_MS > Date.now();
      return isGood ? held.access : (await renew(held)).access;
    },
  };
}

/** Only a refused refresh token ends the session (RFC 6749, section 5.2). After any other failure it is asked again. */
function endsSession(error: unknown): boolean {
  return error instanceof SignInNeeded || (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant');
}
