/** What a command works with: the service, the account, the signal that ends it, and where results go. */
import { type Client, createClient } from '../client/index.ts';
import { type Given, LOCAL_ACCOUNT, requireProfile, type Settings, settingsOf } from './configuration/settings.ts';
import { Interrupted, Terminated, TimedOut, UsageError } from './errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { Output } from './output/output.ts';
import { type RawReply, rawRequest } from './raw-request.ts';
import { accessTokenOf } from './sign-in/access-token.ts';
import { claimsOf } from './sign-in/browser.ts';

/** How many times a request is sent at most. With the pauses between them this takes about four seconds. */
const TRIES = 5;

export type Session = {
  readonly client: Client;
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly settings: Settings;
  /** The account of the command. Throws UsageError if none is named and the token has several. */
  account(): Promise<string>;
  /** The claims of the access token. */
  claims(): Promise<ReadonlyMap<string, unknown>>;
  /**
   * Remembers a name and a value, which are shown if the command ends in an error, so that a script can continue the
   * work that was begun. Null removes the name.
   */
  remember(name: string, value: string | null): void;
  request(method: string, path: string, body?: unknown): Promise<RawReply>;
};

type Ends = { readonly signal: AbortSignal; readonly remember: Session['remember'] };

export function openSession(
  given: Given,
  out: Output,
  { signal, remember }: Ends,
  environment: NodeJS.ProcessEnv,
): Session {
  const settings = settingsOf(given, environment);
  const token = accessTokenOf(settings, signal);
  const claims = async (): Promise<ReadonlyMap<string, unknown>> => claimsOf(await token(null));
  return {
    client: createClient({ url: settings.api, token, tries: TRIES, signal }),
    out,
    signal,
    settings,
    claims,
    remember,
    request: (method, path, body) => rawRequest({ api: settings.api, token, method, path, body, signal }),
    async account() {
      requireProfile(settings);
      if (settings.account !== null) return settings.account;
      if (settings.token === null && settings.profile === null) return LOCAL_ACCOUNT;
      const acc = (await claims()).get('acc');
      if (typeof acc === 'string') return acc;
      const names = Array.isArray(acc) ? ` of ${acc.join(', ')}` : '';
      throw new UsageError(`Name the account${names} with --account or INBOXCTL_ACCOUNT.`);
    },
  };
}

/**
 * A signal that aborts at Ctrl-C or SIGTERM, or when the time is over. A second Ctrl-C or SIGTERM ends the process at
 * once.
 */
export function endSignal(timeoutMs: number | undefined): { readonly signal: AbortSignal; release(): void } {
  const end = new AbortController();
  const endBy = (error: Error) => (): void => {
    if (end.signal.aborted) process.exit(exitCodeOf(error));
    end.abort(error);
  };
  const interrupt = endBy(new Interrupted('interrupted'));
  const terminate = endBy(new Terminated('terminated'));
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', terminate);
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => end.abort(new TimedOut(`It took longer than ${timeoutMs / 1000} s`)), timeoutMs);
  return {
    signal: end.signal,
    release() {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', terminate);
    },
  };
}
