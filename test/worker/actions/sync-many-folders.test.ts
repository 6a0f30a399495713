/**
 * Many folders on a server without LIST-STATUS: each run and each attempt makes progress, and a bad folder affects
 * only itself.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { capabilitiesWithout, drop } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { folderWorld, MESSAGES, scripted } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const SLOW = capabilitiesWithout('LIST-STATUS');
const COUNT = 24;
const PATHS = ['INBOX', ...Array.from({ length: COUNT - 1 }, (_, n) => `F${String(n).padStart(2, '0')}`)];

const start = () => folderWorld(engine, { paths: PATHS, capabilities: SLOW });
type World = Awaited<ReturnType<typeof start>>;

const statuses = (sent: readonly string[]): readonly string[] =>
  sent.filter((line) => line.startsWith('STATUS')).map((line) => line.split(' ')[1] ?? '');
const count = (sent: readonly string[], name: string): number =>
  sent.filter((line) => line.split(' ')[0] === name).length;

/** One continuation, with time for this many commands. */
function continuation(world: World, commands: number, act: (given: Partial<ActionContext>) => Promise<AttemptOutcome>) {
  return async (checkpoint: unknown): Promise<AttemptOutcome> => {
    const from = world.server.log.length;
    const remainingMs = (): number => Math.max(0, 60_000 - ((world.server.log.length - from) / commands) * 52_000);
    return act({ checkpoint: JSON.parse(JSON.stringify(checkpoint)), remainingMs });
  };
}

async function untilDone(
  continuation: (checkpoint: unknown) => Promise<AttemptOutcome>,
): Promise<{ outcome: AttemptOutcome; continuations: number }> {
  let checkpoint: unknown = null;
  for (let number = 1; number <= COUNT; number += 1) {
    const outcome = await continuation(checkpoint);
    if (outcome.kind !== 'yielded') return { outcome, continuations: number };
    checkpoint = outcome.checkpoint;
  }
  throw new Error('it does not end');
}

test('a sync of one folder by name needs one LIST and one EXAMINE, and no STATUS', async () => {
  const world = await start();
  expect(resultOf(await world.messages({ folder: 'INBOX' }))).toMatchObject({ folders: 1, added: MESSAGES });
  const sent = world.sent();
  expect([count(sent, 'LIST'), count(sent, 'STATUS'), count(sent, 'EXAMINE')]).toEqual([1, 0, 1]);
});

test('a sync of all folders requests a status only if it may save an EXAMINE', async () => {
  const world = await start();
  resultOf(await world.messages());
  expect(count(world.sent(), 'STATUS')).toBe(0);
  world.mailbox('F03').add(...world.fresh(1));
  expect(resultOf(await world.messages())).toMatchObject({ unchanged: COUNT - 1, added: 1 });
  const sent = world.sent();
  expect([count(sent, 'LIST'), count(sent, 'STATUS'), count(sent, 'EXAMINE')]).toEqual([1, COUNT, 1]);
});

describe('a round of several runs', () => {
  test('requests each status once, and ends', async () => {
    const world = await start();
    await world.messages();
    for (const mailbox of world.mailboxes) mailbox.add(...world.fresh(1));
    world.sent();
    const { outcome, continuations: number } = await untilDone(
      continuation(world, 14, (given) => world.messages({}, given)),
    );
    expect(resultOf(outcome)).toMatchObject({ folders: COUNT, unchanged: 0, added: COUNT, complete: true });
    expect(number).toBeGreaterThan(2);
    const asked = statuses(world.sent());
    expect(asked).toHaveLength(COUNT);
    expect(asked[0]).toBe('INBOX');
    expect(asked.toSorted()).toEqual([...PATHS].sort());
  });

  test('requests each status once if nothing has changed, and writes nothing', async () => {
    const world = await start();
    await world.messages();
    const before = await world.records();
    world.sent();
    const { outcome, continuations: number } = await untilDone(
      continuation(world, 10, (given) => world.messages({}, given)),
    );
    expect(resultOf(outcome)).toMatchObject({ folders: COUNT, unchanged: COUNT, complete: true });
    expect(number).toBeGreaterThan(2);
    expect([...statuses(world.sent())].sort()).toEqual([...PATHS].sort());
    expect(await world.records()).toEqual(before);
  });

  test('reads the status of each listed mailbox once', async () => {
    const world = await start();
    world.sent();
    const { outcome, continuations: number } = await untilDone(
      continuation(world, 10, (given) => world.listing(given)),
    );
    expect(outcome).toMatchObject({ result: { mailboxes: COUNT, added: COUNT, missing: 0, listing: 'whole' } });
    expect(number).toBeGreaterThan(2);
    expect([...statuses(world.sent())].sort()).toEqual([...PATHS].sort());
    for (const record of (await world.records()).values()) expect(record.status?.messages).toBe(MESSAGES);
  });
});

describe('an attempt after one that failed', () => {
  /** The connection is lost for good at the n-th STATUS. */
  const losing = (n: number) => {
    let asked = 0;
    let lost = false;
    return scripted((name) => {
      if (lost && /LOGIN|AUTHENTICATE/.test(name)) return drop;
      if (name !== 'STATUS') return null;
      asked += 1;
      lost = asked >= n;
      return lost ? drop : null;
    });
  };

  test('of a sync continues after the finished folders, and the round covers every folder', async () => {
    const world = await start();
    await world.messages();
    world.sent();
    world.server.script = losing(11);
    await expect(world.messages()).rejects.toMatchObject({ failure: { code: 'connection_closed' } });
    const first = statuses(world.sent());
    world.server.script = null;
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: COUNT, refused_count: 0 });
    const second = statuses(world.sent());
    // INBOX always comes first; the folder in progress when it stopped is among the rest.
    expect(second[0]).toBe('INBOX');
    expect(first).not.toContain(second[2]);
    expect(second).toHaveLength(COUNT);
    resultOf(await world.messages());
    expect(statuses(world.sent()).slice(0, 2)).toEqual(['INBOX', 'F00']);
  });

  test('of a sync of mailboxes continues too', async () => {
    const world = await start();
    world.server.script = losing(11);
    await expect(world.listing()).rejects.toMatchObject({ failure: { code: 'connection_closed' } });
    const first = statuses(world.sent());
    world.server.script = null;
    await world.listing();
    const second = statuses(world.sent());
    expect(first).not.toContain(second[1]);
    expect(second).toHaveLength(COUNT);
  });
});

test('renames are checked with the status of new mailboxes only', async () => {
  const world = await start();
  await world.listing();
  world.sent();
  world.mailbox('F05').rename('Neu');
  expect(resultOf(await world.messages({ folder: 'INBOX' }))).toMatchObject({ folders: 1 });
  expect(statuses(world.sent())).toEqual(['Neu']);
});

test('a connection lost during the proof of a rename affects only that proof', async () => {
  const world = await start();
  await world.messages();
  world.mailbox('F05').rename('Neu');
  world.server.script = scripted((name, mailbox) => (mailbox === 'Neu' && name === 'STATUS' ? drop : null));
  expect(resultOf(await world.messages())).toMatchObject({ folders: COUNT, added: MESSAGES, refused_count: 0 });
});

test('a folder that goes silent in each attempt does not block later folders', async () => {
  const world = await start();
  const silent = new Set(['F00', 'F01', 'F02', 'F03', 'F04']);
  let spent = 0;
  // Counted without waiting.
  world.server.script = scripted((name, mailbox) => {
    if (name !== 'EXAMINE' || !silent.has(mailbox)) return null;
    spent += 10_000;
    return drop;
  });
  let begun = 0;
  const { outcome } = await untilDone(async (checkpoint) => {
    begun = spent;
    return world.messages(
      {},
      { checkpoint: JSON.parse(JSON.stringify(checkpoint)), remainingMs: () => Math.max(0, 60_000 - (spent - begun)) },
    );
  });
  const result = resultOf(outcome);
  expect(result.refused.map(({ folder }) => folder)).toEqual([...silent]);
  expect(result.added).toBe((COUNT - silent.size) * MESSAGES);
});
