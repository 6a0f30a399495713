/** inboxctl as an operator has it: installed from its tarball, run as a process, at work on the embedded stack. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, type Json, startTestStack, until } from '../fixtures/api.ts';
import { type Ended, type Inboxctl, installInboxctl, majorOf, shownIn } from '../fixtures/inboxctl.ts';
import { plainMessage } from '../fixtures/messages.ts';
import { CLIENT_SECRET, type SignInService, startSignInService } from '../fixtures/sign-in-service.ts';

const ACCOUNT = 'acc_ctl';
const PASSWORD = 'a-password-that-nobody-may-see';

let stack: Stack;
let server: ImapServer;
let inboxctl: Inboxctl;
let api: Api;
let caFile: string;
let healthy: string;
let broken: string;

const run = (...args: string[]): Promise<Ended> => inboxctl.run(args);
const runWith = (input: string, ...args: string[]): Promise<Ended> => inboxctl.run(args, {}, input);

/** Runs it with `--json`, expects success, and returns the document. */
async function json(...args: string[]): Promise<Json> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const operations = async (): Promise<number> =>
  (await api.get(`/api/accounts/${ACCOUNT}/bulk-operations?limit=100`)).body.data.length;

async function add(password: string, label: string): Promise<string> {
  const options = ['--port', String(server.port), '--ca-file', caFile, '--username', 'ann', '--label', label];
  const { code, stdout, stderr } = await runWith(
    `${password}\n`,
    ...['credentials', 'add', 'localhost', ...options, '--secret-stdin', '--json'],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout).id;
}

/** A job of the healthy mailbox that failed, because its folder does not exist. */
async function failedJob(): Promise<string> {
  const { code, stdout } = await run('sync', healthy, '--folder', 'Not there', '--json');
  expect(code).toBe(8);
  return JSON.parse(stdout).id;
}

/** Waits until lists show the job with this status. */
const listed = (id: string, status: string): Promise<Json> =>
  until(
    () => json('jobs', 'list', '-q', id),
    (found) => found[0]?.status === status,
  );

beforeAll(async () => {
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1 });
  for (let n = 0; n < 5; n += 1) inbox.add({ raw: plainMessage({ n }) });
  const accounts = [{ username: 'ann', password: PASSWORD, mailboxes: [inbox] }];
  [stack, server] = await Promise.all([startTestStack(), startImapServer({ accounts, tls: 'implicit' })]);
  api = await apiOf(stack, ACCOUNT);
  inboxctl = await installInboxctl({ INBOXCTL_API: stack.url, INBOXCTL_ACCOUNT: ACCOUNT });
  caFile = join(inboxctl.home, 'ca.pem');
  writeFileSync(caFile, server.caPem);
  healthy = await add(PASSWORD, 'healthy');
  broken = await add('not-the-password', 'broken');
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
  inboxctl?.remove();
});

describe('the package of inboxctl', () => {
  it('is a single program without dependencies, and runs on the Node of the host', async () => {
    const folder = join(inboxctl.program, '../../inboxctl');
    expect(readdirSync(folder, { recursive: true }).map(String).sort()).toEqual([
      'README.md',
      'dist',
      'dist/inboxctl.cjs',
      'package.json',
    ]);
    expect(majorOf(inboxctl.node)).toBeGreaterThanOrEqual(20);
    expect(await run('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('has a script for %s', async (shell) => {
    const { code, stdout } = await run('completion', shell);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\bcomplete '?--/);
  });

  it('completes commands and options', async () => {
    expect((await run('complete', '--', 'jo')).stdout).toMatch(/^jobs/m);
    expect((await run('complete', '--', 'jobs', 'list', '--sta')).stdout).toMatch(/^--status/m);
  });
});

describe('a recovery from a terminal alone', () => {
  it('finds the failed job, explains it, rotates and tests the credential, retries in bulk, and shows the audit', async () => {
    const failed = await run('sync', broken, '--json');
    expect(failed.code).toBe(8);
    const job = JSON.parse(failed.stdout);
    expect(job.last_error_code).toBe('auth_failed');
    await listed(job.id, 'failed');

    const found = await json('jobs', 'list', '--code', 'auth_failed', '--host', 'localhost', '--status', 'failed');
    expect(found.map(({ id }: Json) => id)).toContain(job.id);
    expect(await json('jobs', 'stats', '--by', 'code')).toMatchObject({ groups: { by: 'last_error_code' } });

    const why = await run('jobs', 'get', job.id, '--why');
    expect(why.stdout).toMatch(/^why {9}/m);
    expect(why.stdout).toMatch(/^next step {3}/m);

    expect(await run('credentials', 'test', broken)).toMatchObject({ code: 8 });
    const rotated = await runWith(
      `${PASSWORD}\n`,
      'credentials',
      'rotate',
      broken,
      '--username',
      'ann',
      '--secret-stdin',
    );
    expect(rotated.code).toBe(0);
    expect(await json('credentials', 'test', broken)).toMatchObject({ ok: true });
    await until(
      () => json('jobs', 'get', job.id),
      ({ status }) => status === 'succeeded',
    );

    const other = await failedJob();
    await listed(other, 'failed');
    const bulk = ['bulk', 'retry', '--code', 'mailbox_not_found', '--reason', 'the folder is back', '--rate', '50'];
    const counted = await json(...bulk, '--dry-run');
    expect(counted.matched).toBeGreaterThan(0);
    const before = await operations();
    const done = await run(...bulk, '--yes');
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^status {8}completed$/m);
    expect(done.stderr).toMatch(/jobs? to retry, at 50\/s/);
    expect(done.stderr).toMatch(/^\[#{20}\] 100 % {2}\d+\/\d+ {2}50\/s/m);
    expect(await operations()).toBe(before + 1);

    const entries = await json('audit', '--limit', '100');
    const actions = entries.map(({ action }: Json) => action);
    expect(actions).toEqual(expect.arrayContaining(['credential_rotated', 'bulk_requested', 'job_requested']));
  });
});

describe('a failure that is known', () => {
  it('is found as a group, no longer asks for attention once it is muted, is in the audit, and can be unmuted', async () => {
    await failedJob();
    const host = `localhost:${server.port}`;
    const ours = async (...options: string[]): Promise<Json | undefined> =>
      (await json('failures', 'groups', ...options)).find(
        (group: Json) => group.code === 'mailbox_not_found' && group.host === host,
      );
    const group = await until(ours, (found) => found !== undefined);
    expect(group).toMatchObject({ muted: false, failed: expect.any(Number) });

    // As an operator pastes it from the table of a terminal.
    const table = shownIn((await inboxctl.startInTerminal(['failures', 'groups']).ended).stdout);
    const [code = '', server80 = ''] = table.find((line) => line.startsWith('mailbox_'))?.split(/ +/) ?? [];
    const muted = await run('failures', 'mute', code, server80, '--until', '2h', '--note', 'they move their folders');
    expect(muted).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^muted {9}yes$/m) });

    expect(
      await until(
        () => ours('--muted'),
        (found) => found !== undefined,
      ),
    ).toMatchObject({
      id: group?.id,
      note: 'they move their folders',
    });
    expect(await ours('--unmuted')).toBeUndefined();
    expect(await json('failures', 'group', group?.id)).toMatchObject({ muted: true, muted_until: expect.any(String) });
    const entries = await until(
      () => json('audit', '--subject', 'failure_group', '--id', group?.id),
      (found: Json[]) => found.length > 0,
    );
    expect(entries).toMatchObject([
      { action: 'failure_group_muted', data: { host, note: 'they move their folders' }, actor: { kind: 'user' } },
    ]);
    for (const command of [
      ['failures', 'groups', '--by', 'action'],
      ['failures', 'group', code, server80],
      ['audit'],
    ]) {
      const { stdout } = await inboxctl.startInTerminal(command).ended;
      expect(
        shownIn(stdout).filter((line) => [...line].length > 80),
        command.join(' '),
      ).toEqual([]);
    }

    expect(await run('failures', 'unmute', group?.id)).toMatchObject({ code: 0 });
    expect(
      await until(
        () => ours('--unmuted'),
        (found) => found !== undefined,
      ),
    ).toMatchObject({ id: group?.id });
    const unknown = 'fgr_YWNjX2N0bC90bHNfZXJyb3Iv';
    expect(await run('failures', 'mute', unknown)).toMatchObject({ code: 5 });
  });
});

describe('consent', () => {
  it('without a terminal and --yes, commands that ask exit with 3 and nothing is sent', async () => {
    const job = await failedJob();
    await listed(job, 'failed');
    const before = await operations();
    for (const command of [
      ['bulk', 'retry', '--status', 'failed', '--reason', 'test'],
      ['bulk', 'delete', '--status', 'failed', '--reason', 'test'],
      ['jobs', 'delete', job],
      ['credentials', 'delete', healthy],
      ['account', 'pause'],
    ]) {
      const { code, stderr, stdout } = await run(...command);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('Nothing was sent. Repeat it with --yes');
    }
    expect(await operations()).toBe(before);
    expect(await json('jobs', 'get', job)).toMatchObject({ status: 'failed' });
    expect(await json('credentials', 'get', healthy)).toMatchObject({ id: healthy });
  });

  it('in a terminal the question has the number; only yes sends, and anything else exits with 3', async () => {
    const job = await failedJob();
    await listed(job, 'failed');
    const answered = async (answer: string): Promise<Ended> => {
      const started = inboxctl.startInTerminal(['bulk', 'resolve', '--ids', job, '--reason', 'test']);
      await until(
        async () => started.stdout(),
        (text) => text.includes('Resolve 1 job? [y/N]'),
      );
      started.type(`${answer}\r`);
      return started.ended;
    };
    expect(await answered('n')).toMatchObject({ code: 3 });
    expect(await json('jobs', 'get', job)).toMatchObject({ status: 'failed' });
    expect(await answered('y')).toMatchObject({ code: 0 });
    expect(await json('jobs', 'get', job)).toMatchObject({ status: 'resolved' });
  });

  it('deletes a job with --yes, which is then not found', async () => {
    const job = await failedJob();
    expect(await run('jobs', 'delete', job, '--yes', '--reason', 'test')).toMatchObject({ code: 0 });
    expect(await run('jobs', 'get', job)).toMatchObject({ code: 5 });
  });
});

describe('output', () => {
  it('in a terminal of 80 columns no line of any table or view is wider', async () => {
    const job = await failedJob();
    await listed(job, 'failed');
    for (const command of [
      ['jobs', 'list'],
      ['jobs', 'get', job, '--why'],
      ['jobs', 'events', job],
      ['jobs', 'stats', '--by', 'host'],
      ['bulk', 'list'],
      ['failures'],
      ['failures', 'auth_failed'],
      ['failures', 'groups'],
      ['credentials', 'list'],
      ['credentials', 'get', healthy],
      ['tasks', 'list'],
      ['mail', 'folders'],
      ['mail', 'list'],
      ['audit'],
      ['whoami'],
      ['--help'],
      ['bulk', 'retry', '--help'],
    ]) {
      const { code, stdout } = await inboxctl.startInTerminal(command).ended;
      expect(code, command.join(' ')).toBe(0);
      const wide = shownIn(stdout).filter((line) => [...line].length > 80);
      expect(wide, command.join(' ')).toEqual([]);
    }
  });

  it('piped, tables are as wide as their content and have no colours', async () => {
    const { stdout } = await run('failures');
    const { data } = (await api.get('/api/failures')).body;
    for (const { title } of data) expect(stdout).toContain(title);
    expect(stdout).not.toContain(String.fromCharCode(27));
  });

  it('--json gives one document on stdout for each reading command, and nothing on stderr', async () => {
    for (const command of [
      ['jobs', 'list'],
      ['jobs', 'search', 'sync'],
      ['jobs', 'stats'],
      ['bulk', 'list'],
      ['failures'],
      ['failures', 'groups'],
      ['credentials', 'list'],
      ['tasks', 'list'],
      ['webhooks', 'list'],
      ['mail', 'folders'],
      ['mail', 'list'],
      ['audit'],
      ['whoami'],
      ['profile', 'list'],
      ['api', 'GET', 'accounts/{account}/jobs?limit=1'],
    ])
      expect(await json(...command), command.join(' ')).toBeTypeOf('object');
  });

  it('--all with --json gives one document in each line, --fields only these fields', async () => {
    const { stdout } = await run('jobs', 'list', '--all', '--json', '--fields', 'id,status');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(Object.keys(line)).toEqual(['id', 'status']);
    expect(await run('jobs', 'list', '--fields', 'statu')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean status?'),
    });
  });

  it('with --json an error is a problem document on stderr, of the API and of the command line', async () => {
    const gone = await run('jobs', 'get', 'job_01jd0000000000000000000000', '--json');
    expect(JSON.parse(gone.stderr)).toMatchObject({ code: 'not_found', status: 404 });
    const wrong = await run('jobs', 'list', '--status', 'faild', '--json');
    expect(JSON.parse(wrong.stderr)).toMatchObject({ code: 'usage_error' });
    expect(gone.stdout + wrong.stdout).toBe('');
  });

  it.each([
    [['job', 'list'], 'Did you mean jobs?'],
    [['jobs', 'lst'], 'Did you mean list?'],
    [['jobs', 'list', '--statu', 'failed'], 'Did you mean --status?'],
    [['jobs', 'list', '--status', 'faild'], 'Did you mean failed?'],
    [['jobs', 'list', '--code', 'auth_faild'], 'Did you mean auth_failed?'],
    [['tasks', 'create', 'sync_mesages', 'pc_x'], 'Did you mean imap_sync_messages?'],
    [['failures', 'auth_fail'], 'Did you mean auth_failed?'],
  ])('%j is refused with a suggestion', async (args, hint) => {
    const { code, stderr, stdout } = await run(...args);
    expect([2, 5]).toContain(code);
    expect(stderr).toContain(hint);
    expect(stdout).toBe('');
  });
});

describe('following work', () => {
  it('follows the events of a job to its end', async () => {
    const { job_id } = await json('sync', healthy, '--no-wait');
    const { code, stdout } = await run('jobs', 'events', job_id, '-f', '--json');
    expect(code).toBe(0);
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types.length).toBeGreaterThan(2);
  });

  it('watch prints each change of a job until Ctrl-C, and then exits with 130', async () => {
    const watch = inboxctl.start(['jobs', 'watch', '--credential', healthy, '--interval', '200ms', '--json']);
    const { job_id } = await json('sync', healthy, '--no-wait');
    const changes = (): Json[] =>
      watch
        .stdout()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    await until(
      async () => changes(),
      (all) => all.some(({ id, status }) => id === job_id && status === 'succeeded'),
    );
    watch.interrupt();
    expect(await watch.ended).toMatchObject({ code: 130 });
  });
});

describe('exit codes', () => {
  it('1 is for an unknown answer of the service', async () => {
    const { url, stop } = await listenOnLoopback(
      createServer((_, response) => response.writeHead(418).end()),
      0,
    );
    expect(await inboxctl.run(['failures'], { INBOXCTL_API: url, INBOXCTL_TOKEN: 'x' })).toMatchObject({ code: 1 });
    await stop();
  });

  it('2 is for a request that the API refuses as invalid', async () => {
    expect(await run('tasks', 'create', 'set_flags', healthy, '--payload', '{}')).toMatchObject({ code: 2 });
    expect(await run('bulk', 'retry', '--reason', 'no filter')).toMatchObject({ code: 2 });
    expect(await run('bulk', 'retry', '--status', 'failed')).toMatchObject({ code: 2 });
  });

  it('4 is for a token that is missing, refused, or of another account', async () => {
    expect(await inboxctl.run(['whoami'], { INBOXCTL_TOKEN: 'nonsense' })).toMatchObject({ code: 4 });
    const other = await stack.token({ accounts: ['acc_other'], role: 'owner', uid: 'ann' });
    expect(await inboxctl.run(['jobs', 'list'], { INBOXCTL_TOKEN: other })).toMatchObject({ code: 4 });
    expect(await inboxctl.run(['whoami'], { INBOXCTL_API: 'https://api.example.test' })).toMatchObject({ code: 4 });
  });

  it('5 is for a job that does not exist, 6 for a command that the job does not allow', async () => {
    expect(await run('jobs', 'get', 'job_01jd0000000000000000000000')).toMatchObject({ code: 5 });
    const { id } = await json('sync', healthy);
    const { code, stderr } = await run('jobs', 'resolve', id);
    expect(code).toBe(6);
    expect(stderr).toContain('possible now: ');
  });

  it('7 is for a bulk operation that skips a job, with --strict', async () => {
    const { id } = await json('sync', healthy);
    const bulk = ['bulk', 'resolve', '--ids', id, '--reason', 'test', '--yes'];
    expect(await run(...bulk, '--strict')).toMatchObject({ code: 7 });
    expect(await run(...bulk)).toMatchObject({ code: 0 });
  });

  it('9 is for a service that does not answer, or a wait that times out', async () => {
    const nowhere = { INBOXCTL_API: 'http://127.0.0.1:9', INBOXCTL_TOKEN: 'x' };
    expect(await inboxctl.run(['failures'], nowhere)).toMatchObject({ code: 9 });
    expect(await run('jobs', 'watch', '--timeout', '1s')).toMatchObject({ code: 9 });
  });
});

describe('sign-in and profiles', () => {
  let service: SignInService;
  const file = (): string => join(inboxctl.home, 'inboxctl/config.json');
  const at = (): NodeJS.ProcessEnv => ({ INBOXCTL_API: service.url, INBOXCTL_PROFILE: '' });
  const profile = (): Json => JSON.parse(readFileSync(file(), 'utf8')).profiles.default;

  beforeAll(async () => {
    service = await startSignInService(stack, ACCOUNT);
  });
  afterAll(async () => {
    await service?.stop();
  });
  afterEach(() => rmSync(file(), { force: true }));

  /** Signs in like a person with a browser: follows the address that the command prints. */
  async function signInByBrowser(): Promise<Ended> {
    const started = inboxctl.start(['login', '--no-browser'], at());
    const shown = await until(
      async () => /^http\S+$/m.exec(started.stderr())?.[0],
      (address) => address !== undefined,
    );
    const page = await fetch(shown ?? '');
    expect(await page.text()).toContain('You can close this page');
    return started.ended;
  }

  it('keeps tokens in a file that only its owner can read, and forgets them at logout', async () => {
    const signedIn = await inboxctl.run(
      ['login', '--client-id', 'ci', '--client-secret-stdin'],
      at(),
      `${CLIENT_SECRET}\n`,
    );
    expect(signedIn).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(file(), '..')).mode & 0o777).toBe(0o700);
    expect(readFileSync(file(), 'utf8')).not.toContain(CLIENT_SECRET);
    const token: string = profile().access_token;
    expect(signedIn.stdout).not.toContain(token);
    const me = await inboxctl.run(['whoami', '--json'], at());
    expect(JSON.parse(me.stdout)).toMatchObject({ profile: 'default', account: ACCOUNT, role: 'owner' });
    chmodSync(file(), 0o644);
    // A token is sent only to the service that it was made for.
    expect(await inboxctl.run(['whoami'], { INBOXCTL_API: 'https://api.example.test' })).toMatchObject({ code: 4 });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await inboxctl.run(['logout'], at())).toMatchObject({ code: 0 });
    expect(readFileSync(file(), 'utf8')).not.toContain(token);
    expect(await inboxctl.run(['whoami'], at())).toMatchObject({ code: 4 });
  });

  it('a client whose secret is wrong gets no token, and the secret is in no message', async () => {
    const refused = await inboxctl.run(
      ['login', '--client-id', 'ci', '--client-secret-stdin'],
      at(),
      'another-secret\n',
    );
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).not.toContain('another-secret');
  });

  it('signs in by the browser with PKCE, and renews the token with refresh tokens that can be used once', async () => {
    expect(await signInByBrowser()).toMatchObject({ code: 0 });
    const first: string = profile().refresh_token;
    // The service gives tokens that expire at once, so each command renews them.
    for (let n = 0; n < 2; n += 1) expect(await inboxctl.run(['whoami'], at())).toMatchObject({ code: 0 });
    expect(profile().refresh_token).not.toBe(first);
    expect(service.refreshed()).toBeGreaterThanOrEqual(2);
  });

  it('refuses an answer of the issuer that has the nonce of another sign-in', async () => {
    service.forgeNonce(true);
    expect(await signInByBrowser()).toMatchObject({ code: 4 });
    service.forgeNonce(false);
    expect(existsSync(file())).toBe(false);
  });

  it('has profiles that can be set, used and listed', async () => {
    expect(await json('profile', 'set', 'one', '--account', 'acc_one')).toMatchObject({ account: 'acc_one' });
    expect(await json('profile', 'use', 'one')).toEqual({ current: 'one' });
    expect(await json('profile', 'list')).toMatchObject([{ name: 'one', current: true, signed_in: false }]);
    expect(await run('profile', 'use', 'on')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Did you mean one?'),
    });
  });

  it('takes a secret from a prompt that does not show it', async () => {
    const started = inboxctl.startInTerminal(['credentials', 'rotate', healthy, '--username', 'ann']);
    await until(
      async () => started.stdout(),
      (text) => text.includes('Password: '),
    );
    started.type(`${PASSWORD}\r`);
    const { code, stdout } = await started.ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain(PASSWORD);
    expect(await json('credentials', 'test', healthy)).toMatchObject({ ok: true });
  });
});
