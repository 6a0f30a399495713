import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCoalescing } from '../../functions/adapters/dynamodb/coalescing.ts';
import { LEASES } from '../../functions/adapters/dynamodb/tables.ts';
import type { Coalescing } from '../../functions/ports/coalescing.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const NOW = Date.parse('2026-11-24T10:00:00Z');

describe.each([
  ['in memory', async () => memoryCoalescing()],
  ['on DynamoDB', async () => dynamoCoalescing(engine.client, (await engine.createTables()).LEASES_TABLE)],
] satisfies [string, () => Promise<Coalescing>][])('coalescing %s', (_, make) => {
  it('has no job at first, and then the last recorded one', async () => {
    const jobs = await make();
    expect(await jobs.latest('w')).toBeNull();
    expect(await jobs.replace('w', null, 'job_1', NOW)).toBe(true);
    expect(await jobs.replace('w', 'job_1', 'job_2', NOW)).toBe(true);
    expect([await jobs.latest('w'), await jobs.latest('other')]).toEqual(['job_2', null]);
  });

  it('allows exactly one of many writers to record the next job', async () => {
    const jobs = await make();
    const won = await Promise.all(['a', 'b', 'c', 'd'].map((id) => jobs.replace('w', null, id, NOW)));
    expect(won.filter((each) => each)).toHaveLength(1);
  });

  it('changes nothing for a writer that has seen another job than the latest', async () => {
    const jobs = await make();
    expect(await jobs.replace('w', 'job_0', 'job_1', NOW)).toBe(false);
    await jobs.replace('w', null, 'job_1', NOW);
    expect(await jobs.replace('w', 'job_0', 'job_2', NOW)).toBe(false);
    expect(await jobs.latest('w')).toBe('job_1');
  });

  it('accepts the same writer again', async () => {
    const jobs = await make();
    await jobs.replace('w', null, 'job_1', NOW);
    expect(await jobs.replace('w', null, 'job_1', NOW)).toBe(true);
    expect(await jobs.replace('w', null, 'job_2', NOW)).toBe(false);
  });
});

it('a coalescing row on DynamoDB expires after two days (TTL in seconds), and is not a lease', async () => {
  const table = (await engine.createTables()).LEASES_TABLE;
  await dynamoCoalescing(engine.client, table).replace('w', null, 'job_1', NOW);
  const { Items } = await engine.client.send(new ScanCommand({ TableName: table }));
  expect(Items).toEqual([{ id: 'work#w', job_id: 'job_1', [LEASES.ttl]: NOW / 1000 + 2 * 86_400 }]);
});
