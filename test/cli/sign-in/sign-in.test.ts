import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { STALE_MS } from '../../../cli/configuration/lock.ts';
import { settingsOf } from '../../../cli/configuration/settings.ts';
import { accessTokenOf } from '../../../cli/sign-in/access-token.ts';
import { type Answer, newHome, reply, runInProcess } from '../../fixtures/inboxctl-in-process.ts';

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

describe('an expired token', () => {
  /** An issuer that accepts each refresh token once. It counts the requests. */
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

  it('is renewed and stored even if the command ends meanwhile', async () => {
    const home = homeWith({ default: { api: API, ...TOKENS } });
    issuer();
    const settings = settingsOf({}, { XDG_CONFIG_HOME: home });
    await accessTokenOf(settings, AbortSignal.abort())(null).finally(() => vi.unstubAllGlobals());
    expect(stored(home).profiles.default).toMatchObject({ access_token: 'new-1' });
  });

  it('is renewed even if a killed process left its lock', async () => {
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

describe('inboxctl api with a token of a profile', () => {
  const command = ['api', 'POST', 'jobs/job_a/retry', '-d', '{"reason":"again"}'];
  /** A service that accepts only the renewed token, and its issuer. */
  const service: Answer = ({ url, headers }) => {
    if (url.host === 'idp.test') return reply(200, { access_token: 'new', refresh_token: 'r2', expires_in: 3600 });
    if (headers.get('authorization') === 'Bearer new') return reply(202, { data: { id: 'job_a' } });
    return reply(401, { type: 'urn:x', title: 'No', status: 401, code: 'unauthorized', detail: 'expired' });
  };
  async function run(expiresAt: string) {
    const home = homeWith({ default: { api: API, account: 'acc_a', ...TOKENS, expires_at: expiresAt } });
    const environment = { XDG_CONFIG_HOME: home, INBOXCTL_TOKEN: '' };
    const { sent, ...ended } = await runInProcess(command, service, environment);
    const seen = sent.map(({ method, url, headers }) => [method, url.href, headers.get('authorization')]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual({ data: { id: 'job_a' } });
    expect(stored(home).profiles.default).toMatchObject({ access_token: 'new', refresh_token: 'r2' });
    return { sent, seen };
  }
  const ISSUER = ['POST', 'https://idp.test/token', null];
  const call = (token: string) => ['POST', `${API}/api/jobs/job_a/retry`, `Bearer ${token}`];

  it('renews an expired token first, and sends the request once', async () => {
    const { sent, seen } = await run('2020-01-01T00:00:00.000Z');
    expect(seen).toEqual([ISSUER, call('new')]);
    expect(sent[1]?.body).toBe('{"reason":"again"}');
  });

  it('renews a token that the service calls expired, and repeats the same request under the same key', async () => {
    const { sent, seen } = await run('2099-01-01T00:00:00.000Z');
    expect(seen).toEqual([call('old'), ISSUER, call('new')]);
    const [first, , second] = sent.map(({ headers, body }) => [headers.get('idempotency-key'), body]);
    expect(second).toEqual(first);
    expect(first?.[0]).toMatch(/^[\da-f-]{36}$/);
  });
});

const none: Answer = () => {
  throw new TypeError('nothing may be sent');
};

describe('profile set', () => {
  const two = {
    default: { api: API, account: 'acc_default', ...TOKENS },
    other: { api: 'https://other.test', account: 'acc_other', ...TOKENS },
  };
  const set = async (home: string, ...args: string[]) => {
    const environment = { XDG_CONFIG_HOME: home, INBOXCTL_API: '', INBOXCTL_ACCOUNT: '', INBOXCTL_TOKEN: '' };
    const { code, stdout } = await runInProcess(['profile', 'set', ...args, '--json'], none, environment);
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };

  it('changes the named profile and keeps its other values, whichever profile is current', async () => {
    const home = homeWith(two);
    const changed = { profile: 'other', api: 'https://other.test', account: 'acc_new' };
    expect(await set(home, 'other', '--account', 'acc_new')).toEqual(changed);
    expect(stored(home).profiles.other).toMatchObject({ api: changed.api, account: 'acc_new', access_token: 'old' });
    expect(await set(home, 'other')).toEqual(changed);
  });

  it('of a new profile uses the local stack, if no API is named', async () => {
    const home = homeWith(two);
    const made = { profile: 'third', api: 'http://127.0.0.1:4000', account: null };
    expect(await set(home, 'third')).toEqual(made);
    expect(stored(home).profiles.third).toMatchObject({ api: made.api, account: null, access_token: null });
  });

  it('with another API forgets the tokens and the account', async () => {
    const home = homeWith(two);
    await set(home, 'other', '--api', 'https://third.test');
    expect(stored(home).profiles.other).toMatchObject({ api: 'https://third.test', account: null, access_token: null });
  });
});

describe('a profile', () => {
  const local = { INBOXCTL_API: '', INBOXCTL_ACCOUNT: '', INBOXCTL_TOKEN: '' };

  it('of the local stack that was never signed in gets a token of the local issuer', async () => {
    const home = homeWith({ default: { api: 'http://127.0.0.1:4100', account: 'acc_mine' } });
    const answer: Answer = ({ url, body }) => {
      if (url.pathname === '/_local/oidc/token') {
        expect(new URLSearchParams(body).get('account_id')).toBe('acc_mine');
        return reply(200, { access_token: 'local' });
      }
      return reply(200, { data: [], page: { next_cursor: null } });
    };
    const ended = await runInProcess(['tasks', 'list'], answer, { ...local, XDG_CONFIG_HOME: home });
    expect(ended.code).toBe(0);
    expect(ended.sent.at(-1)?.headers.get('authorization')).toBe('Bearer local');
  });

  it('that does not exist ends commands that need it, and not those that manage profiles', async () => {
    const home = homeWith({ default: { api: API, ...TOKENS } });
    const environment = { ...local, XDG_CONFIG_HOME: home, INBOXCTL_PROFILE: 'gone' };
    for (const command of [['jobs', 'list'], ['whoami'], ['jobs', 'get', 'job_a'], ['login'], ['api', 'GET', 'me']])
      expect(await runInProcess(command, none, environment), command.join(' ')).toMatchObject({ code: 5, sent: [] });
    for (const command of [
      ['profile', 'list'],
      ['profile', 'use', 'default'],
      ['profile', 'set', 'gone'],
    ])
      expect(await runInProcess(command, none, environment), command.join(' ')).toMatchObject({ code: 0 });
  });

  it('is stored without following an existing file or link beside the configuration', async () => {
    const home = homeWith({ default: { api: API, ...TOKENS } });
    const trap = join(home, 'trap');
    writeFileSync(trap, 'untouched');
    symlinkSync(trap, `${file(home)}.${process.pid}`);
    const environment = { ...local, XDG_CONFIG_HOME: home };
    expect(await runInProcess(['profile', 'set', 'new'], none, environment)).toMatchObject({ code: 0 });
    expect(readFileSync(trap, 'utf8')).toBe('untouched');
    expect(stored(home).profiles.new).toBeDefined();
  });
});

describe('an issuer', () => {
  const environment = () => ({ XDG_CONFIG_HOME: newHome(), INBOXCTL_ACCOUNT: '', INBOXCTL_TOKEN: '' });
  const login = ['login', '--no-browser'];
  const auth = { data: { issuer: 'https://idp.test' } };

  it('whose discovery document is missing or belongs to another issuer is not used', async () => {
    for (const document of [
      {
        issuer: 'https://other.test',
        token_endpoint: 'https://other.test/token',
        authorization_endpoint: 'https://other.test/authorize',
      },
      { issuer: 'https://idp.test' },
      ['nonsense'],
    ]) {
      const answer: Answer = ({ url }) => reply(200, url.pathname === '/api/auth' ? auth : document);
      expect(await runInProcess(login, answer, environment())).toMatchObject({
        code: 4,
        stderr: expect.stringContaining('not of this issuer'),
      });
    }
  });

  it('that is broken (5xx) exits with 9, as a service that does not answer, and not with 4', async () => {
    for (const path of ['/api/auth', '/.well-known/openid-configuration']) {
      const answer: Answer = ({ url }) => (url.pathname === path ? reply(503, {}) : reply(200, auth));
      expect(await runInProcess(login, answer, environment()), path).toMatchObject({ code: 9 });
    }
    const home = homeWith({ default: { api: API, ...TOKENS } });
    const broken = await runInProcess(['jobs', 'get', 'job_a'], () => reply(500, {}), {
      XDG_CONFIG_HOME: home,
      INBOXCTL_TOKEN: '',
    });
    expect(broken).toMatchObject({ code: 9 });
    expect(broken.sent.map(({ url }) => url.href)).toEqual(['https://idp.test/token']);
  });
});

it('whoami answers although no account is named and the token has several', async () => {
  const claims = Buffer.from(JSON.stringify({ acc: ['acc_a', 'acc_b'] })).toString('base64url');
  const accounts = ['acc_a', 'acc_b'].map((id) => ({ id, paused: false }));
  const answer = () => reply(200, { data: { uid: 'ann', role: 'owner', accounts } });
  const environment = { INBOXCTL_ACCOUNT: '', INBOXCTL_TOKEN: `e30.${claims}.` };
  const { code, stdout } = await runInProcess(['whoami', '--json'], answer, environment);
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, account: null, uid: 'ann', accounts });
});

describe('login', () => {
  it('uses the account of the new token, not that of an earlier sign-in', async () => {
    const token = `e30.${Buffer.from(JSON.stringify({ acc: 'acc_new' })).toString('base64url')}.`;
    const issuer: Answer = ({ url }) => {
      if (url.pathname === '/api/auth') return reply(200, { data: { issuer: 'https://idp.test' } });
      if (url.pathname === '/token') return reply(200, { access_token: token, expires_in: 3600 });
      return reply(200, { issuer: 'https://idp.test', token_endpoint: 'https://idp.test/token' });
    };
    const home = homeWith({ default: { api: API, account: 'acc_old', ...TOKENS } });
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Object.assign(Readable.from(['secret']), process.stdin));
    const environment = { XDG_CONFIG_HOME: home, INBOXCTL_ACCOUNT: '', INBOXCTL_TOKEN: '' };
    const command = ['login', '--client-id', 'ci', '--client-secret-stdin'];
    const { code } = await runInProcess(command, issuer, environment);
    vi.restoreAllMocks();
    expect(code).toBe(0);
    expect(stored(home).profiles.default).toMatchObject({ account: 'acc_new', access_token: token });
  });

  it('does not replace a profile of another API', async () => {
    const home = homeWith({ default: { api: API, account: 'acc_default', ...TOKENS } });
    const environment = { XDG_CONFIG_HOME: home, INBOXCTL_TOKEN: '' };
    const { code, stderr, sent } = await runInProcess(['login', '--api', 'https://other.test'], none, environment);
    expect({ code, sent }).toEqual({ code: 2, sent: [] });
    expect(stderr).toContain('--profile NAME');
    expect(stored(home).profiles.default).toMatchObject({ api: API, access_token: 'old' });
  });
});
