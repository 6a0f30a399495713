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

/** A vault with one credential, and a provider whose refresh tokens are valid once. */
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
    /** The owner consented again: the result of the vault's `rotate`, without an access token. */
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
  it('fails with a code for an altered row, before anything is sent', async () => {
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

  it('uses the password if there is one, and returns null for a deleted credential', async () => {
    const settings = await connectionOf('pc_1', world({ username: 'u', password: 'p' }).ports);
    expect(settings?.authentication).toEqual({ kind: 'password', username: 'u', password: 'p' });
    expect(await connectionOf('pc_1', world(null).ports)).toBeNull();
  });

  it('uses the access token while it is valid, and another one when it expires soon', async () => {
    const { ports, refreshes, stored } = world({ ...fresh, access_token: 'old', access_until: NOW + 6 * MINUTE });
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('old');
    expect(refreshes).toEqual([]);
    const ending = world({ ...fresh, access_token: 'old', access_until: NOW + 5 * MINUTE });
    expect(await tokenOf(connectionOf('pc_1', ending.ports))).toBe('access-1');
    expect(ending.stored()).toMatchObject({ refresh_token: 'refresh-1', access_token: 'access-1' });
    expect(stored()).toMatchObject({ refresh_token: 'refresh-0' });
  });

  it('is refreshed by one of many, so that a refresh token is used once', async () => {
    const { ports, refreshes } = world(fresh);
    const tokens = await Promise.all(Array.from({ length: 8 }, () => tokenOf(connectionOf('pc_1', ports))));
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    expect(refreshes).toEqual(['refresh-0']);
  });

  it('uses another token when the mail server refused this one, and the same one when it was refreshed since', async () => {
    const { ports, refreshes } = world({ ...fresh, access_token: 'old', access_until: NOW + 60 * MINUTE });
    const both = await Promise.all([1, 2].map(() => tokenOf(connectionOf('pc_1', ports, 'old'))));
    expect(both).toEqual(['access-1', 'access-1']);
    expect(refreshes).toHaveLength(1);
  });

  it('uses the new secret when a rotation came in between, which is not overwritten', async () => {
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

  it('uses the new secret when the old one was refused because it was rotated', async () => {
    const { ports, refreshes, rotate } = world({ ...fresh, refresh_token: 'gone' });
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => {
      if (refreshes.length === 0) rotate();
      return refresh(secret);
    };
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-1');
    expect(refreshes).toEqual(['gone', 'refresh-0']);
  });

  it('uses a refreshed token, however short its lifetime', async () => {
    const { ports, refreshes } = world(fresh);
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => ({ ...(await refresh(secret)), expiresIn: 60 });
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-1');
    expect(refreshes).toHaveLength(1);
  });

  it('is null when the credential is deleted during the refresh', async () => {
    const { ports, remove } = world(fresh);
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => {
      const tokens = await refresh(secret);
      remove();
      return tokens;
    };
    expect(await connectionOf('pc_1', ports)).toBeNull();
  });

  it('fails, to be tried again, when rotations never stop', async () => {
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

  it('waits only as long as a refresh can still end in time', async () => {
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

  it('fails, and returns no access token, when the refreshed tokens cannot be stored', async () => {
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

  it('uses the stored tokens when the write succeeded and only its answer was lost', async () => {
    const { ports, refreshes } = world(fresh);
    const replace = ports.vault.replaceTokens;
    ports.vault.replaceTokens = async (old, refresh) => {
      await replace(old, refresh);
      throw new Error('no answer');
    };
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('access-1');
    expect(refreshes).toEqual(['refresh-0']);
  });

  it("fails with the provider's error, and lets the next one try", async () => {
    const { ports } = world({ ...fresh, refresh_token: 'gone' });
    for (const _ of [1, 2])
      await expect(connectionOf('pc_1', ports)).rejects.toMatchObject({ failure: { code: 'oauth_token_expired' } });
  });
});
