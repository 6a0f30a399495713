/**
 * How to log in with a credential now. A password is at hand; of OAuth the access token of the last refresh is used
 * while it is good for a while, and else refreshed, by one at a time: a provider may make each refresh token good for
 * one use, and a second refresh side by side would lose the credential. So a refresh holds a lease, and a rotated
 * refresh token is stored before its access token is used.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { OAuthSecret } from '../domain/credential/secret.ts';
import type { FailureCode } from '../domain/failure/catalogue.ts';
import type { CredentialVault, OpenedCredential } from '../ports/credential-vault.ts';
import type { Ids } from '../ports/ids.ts';
import { MailboxFailure } from '../ports/mailbox.ts';
import type { Slots } from '../ports/slots.ts';
import type { TokenEndpoint } from '../ports/token-endpoint.ts';
import { VaultError } from '../ports/vault.ts';
import { connectionSettings, type LoginSettings } from './connection-settings.ts';

/** A token that ends sooner than a worker may use it is as good as none. */
const LEAST_LEFT_MS = 300_000;
const LEASE_MS = 20_000;
/** What a refresh takes at most: the deadline of the token endpoint. */
const REFRESH_MS = 10_000;
const PATIENCE_MS = LEASE_MS + REFRESH_MS;
const LOOK_MS = 250;

export type LoginPorts = {
  readonly vault: Pick<CredentialVault, 'opened' | 'replaceTokens'>;
  readonly slots: Slots;
  readonly tokens: TokenEndpoint;
  readonly ids: Pick<Ids, 'token'>;
  now(): number;
};

/**
 * Connection settings of the credential, null when it is gone. `refused`: an access token that the mail server did not
 * take, so that another one is asked for. `until`: when the login must be at hand, ms. Throws MailboxFailure when no
 * token is to be had by then, and when the stored fields are not what the secret was sealed with.
 */
export async function connectionOf(
  credentialId: string,
  ports: LoginPorts,
  refused: string | null = null,
  until: number = ports.now() + PATIENCE_MS,
): Promise<LoginSettings | null> {
  try {
    const opened = await usable(credentialId, ports, refused, until);
    return opened === null ? null : connectionSettings(opened.connection, opened.secret);
  } catch (error) {
    if (error instanceof VaultError) throw failed('credential_altered', 'The stored fields do not open the secret.');
    throw error;
  }
}

async function usable(
  id: string,
  ports: LoginPorts,
  refused: string | null,
  until: number,
): Promise<OpenedCredential | null> {
  for (;;) {
    const opened = await ports.vault.opened(id);
    if (opened === null || toRefresh(opened, refused, ports.now()) === null) return opened;
    const now = ports.now();
    // One that is under way must not be broken off: its answer may hold the only refresh token that is still good.
    if (now + REFRESH_MS > until) throw failed('provider_timeout', 'No access token was to be had in time.');
    const lease = await ports.slots.take(`oauth#${id}`, ports.ids.token(), 1, now, now + LEASE_MS);
    if (lease === null) {
      await pause(LOOK_MS);
      continue;
    }
    try {
      const fresh = await refreshed(id, ports, refused);
      if (fresh !== 'replaced') return fresh;
    } finally {
      await ports.slots.release(lease);
    }
  }
}

/** Under the lease: whoever held it before may have refreshed already. `replaced`: the credential was rotated meanwhile. */
async function refreshed(
  id: string,
  ports: LoginPorts,
  refused: string | null,
): Promise<OpenedCredential | null | 'replaced'> {
  const opened = await ports.vault.opened(id);
  const old = opened === null ? null : toRefresh(opened, refused, ports.now());
  if (old === null) return opened;
  const { secret } = old;
  const refresh = async (): Promise<OAuthSecret> => {
    const tokens = await ports.tokens.refresh(secret);
    return {
      ...secret,
      refresh_token: tokens.refreshToken ?? secret.refresh_token,
      access_token: tokens.accessToken,
      access_until: ports.now() + tokens.expiresIn * 1000,
    };
  };
  try {
    const fresh = await ports.vault.replaceTokens(old, refresh);
    return fresh === null ? 'replaced' : { ...old, secret: fresh };
  } catch (error) {
    // Consent that is given again may end the old one before the refresh gets there.
    if (JSON.stringify((await ports.vault.opened(id))?.secret) === JSON.stringify(secret)) throw error;
    return 'replaced';
  }
}

/** The credential when its access token is to be refreshed; null when there is none, or a good one. */
function toRefresh(
  { connection, secret }: OpenedCredential,
  refused: string | null,
  now: number,
): OpenedCredential<OAuthSecret> | null {
  if ('password' in secret) return null;
  const { access_token: token, access_until: until } = secret;
  const isGood = token !== null && token !== refused && until - now > LEAST_LEFT_MS;
  return isGood ? null : { connection, secret };
}

function failed(code: FailureCode, detail: string): MailboxFailure {
  return new MailboxFailure({ code, detail, retryAfterMs: null, outcomeUnknown: false });
}
