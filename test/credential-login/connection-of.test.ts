import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { connectionOf } from '../../functions/credential-login/connection-of.ts';
import type { Connection } from '../../functions/domain/credential/connection.ts';
import { type OAuthSecret, type StoredSecret, toStored } from '../../functions/domain/credential/secret.ts';
import type { OpenedCredential } from '../../functions/ports/credential-vault.ts';
import { MailboxFailure } from '../../functions/ports/mailbox.ts';
import type { Tokens } from '../../functions/ports/token-endpoint.ts';
import { VaultError } from '../../functions/ports/vault.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';

const NOW = 1_000_000_000_000;
const MINUTE = 60_000;
const connection: Connection = {
  id: 'pc_1',
  account_id: 'acc_one',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'oauth2',
  tls_ca_pem: null,
  max_connections: 3,
  username_masked: 'j…e@example.com',
  label: null,
  external_ref: null,
  generation: 1,
  last_used_at: null,
  last_synced_at: null,
};
const consent = {
  username: 'jane@example.com',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: 'refresh-0',
  token_url: 'https://login.example.com/token',
};
const fresh: OAuthSecret = { ...consent, access_token: null, access_until: 0 };

/** A vault of one credential, and a provider whose refresh tokens are good for one use. */
function world(start: StoredSecret | null) {
  let stored = start;
  let uses = 0;
  const refreshes: string[] = [];
  const ports = {
    vault: {
      opened: async () => (stored === null ? null : { connection, secret: stored }),
      replaceTokens: async ({ secret: old }: OpenedCredential<OAuthSecret>, refresh: () => Promise<OAuthSecret>) => {
        const isOld = () => JSON.stringify(stored) === JSON.stringify(old);
        if (!isOld()) return null;
        const next = await refresh();
        if (!isOld()) return null;
        stored = next;
        return next;
      },
    },
    slots: memorySlots(),
    tokens: {
      isAllowed: () => true,
      async refresh(secret: OAuthSecret): Promise<Tokens> {
        refreshes.push(secret.refresh_token);
        if (secret.refresh_token !== `refresh-${uses}`)
          throw new MailboxFailure({
            code: 'oauth_token_expired',
            detail: '',
            retryAfterMs: null,
            outcomeUnknown: false,
          });
        uses += 1;
        await Promise.resolve();
        return { accessToken: `access-${uses}`, expiresIn: 3600, refreshToken: `refresh-${uses}` };
      },
    },
    ids,
    now: () => NOW,
  };
  return {
    ports,
    refreshes,
    stored: () => stored,
    /** The owner consented anew: as `rotate` of the vault leaves it, without an access token. */
    rotate: () => {
      stored = toStored({ ...consent, refresh_token: `refresh-${uses}` });
    },
    remove: () => {
      stored = null;
    },
  };
}

const tokenOf = async (result: ReturnType<typeof connectionOf>): Promise<string | null> => {
  const authentication = (await result)?.authentication;
  return authentication?.kind === 'oauth2' ? authentication.accessToken : null;
};

describe('the login of a credential', () => {
  it('is none of a row that was altered: it fails by a code, before anything is sent', async () => {
    const { ports, refreshes } = world(fresh);
    const altered = () => Promise.reject(new VaultError('another place'));
    const vaults = [
      { ...ports.vault, opened: altered },
      { ...ports.vault, replaceTokens: altered },
    ];
    for (const vault of vaults)
      await expect(connectionOf('pc_1', { ...ports, vault })).rejects.toMatchObject({
        failure: { code: 'credential_altered', outcomeUnknown: false },
      });
    expect(refreshes).toEqual([]);
  });

  it('is the password where there is one, and nothing for a credential that is gone', async () => {
    const settings = await connectionOf('pc_1', world({ username: 'u', password: 'p' }).ports);
    expect(settings?.authentication).toEqual({ kind: 'password', username: 'u', password: 'p' });
    expect(await connectionOf('pc_1', world(null).ports)).toBeNull();
  });

  it('is the access token while it lasts, and another one when it soon ends', async () => {
    const { ports, refreshes, stored } = world({ ...fresh, access_token: 'old', access_until: NOW + 6 * MINUTE });
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('old');
    expect(refreshes).toEqual([]);
    const ending = world({ ...fresh, access_token: 'old', access_until: NOW + 5 * MINUTE });
    expect(await tokenOf(connectionOf('pc_1', ending.ports))).toBe('access-1');
    expect(ending.stored()).toMatchObject({ refresh_token: 'refresh-1', access_token: 'access-1' });
    expect(stored()).toMatchObject({ refresh_token: 'refresh-0' });
  });

  it('is refreshed by one of many, so that a refresh token for one use is used once', async () => {
    const { ports, refreshes } = world(fresh);
    const tokens = await Promise.all(Array.from({ length: 8 }, () => tokenOf(connectionOf('pc_1', ports))));
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    expect(refreshes).toEqual(['refresh-0']);
  });

  it('is another token when the mail server refused this one, and the same when somebody has refreshed it since', async () => {
    const { ports, refreshes } = world({ ...fresh, access_token: 'old', access_until: NOW + 60 * MINUTE });
    const both = await Promise.all([1, 2].map(() => tokenOf(connectionOf('pc_1', ports, 'old'))));
    expect(both).toEqual(['access-1', 'access-1']);
    expect(refreshes).toHaveLength(1);
  });

  it('is made with the new secret when a rotation came in between, over which nothing is stored', async () => {
    const { ports, refreshes, stored, rotate } = world(fresh);
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => {
      const tokens = await refresh(secret);
      if (refreshes.length === 1) rotate();
      return tokens;
    };
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-2');
    expect(refreshes).toEqual(['refresh-0', 'refresh-1']);
    expect(stored()).toMatchObject({ refresh_token: 'refresh-2', access_token: 'access-2' });
  });

  it('is made with the new secret when the old one was refused because it was rotated', async () => {
    const { ports, refreshes, rotate } = world({ ...fresh, refresh_token: 'gone' });
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => {
      if (refreshes.length === 0) rotate();
      return refresh(secret);
    };
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-1');
    expect(refreshes).toEqual(['gone', 'refresh-0']);
  });

  it('is what a refresh brought, however short it lasts', async () => {
    const { ports, refreshes } = world(fresh);
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => ({ ...(await refresh(secret)), expiresIn: 60 });
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-1');
    expect(refreshes).toHaveLength(1);
  });

  it('is nothing when the credential is deleted during the refresh', async () => {
    const { ports, remove } = world(fresh);
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => {
      const tokens = await refresh(secret);
      remove();
      return tokens;
    };
    expect(await connectionOf('pc_1', ports)).toBeNull();
  });

  it('is given up, to be tried again, when rotations never cease', async () => {
    const { ports, refreshes, rotate } = world(fresh);
    const refresh = ports.tokens.refresh;
    let now = NOW;
    ports.now = () => now;
    ports.tokens.refresh = async (secret) => {
      const tokens = await refresh(secret);
      rotate();
      now += 5_000;
      return tokens;
    };
    await expect(connectionOf('pc_1', ports)).rejects.toMatchObject({ failure: { code: 'provider_timeout' } });
    expect(refreshes.length).toBeGreaterThan(1);
  });

  it('is waited for no longer than lets a refresh end in time', async () => {
    const { ports, refreshes } = world(fresh);
    await ports.slots.take('oauth#pc_1', 'another', 1, NOW, NOW + 20_000);
    let now = NOW;
    ports.now = () => {
      now += 1_000;
      return now;
    };
    const waiting = connectionOf('pc_1', ports, null, NOW + 18_000);
    await expect(waiting).rejects.toMatchObject({ failure: { code: 'provider_timeout' } });
    expect(now).toBeLessThanOrEqual(NOW + 10_000);
    expect(refreshes).toEqual([]);
  });

  it('fails, and gives no access token out, when what a refresh brought cannot be stored', async () => {
    const { ports, refreshes } = world(fresh);
    const replace = ports.vault.replaceTokens;
    ports.vault.replaceTokens = async (_old, refresh) => {
      await refresh();
      throw new Error('the table refuses the write');
    };
    await expect(connectionOf('pc_1', ports)).rejects.toThrow('the table refuses the write');
    expect(refreshes).toEqual(['refresh-0']);
    ports.vault.replaceTokens = replace;
    const next = connectionOf('pc_1', ports, null, NOW + 15_000);
    await expect(next).rejects.toMatchObject({ failure: { code: 'oauth_token_expired' } });
  });

  it('is what was stored, when the write was made and only its answer was lost', async () => {
    const { ports, refreshes } = world(fresh);
    const replace = ports.vault.replaceTokens;
    ports.vault.replaceTokens = async (old, refresh) => {
      await replace(old, refresh);
      throw new Error('no answer');
    };
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-1');
    expect(refreshes).toEqual(['refresh-0']);
  });

  it('fails as the provider says, and lets the next one try', async () => {
    const { ports } = world({ ...fresh, refresh_token: 'gone' });
    for (const _ of [1, 2])
      await expect(connectionOf('pc_1', ports)).rejects.toMatchObject({ failure: { code: 'oauth_token_expired' } });
  });
});
