import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoRetentionPeriods } from '../../functions/adapters/dynamodb/retention-periods.ts';
import type { Retention } from '../../functions/domain/job/retention.ts';
import { periodsInForce } from '../../functions/retention/periods.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';

const DAY = 86_400_000;
const LONG: Retention = { unchanged: DAY, succeeded: 7 * DAY, failed: 90 * DAY };
const SHORT: Retention = { ...LONG, succeeded: DAY, failed: 30 * DAY };

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** The row of a fresh deployment. */
async function deployment() {
  const { LEASES_TABLE } = await engine.createTables();
  return dynamoRetentionPeriods(engine.client, LEASES_TABLE);
}

it('the first run uses the configured periods', async () => {
  const periods = await deployment();
  expect(await periodsInForce(SHORT, false, periods)).toMatchObject({ retention: SHORT, refused: [] });
  expect(await periods.read()).toEqual(SHORT);
});

it('a configured period that became shorter is ignored; the other periods apply', async () => {
  const periods = await deployment();
  await periodsInForce(LONG, false, periods);
  const set = { ...SHORT, unchanged: 2 * DAY };
  expect(await periodsInForce(set, false, periods)).toMatchObject({
    retention: { ...LONG, unchanged: 2 * DAY },
    refused: ['succeeded', 'failed'],
  });
  expect(await periods.read()).toEqual({ ...LONG, unchanged: 2 * DAY });
});

it('a longer period applies at once, and must not become shorter from then on', async () => {
  const periods = await deployment();
  await periodsInForce(SHORT, false, periods);
  expect(await periodsInForce(LONG, false, periods)).toMatchObject({ retention: LONG, refused: [] });
  expect(await periodsInForce(SHORT, false, periods)).toMatchObject({ retention: LONG });
});

it('a shorter period applies if it is allowed, and still applies without the permission', async () => {
  const periods = await deployment();
  await periodsInForce(LONG, false, periods);
  expect(await periodsInForce(SHORT, true, periods)).toMatchObject({ retention: SHORT, refused: [] });
  expect(await periodsInForce(SHORT, false, periods)).toMatchObject({ retention: SHORT, refused: [] });
});

it('a run that cannot read the previous periods deletes nothing', async () => {
  const unread = { read: () => Promise.reject(new Error('no answer')), keep: async () => {} };
  await expect(periodsInForce(SHORT, true, unread)).rejects.toThrow('no answer');
});
