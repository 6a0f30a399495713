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
import { type ConnectionSettings, MailboxFailure } from '../ports/mailbox.ts';
import type { Slots } from '../ports/slots.ts';
import type { TokenEndpoint } from '../ports/token-endpoint.ts';
import { connectionSettings } from './connection-settings.ts';

/** A token that ends sooner than a worker may use it is as good as none. */
const LEAST_LEFT_MS = 300_000;
const LEASE_MS = 20_000;
const LOOK_MS = 250;

export type LoginPorts = {
  readonly vault: Pick<CredentialVault, 'connections' | 'secret' | 'storeTokens'>;
  readonly slots: Slots;
  readonly tokens: TokenEndpoint;
  readonly ids: Pick<Ids, 'token'>;
  now(): number;
};

/**
 * Connection settings of the credential, null when it is gone. `refused`: an access token that the mail server did not
 * take, so that another one is asked for. Throws MailboxFailure when no token is to be had.
 */
export async function connectionOf(
  credentialId: string,
  ports: LoginPorts,
  refused: string | null = null,
): Promise<ConnectionSettings | null> {
  const connection = (await ports.vault.connections([credentialId])).get(credentialId);
  const secret = connection === undefined ? null : await usable(credentialId, ports, refused);
  return connection === undefined || secret === null ? null : connectionSettings(connection, secret);
}

async function usable(id: string, ports: LoginPorts, refused: string | null): Promise<StoredSecret | null> {
  const deadline = ports.now() + LEASE_MS;
  for (;;) {
    const secret = await ports.vault.secret(id);
    if (secret === null || 'password' in secret || isGood(secret, refused, ports.now())) return secret;
    const now = ports.now();
    const lease = await ports.slots.take(`oauth#${id}`, ports.ids.token(), 1, now, now + LEASE_MS);
    if (lease !== null) {
      try {
        return await refreshed(id, ports, refused);
      } finally {
        await ports.slots.release(lease);
      }
    }
    if (ports.now() > deadline) throw busy();
    await pause(LOOK_MS);
  }
}

/** Under the lease: whoever held it before may have refreshed already. */
async function refreshed(id: string, ports: LoginPorts, refused: string | null): Promise<StoredSecret | null> {
  const secret = await ports.vault.secret(id);
  if (secret === null || 'password' in secret || isGood(secret, refused, ports.now())) return secret;
  const { accessToken, expiresIn, refreshToken } = await ports.tokens.refresh(secret);
  const next: OAuthSecret = {
    ...secret,
    refresh_token: refreshToken ?? secret.refresh_token,
    access_token: accessToken,
    access_until: ports.now() + expiresIn * 1000,
  };
  // Not stored: the credential was rotated meanwhile. The new secret is tried with the next login.
  return (await ports.vault.storeTokens(id, secret, next)) ? next : ports.vault.secret(id);
}

function isGood({ access_token: token, access_until: until }: OAuthSecret, refused: string | null, now: number) {
  return token !== null && token !== refused && until - now > LEAST_LEFT_MS;
}

function busy(): MailboxFailure {
  return new MailboxFailure({
    code: 'provider_timeout',
    detail: 'Another worker is still refreshing the access token.',
    retryAfterMs: null,
    outcomeUnknown: false,
  });
}
