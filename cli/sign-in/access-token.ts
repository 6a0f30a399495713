/** The access token of a command: of the environment, of the profile (renewed when it ends), or of the local stack. */
import { putProfile, readConfiguration } from '../configuration/file.ts';
import { LOCAL_ACCOUNT, type Settings } from '../configuration/settings.ts';
import { SignInNeeded } from '../errors.ts';
import { endOf, requestTokens } from './token-endpoint.ts';

/** A token is renewed so long before it ends. */
const EARLY_MS = 30_000;

/** A function as the client wants it: called with the token that was refused, it gives another one or throws SignInNeeded. */
export function accessTokenOf(settings: Settings, signal: AbortSignal): (refused: string | null) => Promise<string> {
  let known: string | null = settings.token;
  return async (refused) => {
    if (known !== null && refused === null) return known;
    if (settings.token !== null) throw new SignInNeeded('The token of INBOXCTL_TOKEN was refused');
    known =
      settings.profile === null
        ? await localToken(settings, refused, signal)
        : await profileToken(settings, refused, signal);
    return known;
  };
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

/** What the local issuer is asked for: the owner of one account. */
export function localForm(account: string | null): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    account_id: account ?? LOCAL_ACCOUNT,
    role: 'owner',
    uid: 'inboxctl',
  });
}

async function profileToken(
  { file, profileName }: Settings,
  refused: string | null,
  signal: AbortSignal,
): Promise<string> {
  // Another process may have renewed it meanwhile.
  const profile = readConfiguration(file).profiles[profileName];
  const ended = new SignInNeeded(`The sign-in of the profile ${profileName} has ended`);
  if (profile?.access_token == null) throw ended;
  const isFresh = profile.expires_at === null || Date.parse(profile.expires_at) - EARLY_MS > Date.now();
  if (isFresh && profile.access_token !== refused) return profile.access_token;
  const { refresh_token: refresh, token_endpoint: endpoint, client_id: client } = profile;
  if (refresh === null || endpoint === null) throw ended;
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh, client_id: client ?? '' });
  const tokens = await requestTokens(endpoint, form, signal);
  putProfile(file, profileName, {
    ...profile,
    access_token: tokens.access_token,
    expires_at: endOf(tokens),
    refresh_token: tokens.refresh_token ?? refresh,
  });
  return tokens.access_token;
}
