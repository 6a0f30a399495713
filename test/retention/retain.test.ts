import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoEraser } from '../../functions/adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoMailStore } from '../../functions/adapters/dynamodb/mail-store.ts';
import { pauseWithJitter } from '../../functions/adapters/dynamodb/pause.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { ownJob } from '../../functions/api/own.ts';
import { SYSTEM, userActor } from '../../functions/domain/event/actors.ts';
import type { Actor, Envelope } from '../../functions/domain/event/event.ts';
import { decideClaim } from '../../functions/domain/job/decide.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import type { Retention } from '../../functions/domain/job/retention.ts';
import { MARK_EVENT, markStream } from '../../functions/domain/views/mark.ts';
import type { Eraser } from '../../functions/ports/eraser.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { passMarks } from '../../functions/projector/marks.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { type RetainPorts, retainOnce } from '../../functions/retention/retain.ts';
import { recount } from '../../functions/upkeep/recount.ts';
import {
  ACCOUNT,
  CREDENTIAL,
  failedWith,
  iso,
  requested,
  started,
  succeeded,
  T0,
  yielded,
} from '../domain/job/job-stream.ts';
import { countViews } from '../fixtures/count-views.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RETENTION: Retention = { unchanged: DAY, succeeded: 7 * DAY, failed: 90 * DAY };
const EXACT = new Map();

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** A client of the engine that can fail at one of its deletes: that one and all later ones are refused. */
function mortalClient() {
  const plain = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const death = { at: Number.POSITIVE_INFINITY, answerLost: false, deletes: 0 };
  plain.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'DeleteItemCommand') return next(args);
      death.deletes += 1;
      if (death.deletes < death.at) return next(args);
      if (death.deletes === death.at && death.answerLost) await next(args);
      throw new Error('killed');
    },
    { step: 'initialize' },
  );
  return { client: DynamoDBDocumentClient.from(plain), death };
}

async function world(retention: Retention = RETENTION) {
  const tables = await engine.createTables();
  const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
  const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
  const { client, death } = mortalClient();
  const eraser = dynamoEraser(client, { events: tables.EVENTS_TABLE, views: tables.VIEWS_TABLE });
  const mail = dynamoMailStore(engine.client, tables.MAIL_TABLE);
  const clock = { now: T0, remaining: () => 300_000 };
  const ports: RetainPorts = {
    log,
    views,
    eraser,
    mail,
    retention,
    now: () => clock.now,
    remainingMs: () => clock.remaining(),
  };
  const project = async (records: readonly Envelope[]): Promise<void> => {
    const { failed } = await projectOnce(records, { log, views, pause: pauseWithJitter });
    expect(failed).toEqual([]);
  };
  async function append(id: string, at: number, actor: Actor, ...events: JobEvent[]): Promise<void> {
    let version = (await log.read(id)).length;
    for (const event of events) {
      version += 1;
      await log.append([
        { streamId: id, version, accountId: ACCOUNT, actor, at: iso(at), credentialId: CREDENTIAL, event },
      ]);
    }
  }
  const scan = async (TableName: string) =>
    (await engine.client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [];
  return {
    ports,
    log,
    views,
    mail,
    clock,
    death,
    project,
    append,
    /** A job whose events all have the time `at`, in the view. */
    async job(at: number, ...events: JobEvent[]): Promise<string> {
      const id = ids.next('job');
      await append(id, at, { kind: 'worker', id: 'w' }, ...events);
      await project(await log.read(id));
      return id;
    },
    async delete(id: string, at: number, actor: Actor): Promise<void> {
      await append(id, at, actor, { type: 'JobDeleted', data: { reason: null } });
      await project(await log.read(id));
    },
    run: (now: number) => {
      clock.now = now;
      return retainOnce(ports);
    },
    types: async (id: string) => (await log.read(id)).map(({ type }) => type),
    row: async (id: string) => (await views.get([id], { consistent: true })).get(id),
    audit: async () => {
      const all = { accountId: ACCOUNT, newestFirst: false, limit: 100, above: null, below: null };
      return (await dynamoAuditLog(engine.client, tables.EVENTS_TABLE).page(all)).records;
    },
    recount: async () => {
      await countViews(engine, tables.VIEWS_TABLE);
      return recount(views, ACCOUNT);
    },
    /** Every event and every row except counters, by its key. */
    contents: async () =>
      new Map(
        [...(await scan(tables.EVENTS_TABLE)), ...(await scan(tables.VIEWS_TABLE))]
          .filter(({ id }) => !String(id).startsWith('cnt#'))
          .map((item) => [`${item.stream_id ?? item.id} ${item.version ?? ''}`, item]),
      ),
  };
}

const counts = { folders: 3, unchanged: 3, added: 0, updated: 0, removed: 0, moved: 0, unreadable: 0, resets: 0 };
const ending = (result: unknown): JobEvent => ({ type: 'AttemptSucceeded', data: { result } });
const byTimetable = requested({ source: { kind: 'schedule', id: 'tsk_01jgx000000000000000000001' } });
const failed: readonly JobEvent[] = [requested(), started(), failedWith('auth_failed', null)];
const resolved: JobEvent = { type: 'JobResolved', data: { note: null } };
const retried: JobEvent = { type: 'JobRetryRequested', data: { reason: null } };
const deleted: JobEvent = { type: 'JobDeleted', data: { reason: 'retention' } };

describe('a job at the end of its retention', () => {
  it.each([
    ['a scheduled sync that found nothing after 24 hours', DAY, [], ['unchanged']],
    ['a success after 7 days', 7 * DAY, ['unchanged'], ['changed', 'byHand']],
    ['a failed or resolved job after 90 days', 90 * DAY, ['unchanged', 'changed', 'byHand'], ['failed', 'resolved']],
  ])('is deleted to the millisecond, by retention and outside the audit: %s', async (_, after, earlier, now) => {
    const { job, run, types, log, audit, recount, row, project } = await world();
    const lives: Readonly<Record<string, string>> = {
      unchanged: await job(T0, byTimetable, started(), ending(counts)),
      changed: await job(T0, byTimetable, started(), ending({ ...counts, added: 1 })),
      byHand: await job(T0, requested(), started(), ending(counts)),
      failed: await job(T0, ...failed),
      resolved: await job(T0, requested(), resolved),
      queued: await job(T0, requested()),
      running: await job(T0, requested(), started()),
      yielded: await job(T0, requested(), started(), yielded),
      retrying: await job(T0, requested(), started(), failedWith('connection_closed', iso(T0 + HOUR))),
      retried: await job(T0, ...failed, retried),
    };
    const gone = async (): Promise<string[]> => {
      const names: string[] = [];
      for (const [name, id] of Object.entries(lives)) if ((await types(id)).includes('JobDeleted')) names.push(name);
      return names;
    };
    expect(await run(T0 + after - 1)).toEqual({ deleted: earlier.length, erased: 0, complete: true });
    expect(await gone()).toEqual(earlier);
    expect(await run(T0 + after)).toEqual({ deleted: now.length, erased: 0, complete: true });
    expect(await gone()).toEqual([...earlier, ...now]);
    // The stream updates the view later; until then the same rows are found again, without effect.
    expect(await run(T0 + after)).toEqual({ deleted: 0, erased: 0, complete: true });
    for (const name of now) {
      const id = lives[name] ?? '';
      const events = await log.read(id);
      expect(events.at(-1)).toMatchObject({
        type: 'JobDeleted',
        actor: SYSTEM.retention,
        at: iso(T0 + after),
        account_id: ACCOUNT,
        credential_id: CREDENTIAL,
        data: { reason: 'retention' },
      });
      await project(events.slice(-1));
      expect(await row(id)).toEqual({
        id,
        v: events.length,
        go: expect.stringMatching(/^deleted#retention#/),
        od: `${iso(T0 + after)}#${id}`,
      });
    }
    for (const name of earlier) await project(await log.read(lives[name] ?? ''));
    expect(await recount()).toEqual(EXACT);
    expect(await audit()).toEqual([]);
  });

  it('is kept when it was retried, although its view does not show it yet', async () => {
    const { job, append, run, types } = await world();
    const id = await job(T0, ...failed);
    await append(id, T0 + DAY, userActor('ann'), retried);
    expect(await run(T0 + 90 * DAY)).toEqual({ deleted: 0, erased: 0, complete: true });
    expect(await types(id)).not.toContain('JobDeleted');
  });

  it('is kept when it is retried between the read and the deletion', async () => {
    const { job, append, ports, clock, log, types } = await world();
    const id = await job(T0, ...failed);
    clock.now = T0 + 90 * DAY;
    const racing: EventLog = {
      ...log,
      async append(events) {
        await append(id, clock.now, userActor('ann'), retried);
        return log.append(events);
      },
    };
    expect(await retainOnce({ ...ports, log: racing })).toEqual({ deleted: 0, erased: 0, complete: true });
    expect((await types(id)).at(-1)).toBe('JobRetryRequested');
  });

  it('is deleted once with any number of runs', async () => {
    const { job, ports, clock, types, project, log, recount } = await world();
    const jobs = await Promise.all(Array.from({ length: 12 }, () => job(T0, ...failed)));
    clock.now = T0 + 90 * DAY;
    const results = await Promise.all([retainOnce(ports), retainOnce(ports), retainOnce(ports)]);
    expect(results.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(12);
    for (const id of jobs) {
      expect((await types(id)).filter((type) => type === 'JobDeleted')).toHaveLength(1);
      await project(await log.read(id));
    }
    expect(await recount()).toEqual(EXACT);
  });

  it('is deleted although another job cannot be read, and the run names that one', async () => {
    const { job, append, run, types } = await world();
    const bad = await job(T0, ...failed);
    const good = await job(T0 + 1, ...failed);
    const malformed = { type: 'JobUpdated', data: { changes: { priority: 99 } } } as const;
    await append(bad, T0, userActor('ann'), malformed);
    await expect(run(T0 + 91 * DAY)).rejects.toThrow(bad);
    expect(await types(good)).toContain('JobDeleted');
    expect(await types(bad)).not.toContain('JobDeleted');
  });
});

describe('a stream', () => {
  it.each([
    ['retention', SYSTEM.retention, 48 * HOUR],
    ['a worker', { kind: 'worker', id: 'w' }, 48 * HOUR],
    ['a person', userActor('ann'), 90 * DAY],
  ] as const)(
    'that %s deleted is erased exactly to the millisecond, with its tombstone and nothing else',
    async (...given) => {
      const [, actor, after] = given;
      const {
        job,
        run,
        contents,
        recount,
        log,
        row,
        delete: remove,
      } = await world({
        ...RETENTION,
        succeeded: 900 * DAY,
      });
      for (const events of [[requested()], failed, [requested(), started(), succeeded]]) await job(T0 + 1, ...events);
      const young = await job(T0, ...failed);
      await remove(young, T0 + 1, actor);
      const before = await contents();
      const id = await job(T0 - 1, requested(), started(), yielded, started(1, 2), succeeded);
      await remove(id, T0, actor);
      const last = await contents();
      expect(await run(T0 + after - 1)).toEqual({ deleted: 0, erased: 0, complete: true });
      expect(await contents()).toEqual(last);
      expect(await run(T0 + after)).toEqual({ deleted: 0, erased: 1, complete: true });
      expect(await log.read(id)).toEqual([]);
      expect(await row(id)).toBeUndefined();
      expect(await contents()).toEqual(before);
      expect(await recount()).toEqual(EXACT);
      expect(await run(T0 + after)).toEqual({ deleted: 0, erased: 0, complete: true });
    },
  );

  it('that a person deleted is kept 48 hours even if failed jobs are kept for less', async () => {
    const { job, run, delete: remove, log } = await world({ unchanged: HOUR, succeeded: HOUR, failed: HOUR });
    const id = await job(T0, ...failed);
    await remove(id, T0, userActor('ann'));
    expect(await run(T0 + 48 * HOUR - 1)).toMatchObject({ erased: 0 });
    expect(await log.read(id)).toHaveLength(4);
    expect(await run(T0 + 48 * HOUR)).toMatchObject({ erased: 1 });
  });

  it('that retention deleted is ended, deleted and erased, with exact counters at each step', async () => {
    const { job, run, log, project, row, recount } = await world();
    const id = await job(T0, ...failed);
    expect(await run(T0 + 90 * DAY)).toMatchObject({ deleted: 1, erased: 0 });
    await project(await log.read(id));
    expect(await recount()).toEqual(EXACT);
    expect(await run(T0 + 92 * DAY - 1)).toMatchObject({ deleted: 0, erased: 0 });
    expect(await run(T0 + 92 * DAY)).toMatchObject({ deleted: 0, erased: 1 });
    expect(await log.read(id)).toEqual([]);
    expect(await row(id)).toBeUndefined();
    expect(await recount()).toEqual(EXACT);
  });

  it('is not erased while its view does not show the deletion', async () => {
    const { job, append, run, log } = await world();
    const id = await job(T0, ...failed);
    await append(id, T0, SYSTEM.retention, deleted);
    expect(await run(T0 + 80 * DAY)).toEqual({ deleted: 0, erased: 0, complete: true });
    expect(await log.read(id)).toHaveLength(4);
  });

  it('is not erased because of a tombstone alone: its log says when it was deleted, and by whom', async () => {
    const { append, views, run, log } = await world();
    for (const [actor, kept] of [
      [SYSTEM.retention, 48 * HOUR],
      [userActor('ann'), 90 * DAY],
    ] as const) {
      const id = ids.next('job');
      await append(id, T0, actor, ...failed, deleted);
      const row = { id, v: 4, go: 'deleted#retention#0', od: `${iso(T0 - 400 * DAY)}#${id}` };
      await views.write({ row, replaces: null });
      expect(await run(T0 + kept - 1)).toMatchObject({ erased: 0 });
      expect(await log.read(id)).toHaveLength(4);
      expect(await run(T0 + kept)).toMatchObject({ erased: 1 });
    }
  });

  it('is erased although a row beside it is damaged, which alone is named', async () => {
    const { job, run, delete: remove, log, ports } = await world();
    const jobs = await Promise.all(Array.from({ length: 20 }, () => job(T0, ...failed)));
    for (const id of jobs) await remove(id, T0, SYSTEM.retention);
    const [damaged = '', ...others] = jobs;
    const get = ports.views.get;
    const views = {
      ...ports.views,
      get: (ids: readonly string[], options: { readonly consistent: boolean }) =>
        ids.includes(damaged) ? Promise.reject(new Error('damaged')) : get(ids, options),
    };
    Object.assign(ports, { views });
    await expect(run(T0 + 48 * HOUR)).rejects.toThrow(`retention could not handle 1 jobs, among them ${damaged}`);
    for (const id of others) expect(await log.read(id)).toEqual([]);
    expect(await log.read(damaged)).toHaveLength(4);
  });

  it('is erased once by runs side by side', async () => {
    const { job, ports, clock, delete: remove, log, row, recount } = await world();
    const jobs = await Promise.all(Array.from({ length: 10 }, () => job(T0, ...failed)));
    for (const id of jobs) await remove(id, T0, SYSTEM.retention);
    clock.now = T0 + 48 * HOUR;
    await Promise.all([retainOnce(ports), retainOnce(ports), retainOnce(ports)]);
    for (const id of jobs) {
      expect(await log.read(id)).toEqual([]);
      expect(await row(id)).toBeUndefined();
    }
    expect(await recount()).toEqual(EXACT);
    expect(await retainOnce(ports)).toEqual({ deleted: 0, erased: 0, complete: true });
  });
});

/** Six events and a tombstone: seven deletes. */
const DELETES = 7;
const kills = Array.from({ length: DELETES }, (_, n) => n + 1).flatMap((at) => [
  { at, answerLost: false },
  { at, answerLost: true },
]);

describe('an erasure that is interrupted', () => {
  it.each(kills)(
    'at delete $at (done: $answerLost) leaves nothing alive, and the next run completes it',
    async (kill) => {
      const { job, run, death, delete: remove, log, project, row, recount, types } = await world();
      const id = await job(T0, requested(), started(), yielded, started(1, 2), succeeded);
      await remove(id, T0, SYSTEM.retention);
      const records = await log.read(id);
      const tombstone = await row(id);
      Object.assign(death, kill);
      await expect(run(T0 + 48 * HOUR)).rejects.toThrow(id);
      death.at = Number.POSITIVE_INFINITY;

      const rest = await log.read(id);
      const done = kill.answerLost ? kill.at : kill.at - 1;
      expect(rest).toHaveLength(Math.max(0, records.length - done));
      if (rest.length > 0) expect(rest.at(-1)?.type).toBe('JobDeleted');
      await expectDead();
      const rowGone = kill.at === DELETES && kill.answerLost;
      expect(await row(id)).toEqual(rowGone ? undefined : tombstone);
      if (!rowGone) {
        // Late records, one by one and all at once, as the stream may deliver them for a day.
        for (const late of [...records.map((record) => [record]), records.slice(0, -1), records.toReversed()]) {
          await project(late);
          expect(await row(id)).toEqual(tombstone);
        }
      }
      expect(await recount()).toEqual(EXACT);

      expect(await run(T0 + 48 * HOUR)).toEqual({ deleted: 0, erased: rowGone ? 0 : 1, complete: true });
      expect(await types(id)).toEqual([]);
      expect(await row(id)).toBeUndefined();
      await expectDead();
      expect(await recount()).toEqual(EXACT);

      async function expectDead(): Promise<void> {
        const job = foldJob(await log.read(id));
        expect(job === null || job.deleted).toBe(true);
        expect(decideClaim(job, 'lease', T0 + 100 * DAY).kind).toBe('drop');
        await expect(ownJob(log, id, [ACCOUNT])).rejects.toMatchObject({ code: 'not_found' });
      }
    },
  );

  it('keeps the first event until only the last one is left, so that nobody can start the stream again before', async () => {
    const { job, run, death, delete: remove, types } = await world();
    for (let at = 2; at <= 5; at += 1) {
      const id = await job(T0, requested(), started(), yielded, started(1, 2), succeeded);
      await remove(id, T0, SYSTEM.retention);
      Object.assign(death, { at, deletes: 0, answerLost: false });
      await expect(run(T0 + 48 * HOUR)).rejects.toThrow(id);
      const rest = await types(id);
      expect([rest.at(0), rest.at(-1)]).toEqual(['JobRequested', 'JobDeleted']);
      death.at = Number.POSITIVE_INFINITY;
      await run(T0 + 48 * HOUR);
    }
  });

  it('allows a job under the same id that was made after the last event was deleted', async () => {
    const { job, run, death, delete: remove, append, log, project, row, recount, views } = await world();
    const id = await job(T0, ...failed);
    await remove(id, T0, SYSTEM.retention);
    Object.assign(death, { at: 5, answerLost: false });
    await expect(run(T0 + 48 * HOUR)).rejects.toThrow(id);
    death.at = Number.POSITIVE_INFINITY;
    await append(id, T0 + 49 * HOUR, userActor('ann'), requested());
    await project(await log.read(id));
    expect(await row(id)).not.toHaveProperty('b');
    expect(await run(T0 + 49 * HOUR)).toMatchObject({ erased: 0 });
    await append(id, T0 + 49 * HOUR, { kind: 'worker', id: 'w' }, started());
    await project((await log.read(id)).slice(-1));
    expect(await row(id)).toMatchObject({ v: 2, ga: expect.any(String) });
    expect((await views.get([id], { consistent: true })).size).toBe(1);
    expect(await recount()).toEqual(EXACT);
  });

  it('does not delete the events of a job that was made under the same id meanwhile', async () => {
    const { job, ports, clock, delete: remove, append, log } = await world();
    const id = await job(T0, ...failed);
    await remove(id, T0, SYSTEM.retention);
    clock.now = T0 + 48 * HOUR;
    const slow: Eraser = {
      ...ports.eraser,
      async eraseStream(streamId, events) {
        // Meanwhile another run completes, and somebody uses the id again.
        await retainOnce(ports);
        await append(id, clock.now, userActor('ann'), requested());
        await ports.eraser.eraseStream(streamId, events);
      },
    };
    await retainOnce({ ...ports, eraser: slow });
    expect((await log.read(id)).map(({ type }) => type)).toEqual(['JobRequested']);
  });
});

describe('a mark of the log’s stream', () => {
  it('is deleted after 48 hours with its row, and not before', async () => {
    const { run, log, views, row } = await world();
    const id = markStream(ids.token());
    const event = { type: MARK_EVENT, data: {} };
    await log.append([{ streamId: id, version: 1, accountId: ACCOUNT, actor: SYSTEM.bulk, at: iso(T0), event }]);
    await passMarks(await log.read(id), new Set(), views);
    await run(T0 + 48 * HOUR - 1);
    expect(await log.read(id)).toHaveLength(1);
    expect(await row(id)).toBeDefined();
    await run(T0 + 48 * HOUR);
    expect(await log.read(id)).toEqual([]);
    expect(await row(id)).toBeUndefined();
  });
});

describe('the remaining mail of a deleted credential', () => {
  async function deletedCredential({ log, mail, project }: Awaited<ReturnType<typeof world>>) {
    const streamId = ids.next('pc');
    const origin = { streamId, accountId: ACCOUNT, actor: userActor('ann'), at: iso(T0) };
    const added = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };
    await log.append([{ ...origin, version: 1, event: added }]);
    await log.append([{ ...origin, version: 2, event: { type: 'CredentialDeleted', data: { force: true } } }]);
    await project(await log.read(streamId));
    await mail.addMailbox({
      accountId: ACCOUNT,
      credentialId: streamId,
      path: 'INBOX',
      name: 'INBOX',
      delimiter: '/',
      namespace: 'personal',
      selectable: true,
      specialUse: null,
      mailboxId: null,
      generation: 1,
      former: [],
      status: null,
      syncLevel: 'basic',
      firstSeenAt: iso(T0),
      missingSince: null,
      sync: null,
      lock: null,
    });
    return streamId;
  }

  it('is erased when no work on it can be running any more, and its log stays', async () => {
    const here = await world();
    const id = await deletedCredential(here);
    expect(await here.run(T0 + 15 * 60_000 - 1)).toMatchObject({ erased: 0 });
    expect(await here.mail.mailboxes(id)).toHaveLength(1);
    expect(await here.run(T0 + 15 * 60_000)).toEqual({ deleted: 0, erased: 1, complete: true });
    expect(await here.mail.mailboxes(id)).toEqual([]);
    expect(await here.row(id)).toBeUndefined();
    expect(await here.types(id)).toEqual(['CredentialAdded', 'CredentialDeleted']);
    expect(await here.run(T0 + DAY)).toMatchObject({ erased: 0 });
  });

  it('is checked again until nothing is left', async () => {
    const here = await world();
    const id = await deletedCredential(here);
    const broken = { ...here.ports, mail: { eraseCredential: async () => false } };
    here.clock.now = T0 + HOUR;
    expect(await retainOnce(broken)).toMatchObject({ erased: 0 });
    expect(await here.row(id)).toBeDefined();
    expect(await here.run(T0 + 2 * HOUR)).toMatchObject({ erased: 1 });
    expect(await here.mail.mailboxes(id)).toEqual([]);
  });
});

describe('a run that is out of time', () => {
  it('reports it, and the next ones complete the work', async () => {
    const { job, ports, clock, log, project, types, recount, delete: remove } = await world();
    const ended = await Promise.all(Array.from({ length: 40 }, () => job(T0, ...failed)));
    const removed = await Promise.all(Array.from({ length: 20 }, () => job(T0, ...failed)));
    for (const id of removed) await remove(id, T0, SYSTEM.retention);
    clock.now = T0 + 90 * DAY;
    const done = { deleted: 0, erased: 0 };
    let runs = 0;
    for (let complete = false; !complete; runs += 1) {
      let looks = 0;
      // The time is enough for two reads of the clock.
      clock.remaining = () => {
        looks += 1;
        return looks <= 2 ? 10_000 : 9_999;
      };
      const result = await retainOnce(ports);
      expect(result.deleted + result.erased).toBeGreaterThan(0);
      done.deleted += result.deleted;
      done.erased += result.erased;
      complete = result.complete;
      for (const id of ended) await project(await log.read(id));
      if (runs > 60) throw new Error('no end');
    }
    expect(runs).toBeGreaterThan(3);
    expect(done).toEqual({ deleted: 40, erased: 20 });
    for (const id of ended) expect((await types(id)).filter((type) => type === 'JobDeleted')).toHaveLength(1);
    for (const id of removed) expect(await types(id)).toEqual([]);
    expect(await recount()).toEqual(EXACT);
  });

  it('starts nothing when there is no time at all', async () => {
    const { job, ports, clock, contents } = await world();
    await job(T0, ...failed);
    clock.now = T0 + 90 * DAY;
    clock.remaining = () => 9_999;
    const before = await contents();
    expect(await retainOnce(ports)).toEqual({ deleted: 0, erased: 0, complete: false });
    expect(await contents()).toEqual(before);
  });

  it('continues after its first page', async () => {
    const { ports, clock, append, project, log } = await world();
    // Their ids have the same end, so they share a partition of the index, and are more than one page of it.
    const jobs = Array.from({ length: 4000 }, (_, n) => ids.derive('job', ['page', `${n}`]))
      .filter((id) => id.endsWith('4'))
      .slice(0, 105);
    expect(jobs).toHaveLength(105);
    for (const id of jobs) await append(id, T0, { kind: 'worker', id: 'w' }, requested(), resolved);
    await project((await Promise.all(jobs.map((id) => log.read(id)))).flat());
    clock.now = T0 + 90 * DAY;
    expect(await retainOnce(ports)).toEqual({ deleted: 105, erased: 0, complete: true });
  });
});
