import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import type { Operation } from '../../../functions/http/routes.ts';
import { CREDENTIAL, failedWith, iso, requested, started, succeeded, T0 } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { type EventItem, type JobApi, startJobApi } from '../../fixtures/job-api.ts';

let api: JobApi;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 });
  api = await startJobApi();
});
beforeEach(() => {
  vi.setSystemTime(T0);
});
afterAll(async () => {
  vi.useRealTimers();
  await api?.stop();
});

const LATER = iso(T0 + 3_600_000);
const EARLIER = iso(T0 - 3_600_000);
const unknown: JobEvent = {
  type: 'AttemptFailed',
  data: { code: 'connection_closed', category: 'transient', detail: '', retry_at: LATER, outcome_unknown: true },
};
const unknownForGood: JobEvent = { type: 'AttemptFailed', data: { ...unknown.data, retry_at: null } };

type Situation = {
  readonly status: string;
  readonly life: readonly JobEvent[];
  /** Time since its last event. */
  readonly ago?: number;
  /** Time until its renewed lease ends. */
  readonly renewed?: number;
  readonly error?: string;
};

const SITUATIONS = {
  scheduled: { status: 'scheduled', life: [requested({ run_at: LATER })] },
  queued: { status: 'queued', life: [requested()] },
  running: { status: 'running', life: [requested(), started()], ago: 39_999 },
  'running on a renewed lease': { status: 'running', life: [requested(), started()], ago: 3_600_000, renewed: 1 },
  'running with its first lease over': { status: 'running', life: [requested(), started()], ago: 40_000 },
  'running with a renewed lease over': { status: 'running', life: [requested(), started()], ago: 60_000, renewed: 0 },
  retrying: {
    status: 'retrying',
    life: [requested(), started(), failedWith('connection_closed', LATER)],
    error: 'connection_closed',
  },
  'retrying after an unknown outcome': {
    status: 'retrying',
    life: [requested(), started(), unknown],
    error: 'connection_closed',
  },
  succeeded: { status: 'succeeded', life: [requested(), started(), succeeded] },
  failed: { status: 'failed', life: [requested(), started(), failedWith('auth_failed', null)], error: 'auth_failed' },
  'failed with an unknown outcome': {
    status: 'failed',
    life: [requested(), started(), unknownForGood],
    error: 'connection_closed',
  },
  resolved: { status: 'resolved', life: [requested(), { type: 'JobResolved', data: { note: 'before' } }] },
  deleted: { status: 'deleted', life: [requested(), { type: 'JobDeleted', data: { reason: null } }] },
} as const satisfies Record<string, Situation>;
type SituationName = keyof typeof SITUATIONS;

type Command = {
  readonly operation: Operation;
  readonly body?: object;
  readonly query?: string;
  readonly reply: number;
  readonly event: { readonly type: string; readonly data: object };
};
const update = (changes: object, stored = changes): Command => ({
  operation: 'updateJob',
  body: changes,
  reply: 200,
  event: { type: 'JobUpdated', data: { changes: stored } },
});
const deleted = { type: 'JobDeleted', data: { reason: null, last_state: expect.objectContaining({ labels: [] }) } };

const COMMANDS = {
  retry: {
    operation: 'retryJob',
    body: { reason: 'why' },
    reply: 202,
    event: { type: 'JobRetryRequested', data: { reason: 'why' } },
  },
  trigger: {
    operation: 'triggerJob',
    reply: 202,
    event: { type: 'JobTriggered', data: { reason: null, force: false } },
  },
  'trigger by force': {
    operation: 'triggerJob',
    body: { reason: 'now', force: true },
    reply: 202,
    event: { type: 'JobTriggered', data: { reason: 'now', force: true } },
  },
  cancel: {
    operation: 'cancelJob',
    body: { reason: 'by mistake' },
    reply: 200,
    event: { type: 'JobCancelled', data: { reason: 'by mistake' } },
  },
  resolve: {
    operation: 'resolveJob',
    body: { note: 'by hand' },
    reply: 200,
    event: { type: 'JobResolved', data: { note: 'by hand' } },
  },
  reopen: {
    operation: 'reopenJob',
    body: { reason: 'too early' },
    reply: 200,
    event: { type: 'JobReopened', data: { reason: 'too early' } },
  },
  'update of how': update({ priority: -10, labels: ['vip'], max_attempts: 7 }),
  'update of when, later': update({ run_at: LATER }),
  'update of when, past': update({ run_at: EARLIER }),
  'update of when, none': update({ run_at: null }),
  'update of what': update({ payload: { folder: 'INBOX' } }, { payload: { folder: 'INBOX', full: false } }),
  delete: { operation: 'deleteJob', reply: 204, event: deleted },
  'delete by force': { operation: 'deleteJob', query: 'force=true', reply: 204, event: deleted },
} as const satisfies Record<string, Command>;
type CommandName = keyof typeof COMMANDS;

/** The meaning of each cell of the table below: the status after the command, or the code of its refusal. */
const CELLS = {
  sche: 'scheduled',
  queu: 'queued',
  retr: 'retrying',
  succ: 'succeeded',
  fail: 'failed',
  reso: 'resolved',
  gone: 'deleted',
  none: 'not_found',
  noRe: 'job_not_retryable',
  noCa: 'job_not_cancellable',
  runs: 'job_running',
  aSuc: 'job_already_succeeded',
  aRes: 'job_already_resolved',
  nRes: 'job_not_resolved',
  noPe: 'job_not_pending',
} as const;
type Cell = keyof typeof CELLS;
const isCell = (text: string): text is Cell => Object.hasOwn(CELLS, text);

// Columns in the order of COMMANDS: retry trigger(+force) cancel resolve reopen | update: how, later, past, none, what |
// delete(+force)
const TABLE: Record<SituationName, string> = {
  scheduled: '                         noRe queu queu reso reso nRes | sche sche queu queu sche | gone gone',
  queued: '                            noRe queu queu reso reso nRes | queu sche queu queu queu | gone gone',
  running: '                           noRe runs runs reso reso nRes | runs runs runs runs runs | runs gone',
  'running on a renewed lease': '      noRe runs runs reso reso nRes | runs runs runs runs runs | runs gone',
  'running with its first lease over': 'noRe queu queu reso reso nRes | runs runs runs runs runs | runs gone',
  'running with a renewed lease over': 'noRe queu queu reso reso nRes | runs runs runs runs runs | runs gone',
  retrying: '                          queu queu queu reso reso nRes | retr sche queu queu retr | gone gone',
  'retrying after an unknown outcome': 'queu queu queu reso reso nRes | retr sche queu queu noPe | gone gone',
  succeeded: '                         noRe queu queu noCa aSuc nRes | succ noPe noPe noPe succ | gone gone',
  failed: '                            queu queu queu noCa reso nRes | fail noPe noPe noPe fail | gone gone',
  'failed with an unknown outcome': '  queu queu queu noCa reso nRes | fail noPe noPe noPe noPe | gone gone',
  resolved: '                          noRe queu queu noCa aRes fail | reso noPe noPe noPe reso | gone gone',
  deleted: '                           none none none none none none | none none none none none | none none',
};

const PENDING = ['trigger', 'cancel', 'resolve', 'update', 'delete'];
const FAILED = ['retry', 'trigger', 'resolve', 'update', 'delete'];
const ENDED = ['trigger', 'update', 'delete'];
const ALLOWED: Record<SituationName, readonly string[]> = {
  scheduled: PENDING,
  queued: PENDING,
  running: ['cancel', 'resolve'],
  'running on a renewed lease': ['cancel', 'resolve'],
  'running with its first lease over': ['trigger', 'cancel', 'resolve'],
  'running with a renewed lease over': ['trigger', 'cancel', 'resolve'],
  retrying: ['retry', ...PENDING],
  'retrying after an unknown outcome': ['retry', ...PENDING],
  succeeded: ENDED,
  failed: FAILED,
  'failed with an unknown outcome': FAILED,
  resolved: ['trigger', 'reopen', 'update', 'delete'],
  deleted: [],
};

const names = <Name extends string>(named: Readonly<Record<Name, unknown>>): Name[] => {
  const isName = (text: string): text is Name => Object.hasOwn(named, text);
  return Object.keys(named).filter(isName);
};
const cases = names(TABLE).flatMap((situation) => {
  const cells = TABLE[situation].split(/[\s|]+/).filter(isCell);
  return names(COMMANDS).map((command, at) => {
    const cell = cells[at];
    if (cell === undefined || cells.length !== names(COMMANDS).length)
      throw new Error(`the row ${situation} is broken`);
    return { situation, command, outcome: CELLS[cell] };
  });
});

let accounts = 0;
const leaseOf = (jobId: string): string => `lease-of-${jobId}`;

/** A job in that situation, in its own account, after projection. */
async function jobIn(name: SituationName) {
  const { life, ago = 0, renewed }: Situation = SITUATIONS[name];
  accounts += 1;
  const account = `acc_table_${accounts}`;
  const id = ids.next('job');
  for (const [at, event] of life.entries())
    await api.log.append([
      {
        streamId: id,
        version: at + 1,
        accountId: account,
        actor: { kind: 'system', id: 'test' },
        at: iso(T0 - ago - (life.length - 1 - at) * 1000),
        credentialId: CREDENTIAL,
        event: event.type === 'AttemptStarted' ? { ...event, data: { ...event.data, lease_id: leaseOf(id) } } : event,
      },
    ]);
  if (renewed !== undefined) await api.leases.renew(leaseOf(id), T0 - 1000, T0 + renewed, null);
  const before = await api.items(id);
  expect(await api.project(before)).toEqual({ batchItemFailures: [] });
  return { account, id, before };
}

const run = (command: CommandName, account: string, id: string, role = 'owner') => {
  const { operation, body, query = '' }: Command = COMMANDS[command];
  return api.call(operation, { account, id, query, role, ...(body === undefined ? {} : { body }) });
};

const COUNTED = ['scheduled', 'queued', 'running', 'retrying', 'succeeded', 'failed', 'resolved'];

/** The account's only job in status `status`, or none: in the list and in the counters. */
async function expectView(account: string, status: string, error: string | undefined, version: number) {
  const [list, stats] = await Promise.all([
    api.call('listJobs', { account, id: account }),
    api.call('jobStats', { account, id: account }),
  ]);
  const there = status !== 'deleted';
  expect(list.body.data.map((job: Json) => [job.status, job.version])).toEqual(there ? [[status, version]] : []);
  const inError = status === 'failed' || status === 'retrying';
  expect(stats.body.data).toMatchObject({
    total: there ? 1 : 0,
    by_status: Object.fromEntries(COUNTED.map((counted) => [counted, counted === status ? 1 : 0])),
  });
  expect(stats.body.data.by_action).toEqual(there ? { imap_sync_messages: 1 } : {});
  expect(stats.body.data.by_error_code).toEqual(inError && error !== undefined ? { [error]: 1 } : {});
}

const isRefusal = (outcome: string): boolean => outcome === 'not_found' || outcome.startsWith('job_');

describe('a refused command changes nothing', () => {
  it.each(cases.filter(({ outcome }) => isRefusal(outcome)))(
    '$command of a job that is $situation: $outcome',
    async ({ situation, command, outcome }) => {
      const { status, error, life }: Situation = SITUATIONS[situation];
      const { account, id, before } = await jobIn(situation);
      const reply = await run(command, account, id);
      expect(reply).toMatchObject({ status: outcome === 'not_found' ? 404 : 409, body: { code: outcome } });
      if (outcome === 'not_found') expect(reply.text).toBe((await run(command, account, ids.next('job'))).text);
      else expect(reply.body).toMatchObject({ job_status: status, allowed_commands: ALLOWED[situation] });
      expect(await api.items(id)).toEqual(before);
      expect(await api.audit(account)).toEqual([]);
      await expectView(account, status, error, life.length);
    },
  );
});

describe('an accepted command appends one event, answers with the job after it and reaches the view', () => {
  it.each(cases.filter(({ outcome }) => !isRefusal(outcome)))(
    '$command of a job that is $situation: $outcome',
    async ({ situation, command, outcome }) => {
      const { error, life }: Situation = SITUATIONS[situation];
      const { account, id, before } = await jobIn(situation);
      const { reply: expected, event }: Command = COMMANDS[command];
      const reply = await run(command, account, id);
      const version = life.length + 1;
      expect(reply.status).toBe(expected);

      const items = await api.items(id);
      const added: EventItem = {
        stream_id: id,
        version,
        type: event.type,
        schema: 1,
        account_id: account,
        at: iso(T0),
        actor: { kind: 'user', id: 'ann' },
        credential_id: CREDENTIAL,
        append_id: expect.stringMatching(/^\S+$/),
        request_id: 'request-1',
        audit_account: account,
        audit_at: `${iso(T0)}#${id}#${version}`,
      };
      expect(items.slice(0, -1)).toEqual(before);
      expect(items.at(-1)).toMatchObject(added);
      expect(items.at(-1)?.data).toEqual(event.data);
      expect(items.at(-1)).not.toHaveProperty('command_id');
      expect(await api.audit(account)).toEqual(items.slice(-1));

      const read = await api.call('getJob', { account, id });
      if (outcome === 'deleted') {
        expect(reply).toMatchObject({ text: '', etag: null });
        expect(read).toMatchObject({ status: 404, body: { code: 'not_found' } });
      } else {
        expect(reply.body.data).toMatchObject({ id, status: outcome, version, updated_at: iso(T0) });
        expect(reply.etag).toBe(`"${version}"`);
        expect(read).toMatchObject({ status: 200, etag: `"${version}"`, body: reply.body });
      }
      expect(await api.project(items.slice(before.length))).toEqual({ batchItemFailures: [] });
      await expectView(account, outcome, error, version);
    },
  );
});

const live = names(SITUATIONS).filter((name) => name !== 'deleted');

describe.each(names(COMMANDS))('%s', (command) => {
  it.each(live)('finds nothing in a %s job of another account', async (situation) => {
    const { id, before } = await jobIn(situation);
    const reply = await run(command, 'acc_stranger', id);
    expect(reply.status).toBe(404);
    expect(reply.text).toBe((await run(command, 'acc_stranger', ids.next('job'))).text);
    expect((await api.call('getJob', { account: 'acc_stranger', id })).text).toBe(reply.text);
    expect(await api.items(id)).toEqual(before);
  });

  it('checks the role before it reads the job', async () => {
    const { account, id, before } = await jobIn('queued');
    const least = command.startsWith('delete') ? 'owner' : 'member';
    const lower = least === 'owner' ? ['viewer', 'member'] : ['viewer'];
    for (const role of lower)
      for (const job of [id, ids.next('job')])
        expect(await run(command, account, job, role)).toMatchObject({ status: 403, body: { code: 'role_forbidden' } });
    expect(await api.items(id)).toEqual(before);
    expect([200, 202, 204, 409]).toContain((await run(command, account, id, least)).status);
  });
});

describe('the lease of a running job', () => {
  const renews = (id: string) => api.leases.renew(leaseOf(id), T0, T0 + 40_000, null);

  it.each(['running', 'running on a renewed lease'] as const)(
    'stays with its worker when a trigger of a job %s is refused',
    async (situation) => {
      const { account, id } = await jobIn(situation);
      expect((await run('trigger', account, id)).status).toBe(409);
      expect(await renews(id)).toBe(true);
    },
  );

  it.each(['running with its first lease over', 'running with a renewed lease over'] as const)(
    'is taken by the trigger of a job %s',
    async (situation) => {
      const { account, id } = await jobIn(situation);
      expect((await run('trigger', account, id)).status).toBe(202);
      expect(await renews(id)).toBe(false);
    },
  );
});
