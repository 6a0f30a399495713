/**
 * Data that an older release may have left in a log: a task, an endpoint and jobs of one account with another account's
 * credential.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoAuditLog } from '../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { dynamoScanCycleStore } from '../../functions/adapters/dynamodb/scan-cycles.ts';
import { dynamoScheduleRuns } from '../../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { foldTask } from '../../functions/domain/task/task.ts';
import { foldDelivery } from '../../functions/domain/webhook/delivery.ts';
import type { WorkMessage } from '../../functions/ports/work-queue.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { sweepOnce } from '../../functions/sweeper/sweep.ts';
import { PROVIDERS } from '../../functions/webhooks/providers/registry.ts';
import { receive } from '../../functions/webhooks/receive.ts';
import { runCredential } from '../../functions/worker/credential/run-credential.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';
import { START, workerWorld } from '../fixtures/worker-world.ts';

const CODE = 'credential_of_another_account';
const OURS = 'acc_attacker';
const THEIRS = 'acc_victim';
const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());
afterEach(() => vi.restoreAllMocks());

const REFUSED_LOGIN = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
const wanted = (credential: string, more: object = {}) => ({
  type: 'JobRequested',
  data: {
    action: 'imap_sync_mailboxes',
    payload: {},
    task_id: null,
    credential_id: credential,
    generation: 1,
    priority: 0,
    labels: [],
    run_at: null,
    max_attempts: null,
    source: { kind: 'task', id: ids.derive('tsk', ['old']) },
    ...more,
  },
});

/** A log on the real engine; each stream belongs to the account that it was written for. */
async function world() {
  const tables = await engine.createTables();
  const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
  const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
  const worker = workerWorld(async ({ session }) => {
    await session();
    return { kind: 'succeeded', result: {} };
  });
  const { clock, logins } = worker;
  const opened: string[] = [];
  const sent: WorkMessage[] = [];
  const queue = {
    async send(messages: readonly { readonly message: WorkMessage; readonly delayMs: number }[]) {
      sent.push(...messages.map(({ message }) => message));
      return [];
    },
  };
  const alarms = vi.spyOn(logger, 'error').mockImplementation(() => {});
  const put = async (account: string, streamId: string, ...events: DomainEvent[]): Promise<string> => {
    for (const event of events) {
      const version = (await log.read(streamId)).length + 1;
      const actor = { kind: 'user', id: 'ann' } as const;
      await log.append([{ streamId, version, accountId: account, actor, at: iso(clock.now), event, audited: true }]);
    }
    await projectOnce(await log.read(streamId), { log, views, pause: async () => {} });
    return streamId;
  };
  const credentialOf = (account: string, ...more: DomainEvent[]) =>
    put(
      account,
      ids.next('pc'),
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      ...more,
    );
  const leases = dynamoLeases(engine.client, tables.LEASES_TABLE);
  const runs = dynamoScheduleRuns(engine.client, { leases: tables.LEASES_TABLE, events: tables.EVENTS_TABLE }, ids);
  return {
    tables,
    log,
    views,
    clock,
    sent,
    opened,
    logins,
    put,
    credentialOf,
    crossed: () =>
      alarms.mock.calls.map(([, fields]) => fields).filter((fields) => Object(fields).crossed_accounts === 1),
    work: (credential: string, job: string) =>
      runCredential(credential, [{ job_id: job, credential_id: credential, version: 1 }], {
        ...worker.ports,
        log,
        views,
        leases,
        queue,
        async login(id, version) {
          const login = await worker.ports.login(id, version);
          const settings: typeof login.settings = (...args) => {
            opened.push(id);
            return login.settings(...args);
          };
          return { ...login, settings };
        },
      }),
    sweep: () =>
      sweepOnce({
        log,
        views,
        leases,
        ids,
        runs,
        queue,
        coalescing: memoryCoalescing(),
        pause: async () => {},
        wait: async () => {},
        backlog: { waiting: async () => ({ work: 0, priority: 0 }) },
        bulks: { send: async () => {} },
        now: () => clock.now,
        cycles: dynamoScanCycleStore(engine.client, tables.LEASES_TABLE),
        everyMs: MINUTE,
        most: 1_000,
        remainingMs: () => 50_000,
      }),
    job: async (id: string) => foldJob(await log.read(id)),
    async audit(account: string) {
      const page = { accountId: account, newestFirst: false, limit: 100, above: null, below: null };
      const { records } = await dynamoAuditLog(engine.client, tables.EVENTS_TABLE).page(page);
      return records.map(({ event }) => [event.type, event.stream_id]);
    },
  };
}

const due = (): DomainEvent => ({ type: 'CredentialTrialStarted', data: { job_id: 'another' } });

describe('a job whose credential is of another account', () => {
  it.each<[string, DomainEvent[], DomainEvent[]]>([
    ['that waits for a worker', [], []],
    [
      'whose attempt continues',
      [],
      [
        { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } },
        { type: 'AttemptYielded', data: { checkpoint: {} } },
      ],
    ],
    [
      'that somebody triggered while the credential is paused',
      [{ type: 'CredentialPaused', data: { reason: null, until: null } }],
      [{ type: 'JobTriggered', data: { reason: null, force: true } }],
    ],
    ['that would be the trial of a suspect credential', [{ type: 'CredentialRefused', data: REFUSED_LOGIN }], []],
    ['whose credential is deleted', [{ type: 'CredentialDeleted', data: { force: true } }], []],
  ])(
    '%s is failed by the worker, which opens no secret and contacts no mail server',
    async (_, credentialEvents, events) => {
      const { credentialOf, put, clock, work, log, job, opened, logins, sent, audit, crossed } = await world();
      const credential = await credentialOf(THEIRS, ...credentialEvents);
      const before = await log.read(credential);
      const id = await put(OURS, ids.next('job'), wanted(credential), ...events);
      clock.now = START + 11 * MINUTE;
      await work(credential, id);
      expect(await job(id)).toMatchObject({
        status: 'failed',
        last_error_code: CODE,
        last_error_category: 'authorization',
      });
      expect({ opened, logins: logins.open, sent }).toEqual({ opened: [], logins: 0, sent: [] });
      expect(await log.read(credential)).toEqual(before);
      expect(await audit(OURS)).toContainEqual(['JobRefused', id]);
      expect(crossed()).toEqual([{ crossed_accounts: 1, job_id: id, account_id: OURS, credential_id: credential }]);
    },
  );

  it('does not affect the next job of the credential’s own account', async () => {
    const { credentialOf, put, work, job, logins } = await world();
    const credential = await credentialOf(THEIRS);
    const [foreign, own] = [ids.next('job'), ids.next('job')];
    await put(OURS, foreign, wanted(credential));
    await put(THEIRS, own, wanted(credential));
    await work(credential, foreign);
    expect(logins.open).toBe(0);
    await work(credential, own);
    expect(logins.open).toBe(1);
    expect(await job(foreign)).toMatchObject({ status: 'failed', last_error_code: CODE });
  });

  it.each<[string, object, DomainEvent[]]>([
    ['whose message is lost', {}, []],
    ['that is due', { run_at: iso(START + MINUTE) }, []],
    [
      'that waits for its next attempt',
      {},
      [
        { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } },
        {
          type: 'AttemptFailed',
          data: {
            code: 'connection_closed',
            category: 'transient',
            detail: '',
            retry_at: iso(START + MINUTE),
            outcome_unknown: false,
          },
        },
      ],
    ],
  ])('%s is failed by the sweeper, which sends no message', async (_, more, events) => {
    const { credentialOf, put, clock, sweep, job, sent, crossed, log } = await world();
    const credential = await credentialOf(THEIRS, { type: 'CredentialRefused', data: REFUSED_LOGIN }, due());
    const before = await log.read(credential);
    const id = await put(OURS, ids.next('job'), wanted(credential, more), ...events);
    clock.now = START + 4 * MINUTE;
    expect(await sweep()).toMatchObject({ refused: 1, released: 0, resent: 0 });
    expect(await job(id)).toMatchObject({ status: 'failed', last_error_code: CODE, next_attempt_at: null });
    expect(sent).toEqual([]);
    expect(await log.read(credential)).toEqual(before);
    expect(crossed()).toHaveLength(1);
  });

  it('that runs on a worker of the older release is rescued first and then refused', async () => {
    const { credentialOf, put, clock, sweep, work, job } = await world();
    const credential = await credentialOf(THEIRS);
    const started = { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } };
    const id = await put(OURS, ids.next('job'), wanted(credential), started);
    clock.now = START + 2 * MINUTE;
    expect(await sweep()).toMatchObject({ refused: 0, rescued: 1 });
    await work(credential, id);
    expect(await job(id)).toMatchObject({ status: 'failed', last_error_code: CODE });
  });
});

const created = (credential: string) => ({
  type: 'TaskCreated',
  data: {
    task_type: 'imap_sync_mailboxes',
    target_credential_id: credential,
    payload: {},
    priority: 0,
    labels: [],
    schedule: { every: '5m' },
  },
});
const endpointCreated = (target: object) => ({
  type: 'WebhookEndpointCreated',
  data: {
    provider: 'standard',
    target,
    action: 'imap_sync_mailboxes',
    payload: {},
    event_types: null,
    enabled: true,
    silent_after: null,
  },
});

it('a schedule whose credential is of another account makes no run, and is suspended with that code', async () => {
  const { credentialOf, put, clock, sweep, log, sent, audit, crossed, views } = await world();
  const credential = await credentialOf(THEIRS);
  const task = await put(OURS, ids.next('tsk'), created(credential));
  clock.now = START + 20 * MINUTE;
  expect(await sweep()).toMatchObject({ fired: 0, suspended: 1 });
  expect(foldTask(await log.read(task))?.suspended).toMatchObject({ code: CODE });
  expect(await audit(OURS)).toContainEqual(['TaskSuspended', task]);
  expect(crossed()).toEqual([{ crossed_accounts: 1, task_id: task, account_id: OURS, credential_id: credential }]);
  expect(sent).toEqual([]);
  const jobs = await views.page({
    index: 'account',
    key: `job#${OURS}`,
    newestFirst: true,
    limit: 10,
    above: null,
    below: null,
  });
  expect(jobs.entries).toEqual([]);
});

it('a delivery to an endpoint whose credential is of another account makes no job, and shows the reason', async () => {
  const { credentialOf, put, log } = await world();
  const credential = await credentialOf(THEIRS);
  const endpoint = await put(OURS, ids.next('whk'), endpointCreated({ credential_id: credential }));
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const { sample } = PROVIDERS.standard;
  if (!sample.possible) throw new Error('no sample of a standard webhook');
  const request = sample.sign({ secret, settings: {}, now: START, eventId: 'evt_1', subject: null });
  if (request === null) throw new Error('the sample was not signed');
  const made: string[] = [];
  const received = await receive(endpoint, request, START, {
    log,
    ids: {
      derive(prefix, parts) {
        const id = ids.derive(prefix, parts);
        made.push(id);
        return id;
      },
    },
    webhooks: { open: async () => ({ settings: {}, secrets: [secret] }) },
    finder: { find: async () => [credential] },
    verifyToken: async () => null,
    refusals: { begin: () => {}, count: () => true },
    now: () => START,
  });
  expect(received).toMatchObject({ kind: 'accepted', fresh: 1 });
  expect(made).toHaveLength(1);
  expect(foldDelivery(await log.read(made[0] ?? ''))).toMatchObject({
    account_id: OURS,
    request: null,
    reason: 'credential_not_found',
  });
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('the command `crossings` lists exactly the work that crosses accounts, and writes nothing', async () => {
  const { credentialOf, put, tables, log } = await world();
  const [theirs, ours] = [await credentialOf(THEIRS), await credentialOf(OURS)];
  const gone = await credentialOf(THEIRS, { type: 'CredentialDeleted', data: { force: true } });
  const task = await put(OURS, ids.next('tsk'), created(theirs));
  const endpoint = await put(OURS, ids.next('whk'), endpointCreated({ match: 'username' }), {
    type: 'WebhookEndpointUpdated',
    data: { changes: { target: { credential_id: theirs } }, fields: ['target'] },
  });
  const job = await put(OURS, ids.next('job'), wanted(gone));
  await put(OURS, ids.next('tsk'), created(ours));
  await put(THEIRS, ids.next('job'), wanted(theirs));
  await put(OURS, ids.next('whk'), endpointCreated({ credential_id: theirs }), {
    type: 'WebhookEndpointUpdated',
    data: { changes: { target: { credential_id: ours } }, fields: ['target'] },
  });
  await put(OURS, ids.next('tsk'), created(theirs), { type: 'TaskDeleted', data: { reason: null } });
  await put(OURS, ids.next('job'), wanted(theirs), { type: 'JobDeleted', data: { reason: null } });
  await put(OURS, ids.next('job'), wanted(ids.next('pc')));
  const before = await Promise.all([task, endpoint, job, theirs].map((id) => log.read(id)));
  const run = async (table: string) => {
    const child = spawn(process.execPath, ['bin/crossings.ts', '--parts', '2'], {
      cwd: ROOT,
      env: {
        EVENTS_TABLE: table,
        AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return { lines: out.trimEnd().split('\n').toSorted(), code };
  };
  expect(await run(tables.EVENTS_TABLE)).toEqual({
    code: 1,
    lines: [
      '3 found',
      `job ${job} of ${OURS} names ${gone} of ${THEIRS} (queued)`,
      `task ${task} of ${OURS} names ${theirs} of ${THEIRS} (scheduled)`,
      `webhook_endpoint ${endpoint} of ${OURS} names ${theirs} of ${THEIRS} (enabled)`,
    ],
  });
  expect(await Promise.all([task, endpoint, job, theirs].map((id) => log.read(id)))).toEqual(before);
  const empty = await engine.createTables();
  expect(await run(empty.EVENTS_TABLE)).toEqual({ code: 0, lines: ['nothing crosses accounts'] });
  expect(await run('None')).toMatchObject({ code: 2 });
});
