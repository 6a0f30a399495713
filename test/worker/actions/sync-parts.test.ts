/** A sync in several runs: a later run completes what an earlier one left. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import { capabilitiesWithout } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { folderWorld, MESSAGES } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const DAY = 86_400_000;

function checkpointOf(outcome: AttemptOutcome): unknown {
  if (outcome.kind !== 'yielded' && outcome.kind !== 'postponed') throw new Error(`no checkpoint: ${outcome.kind}`);
  return JSON.parse(JSON.stringify(outcome.checkpoint));
}

test('a folder that another run has locked is read later, even if time runs out in between', async () => {
  const world = await folderWorld(engine);
  await world.listing();
  const busy = (await world.records()).get('A');
  if (busy === undefined) throw new Error('no record');
  await world.store.putMailbox({ ...busy, lock: { by: 'job_2', until: world.clock.now + DAY } });
  const from = world.server.log.length;
  const isBehindIt = (): boolean =>
    world.server.log.slice(from).some(({ name, args }) => name === 'EXAMINE' && args === 'C');
  const first = await world.messages({}, { remainingMs: () => (isBehindIt() ? 0 : 60_000) });
  expect(first.kind).toBe('yielded');
  const second = await world.messages({}, { checkpoint: checkpointOf(first) });
  expect(second).toMatchObject({ kind: 'postponed', because: 'connection_slot' });
  expect(await world.counts()).not.toHaveProperty('A');
  world.clock.now += DAY;
  const last = resultOf(await world.messages({}, { checkpoint: checkpointOf(second) }));
  expect(last).toMatchObject({ folders: 5, added: 5 * MESSAGES, complete: true });
  expect(await world.counts()).toHaveProperty('A', MESSAGES);
});

test('a removed mailbox counts once, however many runs a sync of mailboxes needs', async () => {
  const world = await folderWorld(engine, { capabilities: capabilitiesWithout('LIST-STATUS') });
  await world.listing();
  world.mailboxes.splice(-1, 1);
  await world.listing();
  world.clock.now += DAY + 60_000;
  const first = await world.listing({ remainingMs: () => 0 });
  expect(first.kind).toBe('yielded');
  expect(await world.listing({ checkpoint: checkpointOf(first) })).toMatchObject({
    kind: 'succeeded',
    result: { mailboxes: 4, removed: 1 },
  });
});
