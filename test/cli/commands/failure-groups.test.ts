import { describe, expect, it } from 'vitest';
import { groupColumns } from '../../../cli/commands/failure-group-views.ts';
import { tableLines } from '../../../cli/output/table.ts';
import { widthOf } from '../../../cli/output/text.ts';
import type { Schemas } from '../../../client/index.ts';
import { type Answer, reply, runInProcess } from '../../fixtures/inboxctl-in-process.ts';

type Group = Schemas['FailureGroup'];

const group = (id: string, code: Group['code'], host: string | null, more: Partial<Group> = {}): Group => ({
  id,
  code,
  host,
  muted: false,
  muted_until: null,
  note: null,
  version: 0,
  category: 'authentication',
  who: 'mailbox_owner',
  title: 'The password was refused.',
  action: null,
  failed: 14,
  retrying: 2,
  credentials: { count: 3, more: false },
  first_at: '2026-11-29T08:00:00.000Z',
  last_at: '2026-11-29T08:00:00.000Z',
  sample_job_id: 'job_01jd0000000000000000000000',
  ...more,
});
const GROUPS = [
  group('fgr_a', 'auth_failed', 'imap.a.test:993'),
  group('fgr_b', 'auth_failed', 'imap.b.test:993'),
  group('fgr_b2', 'auth_failed', 'imap.b.test:143'),
  group('fgr_c', 'mailbox_not_found', 'imap.a.test:993'),
  group('fgr_d', 'dns_not_found', null),
];
const COMPLETE = { examined: 5, from: null, to: null, complete: true };

/** A service that lists the groups, two on a page, and answers commands on one of them. */
const service =
  (coverage: Schemas['Coverage'] = COMPLETE): Answer =>
  ({ url }) => {
    const [, , kind, id = ''] = url.pathname.split('/');
    if (kind === 'failure-groups') {
      const found = GROUPS.find((each) => each.id === id) ?? group(id, 'tls_error', null);
      const { code, host, note, muted_until, version } = found;
      const muted = url.pathname.endsWith('/mute');
      const isCommand = muted || url.pathname.endsWith('/unmute');
      return reply(200, { data: isCommand ? { id, code, host, note, muted, muted_until, version } : found });
    }
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const next = start + 2 < GROUPS.length ? String(start + 2) : null;
    return reply(200, { data: GROUPS.slice(start, start + 2), page: { limit: 2, next_cursor: next }, coverage });
  };
const run = (...args: string[]) => runInProcess(['failures', ...args], service());

describe('failures groups', () => {
  it('sends the options as parameters of the request', async () => {
    const query = async (...args: string[]): Promise<object> => {
      const { sent } = await run('groups', ...args);
      expect(sent[0]?.url.pathname).toBe('/api/accounts/acc_a/failure-groups');
      return Object.fromEntries(sent[0]?.url.searchParams ?? []);
    };
    expect(await query()).toEqual({ limit: '20', sort: '-count' });
    expect(await query('--sort', 'last', '--by', 'action', '--unmuted', '--limit', '5')).toEqual({
      limit: '5',
      sort: '-last_at',
      by: 'action',
      muted: 'false',
    });
    expect(await query('--muted', '--all')).toEqual({ limit: '100', sort: '-count', muted: 'true' });
  });

  it('fits a terminal of 80 columns with long names, high counts and every column', () => {
    const long = group('fgr_x'.repeat(40), 'credential_of_another_account', `${'long.'.repeat(40)}test:993`, {
      who: 'operator',
      action: 'imap_search_messages',
      failed: 1_234_567,
      retrying: 1_234_567,
      credentials: { count: 100, more: true },
      muted: true,
      muted_until: new Date(Date.now() + 300 * 86_400_000).toISOString(),
    });
    for (const byAction of [false, true]) {
      expect(Math.max(...tableLines([long], groupColumns(byAction), 80).map(widthOf))).toBeLessThanOrEqual(80);
    }
  });

  it('shows a usual code and host uncut in 80 columns', () => {
    const usual = group('fgr_a', 'auth_failed', 'imap.gmail.com:993');
    expect(tableLines([usual], groupColumns(false), 80)[1]).toMatch(/^auth_failed {2}imap\.gmail\.com:993 {2}owner /);
  });

  it('piped begins each line with code and host, which commands take, and has ids only if they are asked for', async () => {
    const { stdout } = await run('groups');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^CODE +HOST +WHO +FAILED {2}RETRYING {2}CREDS {2}LAST {2}MUTED$/);
    for (const [at, { id }] of GROUPS.entries()) {
      const [code = '', host = ''] = lines[at + 1]?.split(/ +/) ?? [];
      expect((await run('mute', code, host)).sent.at(-1)?.url.pathname).toBe(`/api/failure-groups/${id}/mute`);
    }
    const ids = (await run('groups', '--fields', 'id')).stdout.trimEnd().split('\n');
    expect(ids).toEqual(['ID', ...GROUPS.map(({ id }) => id)]);
  });

  it('prints for scripts one array, with --all one document in each line, and only the named fields', async () => {
    expect(JSON.parse((await run('groups', '--json')).stdout)).toEqual(GROUPS);
    const { stdout } = await run('groups', '--all', '--json', '--fields', 'id,credentials.count');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(GROUPS.map(({ id }) => ({ id, 'credentials.count': 3 })));
    expect(await run('groups', '--fields', 'cod')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean code?'),
    });
  });

  it('reports on stderr when the service did not examine everything', async () => {
    const partial = service({ ...COMPLETE, examined: 1_000, complete: false });
    expect((await runInProcess(['failures', 'groups'], partial)).stderr).toContain('the 1,000 newest failed');
    expect((await run('groups')).stderr).toBe('');
  });

  it('explains a plus after a count, and says `at least` where there is room', async () => {
    const more = group('fgr_m', 'auth_failed', null, { credentials: { count: 3, more: true } });
    const answer: Answer = ({ url }) =>
      url.pathname.endsWith('/fgr_m')
        ? reply(200, { data: more })
        : reply(200, { data: [more], page: { limit: 20, next_cursor: null }, coverage: COMPLETE });
    const listed = await runInProcess(['failures', 'groups'], answer);
    expect([listed.stdout, listed.stderr]).toEqual([expect.stringMatching(/ 3\+ /), 'CREDS: 3+ means at least 3.\n']);
    const shown = await runInProcess(['failures', 'group', 'fgr_m'], answer);
    expect(shown.stdout).toMatch(/^credentials {3}at least 3$/m);
  });

  it('sends nothing when options exclude each other or are of another command', async () => {
    for (const args of [
      ['groups', '--muted', '--unmuted'],
      ['groups', '--category', 'quota'],
      ['groups', '--sort', 'hosts'],
      ['mute'],
      ['mute', 'fgr_a', 'imap.a.test'],
      ['mute', 'fgr_a', '--until', 'later'],
      ['mute', 'fgr_a', '--fields', 'failed'],
      ['unmute', 'fgr_a', '--fields', 'failed'],
    ])
      expect(await run(...args), args.join(' ')).toMatchObject({ code: 2, sent: [] });
  });
});

describe('a failure group', () => {
  const named = async (...words: string[]): Promise<string | undefined> => {
    const { code, sent } = await run('group', ...words);
    expect(code).toBe(0);
    return sent.at(-1)?.url.pathname.split('/')[3];
  };

  it.each([
    [['fgr_anything'], 'fgr_anything'],
    [['mailbox_not_found'], 'fgr_c'],
    [['auth_failed', 'imap.a.test:993'], 'fgr_a'],
    [['auth_failed', 'imap.a.test'], 'fgr_a'],
    [['auth_failed', 'imap.b.test:143'], 'fgr_b2'],
    [['mailbox_…', 'imap.a…'], 'fgr_c'],
    [['dns_not_found', '–'], 'fgr_d'],
    [['dns_not_found', '-'], 'fgr_d'],
  ])('is named by its id, or by code and host as a table shows them: %j', async (words, id) => {
    expect(await named(...words)).toBe(id);
  });

  it('whose name is ambiguous is refused', async () => {
    const { code, stderr, sent } = await run('mute', 'auth_failed', 'imap.b.test');
    expect(code).toBe(2);
    expect(stderr).toContain('auth_failed imap.b.test:993, auth_failed imap.b.test:143');
    expect(sent.map(({ method }) => method)).not.toContain('POST');
  });

  it('that does not exist exits with 5 and suggests a similar one', async () => {
    const { code, stderr, sent } = await run('mute', 'auth_faild');
    expect({ code, methods: new Set(sent.map(({ method }) => method)) }).toEqual({
      code: 5,
      methods: new Set(['GET']),
    });
    expect(stderr).toContain('Did you mean auth_failed?');
  });

  it('is muted until a time with a note, and unmuted', async () => {
    const { sent, stdout } = await run('mute', 'fgr_a', '--until', '2027-01-01', '--note', 'they work on it', '--json');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'POST', url: { pathname: '/api/failure-groups/fgr_a/mute' } });
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ until: '2027-01-01T00:00:00.000Z', note: 'they work on it' });
    expect(sent[0]?.headers.get('idempotency-key')).toBeTruthy();
    expect(JSON.parse(stdout)).toMatchObject({ id: 'fgr_a', muted: true });
    const ended = await run('unmute', 'auth_failed', 'imap.a.test', '--note', 'repaired');
    expect(ended.sent.at(-1)?.url.pathname).toBe('/api/failure-groups/fgr_a/unmute');
    expect(JSON.parse(ended.sent.at(-1)?.body ?? '')).toEqual({ note: 'repaired' });
  });

  it('shows the name that other commands take, and its id', async () => {
    const { stdout } = await run('group', 'fgr_a');
    expect(stdout).toMatch(/^group {9}auth_failed imap\.a\.test:993$/m);
    expect(stdout).toMatch(/^id {12}fgr_a$/m);
  });

  it('in the audit is shown by code and host', async () => {
    const entry = {
      id: 'log_a',
      subject: 'failure_group',
      subject_id: 'fgr_a'.repeat(30),
      action: 'failure_group_muted',
      actor: { kind: 'user', id: 'ann' },
      at: '2026-11-29T08:00:00.000Z',
      data: { code: 'auth_failed', host: 'imap.a.test:993', until: null, note: 'known' },
    };
    const answer = () => reply(200, { data: [entry], page: { next_cursor: null }, coverage: COMPLETE });
    const { stdout, sent } = await runInProcess(['audit', '--subject', 'failure_group'], answer);
    expect(JSON.parse(sent[0]?.body ?? '').filter.subject).toEqual(['failure_group']);
    expect(stdout).toMatch(/ann {4}failure_group_muted {2}auth_failed imap\.a\.test:993 {2}known$/m);
  });
});

describe('failures', () => {
  it('explains a code, and suggests its subcommands for a mistyped word', async () => {
    const failure = { code: 'auth_failed', category: 'authentication', title: 't', explanation: 'e', who: 'us' };
    const answer = () => reply(200, { data: [{ ...failure, next_step: 'n', max_attempts: 1 }] });
    const { code, stdout } = await runInProcess(['failures', 'auth_failed'], answer);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^why +t\. e$/m) });
    expect(await runInProcess(['failures', '--category', 'quota'], answer)).toMatchObject({ code: 0 });
    const mistyped = await runInProcess(['failures', 'grups'], answer);
    expect(mistyped).toMatchObject({ code: 5, stderr: expect.stringContaining('Did you mean groups?') });
  });
});
