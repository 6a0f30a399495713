/**
 * Which service and account a command is for: options first, then the environment, then the profile, then the local
 * stack.
 */
import { NothingFound, UsageError } from '../errors.ts';
import { configurationFile, type Profile, readConfiguration } from './file.ts';

/** Where `npm start` serves the embedded stack, and its demo account. */
export const LOCAL_API = 'http://127.0.0.1:4000';
export const LOCAL_ACCOUNT = 'acc_demo';

/** The options and variables that the command line gives. */
export type Given = {
  readonly api?: string | undefined;
  readonly account?: string | undefined;
  readonly profile?: string | undefined;
};

export type Settings = {
  readonly api: string;
  readonly account: string | null;
  /** The API and the account that options and environment name, without the profile. */
  readonly asked: { readonly api: string | null; readonly account: string | null };
  /** The token of the environment. It is used instead of the profile's token. */
  readonly token: string | null;
  readonly profileName: string;
  /** The stored profile, if it is one of this API. */
  readonly profile: Profile | null;
  readonly file: string;
  readonly isLocal: boolean;
  /** The profile that is named does not exist, and nothing else says where the API is. */
  readonly isProfileMissing: boolean;
};

/** Throws UsageError for a broken address. */
export function settingsOf(given: Given, environment: NodeJS.ProcessEnv): Settings {
  const file = configurationFile(environment);
  const { current, profiles } = readConfiguration(file);
  const named = given.profile ?? nonEmpty(environment.INBOXCTL_PROFILE);
  const profileName = named ?? current;
  const stored = profiles[profileName] ?? null;
  const asked = given.api ?? nonEmpty(environment.INBOXCTL_API);
  const isProfileMissing = named !== undefined && stored === null && asked === undefined;
  const askedApi = asked === undefined ? null : apiAddress(asked);
  const api = askedApi ?? apiAddress(stored?.api ?? LOCAL_API);
  // A token must not reach another service than the one that it was made for.
  const profile = stored?.api === api ? stored : null;
  const isLocal = isLoopback(api);
  const askedAccount = given.account ?? nonEmpty(environment.INBOXCTL_ACCOUNT) ?? null;
  const account = askedAccount ?? profile?.account ?? null;
  const token = nonEmpty(environment.INBOXCTL_TOKEN) ?? null;
  const askedFor = { api: askedApi, account: askedAccount };
  return { api, account, asked: askedFor, token, profileName, profile, file, isLocal, isProfileMissing };
}

/** Throws NothingFound if the profile that is named does not exist. */
export function requireProfile({ isProfileMissing, profileName }: Settings): void {
  if (isProfileMissing) throw new NothingFound(`There is no profile ${profileName}. See: inboxctl profile list`);
}

/**
 * The address without a trailing `/` or `/api`. Throws UsageError if a token would go over the network in the clear.
 */
export function apiAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.username !== '' || url.password !== ''))
    throw new UsageError('The address of the API must have no user name and no password.');
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '')
    throw new UsageError(`${text} is no address of an API. It looks like ${LOCAL_API}.`);
  if (url.protocol === 'http:' && !isLoopback(url.href))
    throw new UsageError(`${text} is not encrypted. Only a service on this machine may be used without https.`);
  return url.href.replace(/\/+$/, '').replace(/\/api$/, '');
}

/** Whether an address is on this machine. */
export function isLoopback(address: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
