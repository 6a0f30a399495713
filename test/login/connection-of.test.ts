import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Connection } from '../../functions/domain/credential/connection.ts';
import type { OAuthSecret, StoredSecret } from '../../functions/domain/credential/secret.ts';
import { connectionOf } from '../../functions/login/connection-of.ts';
import { MailboxFailure } from '../../functions/ports/mailbox.ts';
import type { Tokens } from '../../functions/ports/token-endpoint.ts';
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
  last_used_at: null,
  last_synced_at: null,
};
const fresh: OAuthSecret = {
  username: 'jane@example.com',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: 'refresh-0',
  token_url: 'https://login.example.com/token',
  access_token: null,
  access_until: 0,
};

/** A vault of one credential, and a provider whose refresh tokens are good for one use. */
function world(start: StoredSecret | null) {
  let stored = start;
  let uses = 0;
  const refreshes: string[] = [];
  const ports = {
    vault: {
      connections: async () => new Map(stored === null ? [] : [['pc_1', connection]]),
      secret: async () => stored,
      storeTokens: async (_: string, old: OAuthSecret, next: OAuthSecret) => {
        if (JSON.stringify(stored) !== JSON.stringify(old)) return false;
        stored = next;
        return true;
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
  return { ports, refreshes, stored: () => stored, replace: (secret: StoredSecret) => (stored = secret) };
}

const tokenOf = async (result: ReturnType<typeof connectionOf>): Promise<string | null> => {
  const authentication = (await result)?.authentication;
  return authentication?.kind === 'oauth2' ? authentication.accessToken : null;
};

describe('the login of a credential', () => {
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

  it('is not stored over a rotation that came in between', async () => {
    const { ports, stored, replace } = world(fresh);
    const rotated = { ...fresh, refresh_token: 'rotated', access_token: 'new', access_until: NOW + 60 * MINUTE };
    const refresh = ports.tokens.refresh;
    ports.tokens.refresh = async (secret) => {
      const tokens = await refresh(secret);
      replace(rotated);
      return tokens;
    };
    expect(await tokenOf(connectionOf('pc_1', ports))).toBe('new');
    expect(stored()).toEqual(rotated);
  });

  it('fails as the provider says, and lets the next one try', async () => {
    const { ports } = world({ ...fresh, refresh_token: 'gone' });
    for (const _ of [1, 2])
      await expect(connectionOf('pc_1', ports)).rejects.toMatchObject({ failure: { code: 'oauth_token_expired' } });
  });
});
