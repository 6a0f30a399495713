import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { STALE_MS } from '../../cli/configuration/lock.ts';
import { settingsOf } from '../../cli/configuration/settings.ts';
import { accessTokenOf } from '../../cli/sign-in/access-token.ts';
import { newHome, reply } from '../fixtures/inboxctl-in-process.ts';

const API = 'https://api.test';
const file = (home: string): string => join(home, 'inboxctl/config.json');
const stored = (home: string) => JSON.parse(readFileSync(file(home), 'utf8'));

const TOKENS = {
  access_token: 'old',
  refresh_token: 'refresh-1',
  expires_at: '2020-01-01T00:00:00.000Z',
  token_endpoint: 'https://idp.test/token',
  client_id: 'cli',
};

/** A new home with these profiles. */
function homeWith(profiles: object, current = 'default'): string {
  const home = newHome();
  mkdirSync(join(home, 'inboxctl'));
  writeFileSync(file(home), JSON.stringify({ current, profiles }), { mode: 0o600 });
  return home;
}

describe('a token that has ended', () => {
  /** An issuer whose refresh tokens are good once. Counts the requests. */
  function issuer(): { requests(): number } {
    let requests = 0;
    let good = 'refresh-1';
    vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
      requests += 1;
      if (new URLSearchParams(String(body)).get('refresh_token') !== good)
        return reply(400, { error: 'invalid_grant' });
      good = `refresh-${requests + 1}`;
      return reply(200, { access_token: `new-${requests}`, refresh_token: good, expires_in: 3600 });
    });
    return { requests: () => requests };
  }

  it('is renewed once for many commands at the same time, and all get the new one', async () => {
    const home = homeWith({ default: { api: API, ...TOKENS } });
    const { requests } = issuer();
    const settings = settingsOf({}, { XDG_CONFIG_HOME: home });
    const tokens = await Promise.all(
      Array.from({ length: 8 }, () => accessTokenOf(settings, new AbortController().signal)(null)),
    ).finally(() => vi.unstubAllGlobals());
    expect(tokens).toEqual(Array(8).fill('new-1'));
    expect(requests()).toBe(1);
    expect(stored(home).profiles.default).toMatchObject({ access_token: 'new-1', refresh_token: 'refresh-2' });
    expect(existsSync(`${file(home)}.lock`)).toBe(false);
  });

  it('is renewed and kept although the command ends meanwhile', async () => {
    const home = homeWith({ default: { api: API, ...TOKENS } });
    issuer();
    const settings = settingsOf({}, { XDG_CONFIG_HOME: home });
    await accessTokenOf(settings, AbortSignal.abort())(null).finally(() => vi.unstubAllGlobals());
    expect(stored(home).profiles.default).toMatchObject({ access_token: 'new-1' });
  });

  it('is renewed although a process that was killed left its lock', async () => {
    const home = homeWith({ default: { api: API, ...TOKENS } });
    const lock = `${file(home)}.lock`;
    writeFileSync(lock, '');
    const then = (Date.now() - STALE_MS - 1_000) / 1_000;
    utimesSync(lock, then, then);
    issuer();
    const settings = settingsOf({}, { XDG_CONFIG_HOME: home });
    const token = await accessTokenOf(
      settings,
      new AbortController().signal,
    )(null).finally(() => vi.unstubAllGlobals());
    expect(token).toBe('new-1');
  });
});
