/**
 * Servers that go silent or are slow, against the time of a run. The time of an answer is counted without waiting: the
 * connection is cut at once where the worker would cut it later, and the script gives the remaining time.
 */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import { createMailbox, type Script, startImapServer } from '../../../local/imap/server.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const COUNT = 1200;
/** Time of a run, ms. */
const BUDGET = 195_000;
/** How long the worker waits for an answer that does not begin, and for one that does not end. */
const SILENCE = 20_000;
const DEADLINE = 120_000;

/** UIDs of a FETCH of whole messages; empty for another command. */
function fetched(name: string, args: string): readonly number[] {
  if (name !== 'UID FETCH' || !args.includes('ENVELOPE')) return [];
  return (/^([\d:,]+) /.exec(args)?.[1] ?? '').split(',').flatMap((element) => {
    const [low = 0, high = low] = element.split(':').map(Number);
    return Array.from({ length: high - low + 1 }, (_, at) => low + at);
  });
}

async function slowWorld(costOf: (uids: readonly number[]) => number) {
  const messages = Array.from({ length: COUNT }, (_, n) => ({ raw: plainMessage({ n }) }));
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 7, messages });
  let spent = 0;
  const windows: number[] = [];
  const script: Script = ({ name, args }) => {
    const uids = fetched(name, args);
    if (uids.length === 0) return { kind: 'normal' };
    windows.push(uids.length);
    const cost = costOf(uids);
    spent += Math.min(cost, DEADLINE);
    return cost === SILENCE || cost > DEADLINE ? { kind: 'drop' } : { kind: 'normal' };
  };
  const server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox] }],
    tls: 'none',
    script,
  });
  onTestFinished(() => server.close());
  const world = await syncWorld(engine, {
    host: server.host,
    port: server.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
  });
  /** Runs an attempt until it ends, with at most this many continuations. */
  async function attempt(most: number) {
    let checkpoint: unknown = null;
    for (let continuation = 1; ; continuation += 1) {
      const before = spent;
      const started = world.clock.now;
      const outcome: AttemptOutcome = await world.messages(
        {},
        {
          checkpoint,
          remainingMs: () => Math.max(0, BUDGET - (spent - before)),
          now: () => started + (spent - before),
        },
      );
      world.clock.now += spent - before + 1000;
      if (outcome.kind !== 'yielded' || continuation === most) return { outcome, continuations: continuation };
      checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint));
    }
  }
  return { ...world, server, windows, attempt };
}

test('a message on which the server goes silent costs at most one run: it is unreadable, and the rest is stored', async () => {
  const world = await slowWorld((uids) => (uids.includes(777) ? SILENCE : 10));
  const { outcome, continuations } = await world.attempt(4);
  expect(resultOf(outcome)).toMatchObject({ added: COUNT, unreadable: 1, complete: true });
  expect(continuations).toBeLessThanOrEqual(2);
  expect(await world.stored()).toHaveLength(COUNT);
});

test('several adjacent messages of that kind are passed, run by run', async () => {
  const silent = new Set([1190, 1191, 1192, 1193, 1194, 1195, 1196, 1197]);
  const world = await slowWorld((uids) => (uids.some((uid) => silent.has(uid)) ? SILENCE : 10));
  const { outcome } = await world.attempt(8);
  expect(resultOf(outcome)).toMatchObject({ added: COUNT, unreadable: silent.size, complete: true });
});

test('a server that needs longer for a window than a run lasts gets smaller windows from then on', async () => {
  const world = await slowWorld((uids) => uids.length * 400);
  const { outcome } = await world.attempt(8);
  expect(resultOf(outcome)).toMatchObject({ added: COUNT, unreadable: 0, complete: true });
  // Only the first one was too large: the size is kept for later runs.
  expect(world.windows.filter((count) => count * 400 > DEADLINE)).toHaveLength(1);
});

test('a server that answers no FETCH fails the attempt with its error, and no message becomes unreadable', async () => {
  const world = await slowWorld(() => SILENCE);
  await expect(world.attempt(10)).rejects.toMatchObject({ failure: { code: 'connection_closed' } });
  expect(await world.stored()).toEqual([]);
});

test('runs that began with little time do not count as runs without progress', async () => {
  const world = await slowWorld(() => 10);
  let checkpoint: unknown = null;
  for (let continuation = 0; continuation < 5; continuation += 1) {
    const outcome = await world.messages({}, { checkpoint, remainingMs: () => 9_000 });
    if (outcome.kind !== 'yielded') throw new Error(outcome.kind);
    checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint));
  }
  expect(resultOf(await world.messages({}, { checkpoint }))).toMatchObject({ added: COUNT });
});
