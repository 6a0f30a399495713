/**
 * The data that must be kept while the browser is at the issuer: PKCE verifier, state, nonce and the return path.
 * Nothing else is ever stored, and it is removed when it is read.
 */
export type PendingSignIn = {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnPath: string;
};

const KEY = 'sign-in';

export function keepPending(pending: PendingSignIn): void {
  sessionStorage.setItem(KEY, JSON.stringify(pending));
}

/** The pending sign-in, which is removed; null if this window has sent nobody to the issuer. */
export function takePending(): PendingSignIn | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text === null ? null : readPending(text);
}

export function readPending(text: string): PendingSignIn | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const of = (name: string): string => String(Object.entries(value).find(([key]) => key === name)?.[1] ?? '');
    const pending = { verifier: of('verifier'), state: of('state'), nonce: of('nonce') };
    return Object.values(pending).includes('') ? null : { ...pending, returnPath: ownPath(of('returnPath')) };
  } catch {
    return null;
  }
}

/**
 * The path, if it belongs to this origin. A path with two slashes or a backslash at its start would lead to another
 * origin.
 */
export const ownPath = (path: string): string =>
  /^\/(?![/\\])/.test(path) && !path.startsWith('/callback') ? path : '/';
