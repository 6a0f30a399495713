/**
 * Returns the settings to log in with a credential. A password is ready to use. For OAuth the last access token is
 * used while it is valid long enough; otherwise it is refreshed, by one process at a time. A provider may accept each
 * refresh token only once, so two simultaneous refreshes could make the credential unusable. So a refresh holds a
 * lease, and a new refresh token is stored before its access token is used.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { OAuthSecret } from '../domain/credential/secret.ts';
import type { FailureCode } from '../domain/failure/catalogue.ts';
import { failureOf } from '../domain/failure/failure.ts';
import type { CredentialVault, OpenedCredential } from '../ports/credential-vault.ts';
import type { Ids } from '../ports/ids.ts';
import { MailboxFailure } from '../ports/mailbox.ts';
import type { Slots } from '../ports/slots.ts';
import type { TokenEndpoint } from '../ports/token-endpoint.ts';
import { VaultError } from '../ports/vault.ts';
import { measure } from '../runtime/metrics.ts';
import { connectionSettings, type LoginSettings } from './connection-settings.ts';

/** A token that expires sooner is refreshed: a worker may use it for this long. */
const MIN_LEFT_MS = 300_000;
const LEASE_MS = 20_000;
/** The maximum duration of a refresh: the deadline of the token endpoint. */
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
 * Connection settings of the credential; null when it was deleted. `refused`: an access token that the mail server
 * rejected, so another one is needed. `until`: when the settings must be ready, in ms. Throws MailboxFailure when no
 * token can be had by then, or when the stored fields are not those the secret was sealed with.
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
    if (!(error instanceof VaultError)) throw error;
    measure('CredentialAltered', 1, { credential_id: credentialId });
    throw failed('credential_altered', 'The stored fields do not open the secret.');
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
    // A running refresh must not be interrupted: its answer may contain the only valid refresh token.
    if (now + REFRESH_MS > until) throw failed('provider_timeout', 'No access token could be obtained in time.');
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

/**
 * Must hold the lease. The previous holder may already have refreshed the token. `replaced`: the credential was
 * rotated meanwhile.
 */
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
    // A new consent may end the old one before the refresh arrives.
    if (JSON.stringify((await ports.vault.opened(id))?.secret) === JSON.stringify(secret)) throw error;
    return 'replaced';
  }
}

/** The credential if its access token must be refreshed; null if it has a valid one or needs none. */
function toRefresh(
  { connection, secret }: OpenedCredential,
  refused: string | null,
  now: number,
): OpenedCredential<OAuthSecret> | null {
  if ('password' in secret) return null;
  const { access_token: token, access_until: until } = secret;
  const isGood = token !== null && token !== refused && until - now > MIN_LEFT_MS;
  return isGood ? null : { connection, secret };
}

function failed(code: FailureCode, detail: string): MailboxFailure {
  return new MailboxFailure(failureOf(code, detail));
}
