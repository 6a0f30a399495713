/**
 * Codes and refresh tokens, in memory: after a restart people sign in again. Only hashes are stored. A refresh token
 * can be used once. If a used token or a used code is presented again, all tokens of that sign-in end, because one of
 * its two holders must have stolen it (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AuthorizeRequest } from './authorize-request.ts';
import type { ClientId } from './clients.ts';
import type { Person } from './person.ts';

export const CODE_MS = 60_000;
export const REFRESH_MS = 12 * 3_600_000;
/** Maximum number; a new one replaces the oldest. */
const MAX_KEPT = 1_000;

export type Grant = { readonly clientId: ClientId; readonly person: Person; readonly signedInAt: number };
/** The person of a code or a refresh token, and the next refresh token. */
export type Redeemed = Grant & { readonly nonce: string | null; readonly refreshToken: string };

type Code = { readonly grant: Grant; readonly request: AuthorizeRequest; readonly at: number; family: string | null };
type Family = { readonly grant: Grant; current: string; at: number };

export type Grants = {
  /** A code for this request, valid once within a minute. `now` in ms. */
  code(request: AuthorizeRequest, person: Person, now: number): string;
  /** Null for a code that is unknown, used or expired, or that belongs to another client, address or verifier. */
  redeemCode(code: string, shown: ShownWithCode, now: number): Redeemed | null;
  /** Null for a token that is unknown, used or expired, or that belongs to another client. */
  refresh(token: string, clientId: string, now: number): Redeemed | null;
};
export type ShownWithCode = { readonly clientId: string; readonly redirectUri: string; readonly verifier: string };

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const randomText = (): string => randomBytes(24).toString('base64url');

/** Whether two texts are equal. The duration does not depend on the position of a difference. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
}

export function createGrants(): Grants {
  const codes = new Map<string, Code>();
  const families = new Map<string, Family>();

  function keep<Kept>(kept: Map<string, Kept>, key: string, value: Kept): void {
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, value);
  }

  /** The next token of a family; the current one counts as used from now on. */
  function rotated(id: string, grant: Grant, now: number): string {
    const secret = randomText();
    families.delete(id);
    keep(families, id, { grant, current: hashOf(secret), at: now });
    return `${id}.${secret}`;
  }

  return {
    code(request, person, now) {
      const code = randomText();
      const grant = { clientId: request.clientId, person, signedInAt: now };
      keep(codes, hashOf(code), { grant, request, at: now, family: null });
      return code;
    },

    redeemCode(shown, { clientId, redirectUri, verifier }, now) {
      const code = codes.get(hashOf(shown));
      if (code === undefined) return null;
      if (code.family !== null) {
        families.delete(code.family);
        return null;
      }
      // A wrong attempt also uses up the code, so that verifiers cannot be guessed one after the other.
      code.family = randomText();
      const { grant, request, at } = code;
      const fits =
        now - at < CODE_MS &&
        request.clientId === clientId &&
        request.redirectUri === redirectUri &&
        isSame(hashOf(verifier), request.challenge);
      if (!fits) return null;
      return { ...grant, nonce: request.nonce, refreshToken: rotated(code.family, grant, now) };
    },

    refresh(token, clientId, now) {
      const [id = '', secret = ''] = token.split('.');
      const family = families.get(id);
      if (family === undefined || family.grant.clientId !== clientId) return null;
      if (!isSame(hashOf(secret), family.current) || now - family.at >= REFRESH_MS) {
        families.delete(id);
        return null;
      }
      return { ...family.grant, nonce: null, refreshToken: rotated(id, family.grant, now) };
    },
  };
}
