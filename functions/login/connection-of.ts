/**
 * How to log in with a credential now. A password is at hand; of OAuth the access token of the last refresh is used
 * while it is good for a while, and else refreshed, by one at a time: a provider may make each refresh token good for
 * one use, and a second refresh side by side would lose the credential. So a refresh holds a lease, and a rotated
 * refresh token is stored before its access token is used.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { OAuthSecret, StoredSecret } from '../domain/credential/secret.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';
import type { Ids } from '../ports/ids.ts';
import { MailboxFailure } from '../ports/mailbox.ts';
import type { Slots } from '../ports/slots.ts';
import type { TokenEndpoint } from '../ports/token-endpoint.ts';
import { connectionSettings, type LoginSettings } from './connection-settings.ts';

/** A token that ends sooner than a worker may use it is as good as none. */
const LEAST_LEFT_MS = 300_000;
const LEASE_MS = 20_000;
/** What a refresh takes at most: the deadline of the token endpoint. */
const REFRESH_MS = 10_000;
const PATIENCE_MS = LEASE_MS + REFRESH_MS;
const LOOK_MS = 250;

export type LoginPorts = {
  readonly vault: Pick<CredentialVault, 'connections' | 'secret' | 'replaceTokens'>;
  readonly slots: Slots;
  readonly tokens: TokenEndpoint;
  readonly ids: Pick<Ids, 'token'>;
  now(): number;
};

/**
 * Connection settings of the credential, null when it is gone. `refused`: an access token that the mail server did not
 * take, so that another one is asked for. `until`: when the login must be at hand, ms. Throws MailboxFailure when no
 * token is to be had by then.
 */
export async function connectionOf(
  credentialId: string,
  ports: LoginPorts,
  refused: string | null = null,
  until: number = ports.now() + PATIENCE_MS,
): Promise<LoginSettings | null> {
  const connection = (await ports.vault.connections([credentialId])).get(credentialId);
  const secret = connection === undefined ? null : await usable(credentialId, ports, refused, until);
  return connection === undefined || secret === null ? null : connectionSettings(connection, secret);
}

async function usable(
  id: string,
  ports: LoginPorts,
  refused: string | null,
  until: number,
): Promise<StoredSecret | null> {
  for (;;) {
    const secret = await ports.vault.secret(id);
    if (secret === null || 'password' in secret || isGood(secret, refused, ports.now())) return secret;
    const now = ports.now();
    // One that is under way must not be broken off: its answer may hold the only refresh token that is still good.
    if (now + REFRESH_MS > until) throw late();
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
): Promise<StoredSecret | null | 'replaced'> {
  const secret = await ports.vault.secret(id);
  if (secret === null || 'password' in secret || isGood(secret, refused, ports.now())) return secret;
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
    return (await ports.vault.replaceTokens(id, secret, refresh)) ?? 'replaced';
  } catch (error) {
    // Consent that is given again may end the old one before the refresh gets there.
    if (JSON.stringify(await ports.vault.secret(id)) === JSON.stringify(secret)) throw error;
    return 'replaced';
  }
}

function isGood({ access_token: token, access_until: until }: OAuthSecret, refused: string | null, now: number) {
  return token !== null && token !== refused && until - now > LEAST_LEFT_MS;
}

function late(): MailboxFailure {
  return new MailboxFailure({
    code: 'provider_timeout',
    detail: 'No access token was to be had in time.',
    retryAfterMs: null,
    outcomeUnknown: false,
  });
}
