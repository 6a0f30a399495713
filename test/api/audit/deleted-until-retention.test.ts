/** The events of a job that a person deleted are readable through the audit exactly as long as retention keeps them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoEraser } from '../../../functions/adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../../../functions/adapters/dynamodb/event-log.ts';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { pauseWithJitter } from '../../../functions/adapters/dynamodb/pause.ts';
import { dynamoViews } from '../../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { listLogEvents } from '../../../functions/api/audit/list-log-events.ts';
import { logIdOf } from '../../../functions/domain/audit/log-id.ts';
import { userActor } from '../../../functions/domain/event/actors.ts';
import { Problem } from '../../../functions/http/problem.ts';
import type { AuditRecord } from '../../../functions/ports/audit-log.ts';
import { projectOnce } from '../../../functions/projector/project.ts';
import { retainOnce } from '../../../functions/retention/retain.ts';
import { appendCommand } from '../../../functions/streams/append-command.ts';
import { ACCOUNT, CREDENTIAL, failedWith, iso, requested, started, T0 } from '../../domain/job/job-stream.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';

const DAY = 86_400_000;
let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

async function deletedJob() {
  const tables = await engine.createTables();
  const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
  const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
  const audit = dynamoAuditLog(engine.client, tables.EVENTS_TABLE);
  const id = ids.next('job');
  for (const [at, event] of [requested(), started(), failedWith('auth_failed', null)].entries())
    await log.append([
      {
        ...{ streamId: id, version: at + 1, accountId: ACCOUNT, credentialId: CREDENTIAL, event },
        ...{ at: iso(T0), actor: { kind: 'worker', id: 'w' } },
      },
    ]);
  const origin = { actor: userActor('ann'), role: 'owner', now: T0, bulkId: null } as const;
  const leases = { read: async () => null, take: async () => true };
  const deletion = { name: 'delete', reason: null, force: false } as const;
  await appendCommand(
    { log, leases },
    { jobId: id, events: null },
    origin,
    () => true,
    () => deletion,
    async () => null,
  );
  await projectOnce(await log.read(id), { log, views, pause: pauseWithJitter });
  const page = await audit.page({ accountId: ACCOUNT, newestFirst: true, limit: 1, above: null, below: null });
  const [entry] = page.records;
  if (entry === undefined) throw new Error('the deletion is in the audit');
  const ports = { log, audit };
  const retain = (now: number) =>
    retainOnce({
      ...{ log, views, now: () => now, remainingMs: () => 300_000 },
      eraser: dynamoEraser(engine.client, { events: tables.EVENTS_TABLE, views: tables.VIEWS_TABLE }),
      mail: dynamoMailStore(engine.client, tables.MAIL_TABLE),
      retention: { unchanged: DAY, succeeded: 7 * DAY, failed: 90 * DAY },
    });
  return { ports, retain, entry };
}

/** How many events the entry leads to, or the code of the refusal. */
async function eventsOf({ event }: AuditRecord, ports: Awaited<ReturnType<typeof deletedJob>>['ports']) {
  const cursors = { seal: async () => '', open: async () => null, fingerprint: async (text: string) => text };
  const endpoint = listLogEvents({ ...ports, cursors });
  try {
    const reply = await endpoint.run({
      ...{ requestId: 'request-1', now: T0, path: '', origin: 'https://api.test', accountId: '' },
      actor: { uid: 'ann', role: 'viewer' },
      accounts: [ACCOUNT],
      headers: { idempotencyKey: null, ifMatch: null, ifNoneMatch: null, waitMs: 0 },
      params: { log_id: logIdOf(event) },
      query: new Map(),
      body: {},
    });
    return Array.isArray(reply.data) ? reply.data.length : null;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

it('the events of a deleted job can be read until retention erases them, and are not found after that', async () => {
  const { ports, retain, entry } = await deletedJob();
  await retain(T0 + 90 * DAY - 1);
  expect(await eventsOf(entry, ports)).toBe(4);
  expect(await retain(T0 + 90 * DAY)).toMatchObject({ erased: 1 });
  expect(await eventsOf(entry, ports)).toBe('not_found');
});

it('an index entry that outlives its event leads to no event', async () => {
  const { ports, retain, entry } = await deletedJob();
  await retain(T0 + 90 * DAY);
  const stale = { page: async () => ({ records: [entry], more: false }) };
  expect(await eventsOf(entry, { ...ports, audit: stale })).toBe('not_found');
});
