/**
 * The session of the person. Tokens are only in the memory of this module: a reload goes to the issuer and comes back.
 * When a session ends while the page is open, the page keeps its content and its drafts, and the person signs in again
 * in a second window.
 */
import { type HeldTokens, heldTokens, type SessionState } from './held-tokens.ts';
import { type Issuer, newPending, readIssuer } from './issuer.ts';
import { keepPending, type PendingSignIn, takePending } from './pending-sign-in.ts';

const CHANNEL = 'sign-in';

let issuer: Issuer | null = null;
const listeners = new Set<() => void>();
const tokens: HeldTokens = heldTokens(
  async (held) => (await ownIssuer()).refresh(held),
  () => {
    for (const listener of listeners) listener();
  },
);

export const sessionState = (): SessionState => tokens.state;
export function subscribeToSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function ownIssuer(): Promise<Issuer> {
  issuer ??= await readIssuer(location.origin);
  return issuer;
}

/**
 * Starts the page: finishes a sign-in at `/callback`, or starts one. `signed-in`: show the page. `leaving`: the browser
 * goes to the issuer. `handed-over`: this window only passes an answer to the window that asked. Throws if the issuer
 * refuses or cannot be reached.
 */
export async function startSession(): Promise<'signed-in' | 'leaving' | 'handed-over'> {
  if (location.pathname !== '/callback') {
    await leaveToSignIn(location.pathname + location.search + location.hash, false);
    return 'leaving';
  }
  const callback = new URL(location.href);
  const pending = takePending();
  if (pending === null) {
    handOver(callback);
    return 'handed-over';
  }
  history.replaceState(null, '', pending.returnPath);
  tokens.hold(await (await ownIssuer()).redeem(callback, pending));
  return 'signed-in';
}

/** Sends the browser to the issuer, which sends it back to `returnPath`. */
export async function leaveToSignIn(returnPath: string, again: boolean): Promise<void> {
  const pending = newPending(returnPath);
  const address = await (await ownIssuer()).address(pending, again);
  keepPending(pending);
  location.assign(address);
}

/** Forgets the tokens. The issuer may still know the person, so the next sign-in asks them to sign in. */
export const signOut = (): void => tokens.forget();

/** See HeldTokens. */
export const accessToken = (refused: string | null): Promise<string> => tokens.access(refused);

/**
 * Signs in again in a second window, and leaves this page as it is. If another person signs in, the page is loaded
 * again.
 */
export async function signInAgain(): Promise<void> {
  const pending = newPending('/');
  const opened = window.open('about:blank', '_blank', 'popup,width=480,height=640');
  const own = await ownIssuer();
  const address = await own.address(pending, false);
  if (opened === null) throw new Error('The browser has blocked the window to sign in. Allow it, and try again.');
  const answer = answerTo(pending);
  opened.location.replace(address);
  const before = tokens.subject;
  const signedIn = await own.redeem(await answer, pending);
  if (before !== null && before !== signedIn.subject) return location.reload();
  tokens.hold(signedIn);
}

function answerTo({ state: expected }: PendingSignIn): Promise<URL> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const callback = new URL(`/callback${typeof data === 'string' ? data : ''}`, location.origin);
      if (callback.searchParams.get('state') !== expected) return;
      channel.close();
      resolve(callback);
    };
  });
}

/**
 * Passes the answer to the window that asked. Only pages of this origin receive it, and the code cannot be used without
 * the verifier of that window.
 */
function handOver(callback: URL): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(callback.search);
  channel.close();
  history.replaceState(null, '', '/callback');
  window.close();
}
