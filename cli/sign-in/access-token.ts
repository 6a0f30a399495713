/** The access token of a command: of the environment, of the profile (renewed when it ends), or of the local stack. */
import { type Profile, readConfiguration, withProfile, writeConfiguration } from '../configuration/file.ts';
import { withLock } from '../configuration/lock.ts';
import { LOCAL_ACCOUNT, requireProfile, type Settings } from '../configuration/settings.ts';
import { SignInNeeded } from '../errors.ts';
import { endOf, requestTokens } from './token-endpoint.ts';

/** A token is renewed this long before it ends. */
const EARLY_MS = 30_000;
const REFRESH_MS = 10_000;

/**
 * Returns a function for the client. The client calls it with the token that was refused, if there is one; it returns a
 * token or throws SignInNeeded.
 */
export function accessTokenOf(settings: Settings, signal: AbortSignal): (refused: string | null) => Promise<string> {
  let known: string | null = settings.token;
  return async (refused) => {
    requireProfile(settings);
    if (known !== null && refused === null) return known;
    if (settings.token !== null) throw new SignInNeeded('The token of INBOXCTL_TOKEN was refused');
    known = needsSignIn(settings) ? await profileToken(settings, refused) : await localToken(settings, refused, signal);
    return known;
  };
}

/** A profile of the local stack that only names an account, and was never signed in, needs no sign-in. */
function needsSignIn({ profile, isLocal }: Settings): boolean {
  return profile !== null && (profile.token_endpoint !== null || profile.access_token !== null || !isLocal);
}

async function localToken(
  { api, account, isLocal }: Settings,
  refused: string | null,
  signal: AbortSignal,
): Promise<string> {
  if (!isLocal) throw new SignInNeeded(`You are not signed in to ${api}`);
  if (refused !== null) throw new SignInNeeded(`The token of ${api} was refused`);
  const { access_token: token } = await requestTokens(`${api}/_local/oidc/token`, localForm(account), signal);
  return token;
}

/** The request to the local issuer: a token for the owner of one account. */
export function localForm(account: string | null): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    account_id: account ?? LOCAL_ACCOUNT,
    role: 'owner',
    uid: 'inboxctl',
  });
}

/** The stored token, renewed if it ends or was refused. */
async function profileToken({ file, profileName: name }: Settings, refused: string | null): Promise<string> {
  const isFresh = ({ access_token: token, expires_at: end }: Profile, early: number): boolean =>
    token !== refused && (end === null || Date.parse(end) - early > Date.now());
  const before = signedIn(readConfiguration(file).profiles[name], name);
  if (isFresh(before, EARLY_MS)) return before.access_token;
  // A refresh token can be used once: one process renews it, and the others read the new token from the file.
  return withLock(file, async () => {
    const now = readConfiguration(file);
    const profile = signedIn(now.profiles[name], name);
    if (profile.access_token !== before.access_token && isFresh(profile, 0)) return profile.access_token;
    const { refresh_token: refresh, token_endpoint: endpoint, client_id: client } = profile;
    if (refresh === null || endpoint === null) throw endedSignIn(name);
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh, client_id: client ?? '' });
    // The signal of the command is not used: the answer must be kept, because the old refresh token cannot be used
    // again.
    const tokens = await requestTokens(endpoint, form, AbortSignal.timeout(REFRESH_MS));
    const renewed = {
      ...profile,
      access_token: tokens.access_token,
      expires_at: endOf(tokens),
      refresh_token: tokens.refresh_token ?? refresh,
    };
    writeConfiguration(file, withProfile(now, name, renewed));
    return tokens.access_token;
  });
}

function signedIn(profile: Profile | undefined, name: string): Profile & { readonly access_token: string } {
  if (profile?.access_token == null) throw endedSignIn(name);
  return { ...profile, access_token: profile.access_token };
}

const endedSignIn = (name: string): SignInNeeded => new SignInNeeded(`The sign-in of the profile ${name} has ended`);
