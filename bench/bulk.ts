import { dynamoConnections } from '../functions/adapters/dynamodb/connections.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../functions/adapters/dynamodb/leases.ts';
import { dynamoSlots } from '../functions/adapters/dynamodb/slots.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { foldBulk } from '../functions/domain/bulk/bulk.ts';
import type { Envelope } from '../functions/domain/event/event.ts';
import { projectOnce } from '../functions/projector/project.ts';
import { jobServers } from '../functions/queries/servers-of-jobs.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import { runSlices } from '../test/fixtures/run-slices.ts';
import { meter } from './meter.ts';

const ACCOUNT = 'acc_bulk';

/** Measures the speed and the capacity units of a bulk deletion without its pace. Prints; asserts nothing. */
export async function benchBulk(count: number): Promise<void> {
  const engine = await startDynoxide();
  try {
    const tables = await engine.createTables();
    const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
    const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
    const leases = dynamoLeases(engine.client, tables.LEASES_TABLE);
    const project = (records: readonly Envelope[]) => projectOnce(records, { log, views, pause: async () => {} });
    const jobs = await seed(count, log);
    await project(jobs);
    const bulkId = ids.next('blk');
    const receipt = new Date().toISOString();
    const data = {
      action: 'delete',
      filter: { status: ['queued'], created_at: { lt: receipt } },
      job_ids: null,
      created_before: receipt,
      limit: null,
      reason: 'bench',
      rate_per_second: 500,
      expected: count,
    };
    const origin = { accountId: ACCOUNT, actor: { kind: 'user', id: 'ann' }, at: receipt } as const;
    await log.append([{ streamId: bulkId, version: 1, ...origin, event: { type: 'BulkRequested', data } }]);
    await project(await log.read(bulkId));

    const counted = meter(engine.client);
    const began = performance.now();
    const ports = {
      log,
      views,
      leases,
      serversOf: jobServers(dynamoConnections(engine.client, tables.SECRETS_TABLE)),
      slots: dynamoSlots(engine.client, tables.LEASES_TABLE),
      ids,
      now: () => Date.now(),
      random: Math.random,
      projection: { mark: async () => ['mark#bench'], hasPassed: async () => true },
      pause: async () => {},
      accountBulks: 3,
      runLater: async () => {},
      ended: async () => {},
      failed: (jobId: string) => console.log(`failed: ${jobId}`),
      remainingMs: () => 600_000,
    };
    await runSlices({ bulk_id: bulkId }, ports, async () => {});
    const seconds = (performance.now() - began) / 1000;
    const { requests, readUnits, writeUnits } = counted.read();
    const deletions: Envelope[] = [];
    for (const { stream_id: id } of jobs) deletions.push(...(await log.read(id, 1)));
    counted.read();
    await project(deletions);
    const projected = counted.read();
    const bulk = foldBulk(await log.read(bulkId));
    if (bulk === null) throw new Error('no operation');
    const per = (total: number): string => (total / count).toFixed(2);
    console.log(
      `\nbulk deletion of ${count} jobs: ${bulk.status}, ${bulk.done} done, ${bulk.skipped} skipped, ${bulk.failed} failed`,
    );
    console.log(`${Math.round(count / seconds)} jobs/s without a pace, on this engine and machine`);
    console.log(
      `per job: ${per(readUnits)} read units, ${per(writeUnits)} write units (log and audit index: twice that)`,
    );
    console.log(
      `projecting the deletions: ${per(projected.readUnits)} read and ${per(projected.writeUnits)} write units per job`,
    );
    console.log(`events of the operation: ${bulk.version}`);
    console.log(`requests per job: ${[...requests].map(([name, n]) => `${name} ${per(n)}`).join(', ')}`);
  } finally {
    await engine.stop();
  }
}

async function seed(count: number, log: ReturnType<typeof dynamoEventLog>): Promise<readonly Envelope[]> {
  const at = new Date(Date.now() - 60_000).toISOString();
  const data = {
    action: 'imap_sync_messages',
    payload: { folder: 'INBOX', full: false },
    task_id: null,
    credential_id: 'pc_01jgx000000000000000000001',
    generation: 1,
    priority: 0,
    labels: [],
    run_at: null,
    max_attempts: null,
    source: { kind: 'task', id: 'tsk_01jgx000000000000000000001' },
  };
  const made: Envelope[] = [];
  const jobIds = Array.from({ length: count }, () => ids.next('job'));
  for (let start = 0; start < count; start += 50) {
    await Promise.all(
      jobIds.slice(start, start + 50).map(async (streamId) => {
        const actor = { kind: 'user', id: 'ann' } as const;
        const event = { type: 'JobRequested', data };
        await log.append([
          { streamId, version: 1, accountId: ACCOUNT, actor, at, credentialId: data.credential_id, event },
        ]);
        made.push(...(await log.read(streamId)));
      }),
    );
  }
  return made;
}
