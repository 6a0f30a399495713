import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCoalescing } from '../../functions/adapters/dynamodb/coalescing.ts';
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
  it('knows of no job at first, and then the one named last', async () => {
    const jobs = await make();
    expect(await jobs.latest('w')).toBeNull();
    expect(await jobs.replace('w', null, 'job_1', NOW)).toBe(true);
    expect(await jobs.replace('w', 'job_1', 'job_2', NOW)).toBe(true);
    expect([await jobs.latest('w'), await jobs.latest('other')]).toEqual(['job_2', null]);
  });

  it('lets exactly one of many name the next', async () => {
    const jobs = await make();
    const won = await Promise.all(['a', 'b', 'c', 'd'].map((id) => jobs.replace('w', null, id, NOW)));
    expect(won.filter((each) => each)).toHaveLength(1);
  });

  it('takes who named it before for the same', async () => {
    const jobs = await make();
    await jobs.replace('w', null, 'job_1', NOW);
    expect(await jobs.replace('w', null, 'job_1', NOW)).toBe(true);
    expect(await jobs.replace('w', null, 'job_2', NOW)).toBe(false);
  });
});
