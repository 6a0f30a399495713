import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { type Account, foldAccount } from '../../functions/domain/account/account.ts';
import { snapshot } from '../../functions/domain/event/event.ts';
import type { EventLog, NewEvent } from '../../functions/ports/event-log.ts';
import { appendOnce } from '../../functions/streams/append-once.ts';
import { type Decide, decideAndAppend, OVERTAKEN } from '../../functions/streams/decide-and-append.ts';
import { atMost } from '../../functions/streams/retries.ts';
import { eventsRead, recognising, startingFrom, streamOf } from '../../functions/streams/stream-of.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';

const ACCOUNT = 'acc_one';
const ROUNDS = 3;

const paused = (version: number, reason: string, commandId?: string): NewEvent => ({
  streamId: ACCOUNT,
  version,
  accountId: ACCOUNT,
  actor: { kind: 'user', id: 'ann' },
  at: `2026-11-28T10:00:0${version}.000Z`,
  event: { type: 'AccountPaused', data: { reason, until: null } },
  ...(commandId === undefined ? {} : { commandId }),
});

/** Appends a pause with this reason, after the present state. */
const pausing =
  (reason: string): Decide<Account, string> =>
  (state) => ({ events: [paused((state?.version ?? 0) + 1, reason)], result: reason });

/** A log in which another writer appends before each of the first `faster` appends. */
function world(faster = 0) {
  const log = memoryEventLog();
  const counts = { reads: 0, appends: 0 };
  const raced: EventLog = {
    ...log,
    async current(id) {
      counts.reads += 1;
      return log.current(id);
    },
    async append(events) {
      counts.appends += 1;
      if (counts.appends <= faster) await log.append([paused((await log.read(ACCOUNT)).length + 1, 'faster')]);
      return log.append(events);
    },
  };
  return { log: raced, counts, stream: streamOf<Account>(raced, ACCOUNT, foldAccount, atMost(ROUNDS)) };
}

describe('a decision on a stream', () => {
  it('reads once, appends once and returns the state after the event', async () => {
    const { log, stream, counts } = world();
    const outcome = await decideAndAppend(log, stream, pausing('mine'));
    expect(counts).toEqual({ reads: 1, appends: 1 });
    expect(outcome).toEqual({ kind: 'appended', result: 'mine', state: foldAccount(await log.read(ACCOUNT)) });
  });

  it('is made again on the new state after a conflict', async () => {
    const { log, stream, counts } = world(2);
    const outcome = await decideAndAppend(log, stream, pausing('mine'));
    expect(outcome).toMatchObject({ kind: 'appended', state: { version: 3, paused: { reason: 'mine' } } });
    expect(counts).toEqual({ reads: 3, appends: 3 });
  });

  it('ends in a conflict when every round conflicts', async () => {
    const { log, stream, counts } = world(ROUNDS);
    expect(await decideAndAppend(log, stream, pausing('mine'))).toEqual({ kind: 'conflict' });
    expect(counts.appends).toBe(ROUNDS);
  });

  it('to write nothing appends nothing', async () => {
    const { log, stream, counts } = world();
    const outcome = await decideAndAppend(log, stream, () => ({ events: null, result: 'nothing to do' }));
    expect(outcome).toEqual({ kind: 'unchanged', state: null, result: 'nothing to do' });
    expect(counts.appends).toBe(0);
  });

  it('that finds itself overtaken by another writer is made again', async () => {
    const { log, stream } = world();
    const rounds: number[] = [];
    const outcome = await decideAndAppend<Account, null>(log, stream, (_, __, round) => {
      rounds.push(round);
      return round === 0 ? OVERTAKEN : { events: null, result: null };
    });
    expect([outcome.kind, rounds]).toEqual(['unchanged', [0, 1]]);
  });

  it('that throws is not made again', async () => {
    const { log, stream, counts } = world();
    const refused = decideAndAppend(log, stream, () => Promise.reject(new Error('refused')));
    await expect(refused).rejects.toThrow('refused');
    expect(counts).toEqual({ reads: 1, appends: 0 });
  });

  it('uses what the caller has read, and reads only after a conflict', async () => {
    const { log, stream, counts } = world(1);
    const outcome = await decideAndAppend(log, startingFrom(eventsRead([]), stream), pausing('mine'));
    expect(outcome).toMatchObject({ kind: 'appended', state: { version: 2 } });
    expect(counts).toEqual({ reads: 1, appends: 2 });
  });

  it('pauses before each round but the first', async () => {
    const { log, stream } = world(2);
    const pauses: number[] = [];
    const retries = atMost(ROUNDS, async (round) => void pauses.push(round));
    await decideAndAppend(log, { ...stream, retries }, pausing('mine'));
    expect(pauses).toEqual([1, 2]);
  });
});

describe('a command that was carried out before', () => {
  async function repeated() {
    const all = world();
    for (const event of [paused(1, 'first', 'command-1'), paused(2, 'second')]) await all.log.append([event]);
    const never: Decide<Account, never> = () => Promise.reject(new Error('it is decided again'));
    return { ...all, never };
  }

  it('is not decided again, and returns the state after it', async () => {
    const { log, stream, never } = await repeated();
    const outcome = await decideAndAppend(log, recognising(log, stream, 'command-1'), never);
    expect(outcome).toMatchObject({
      kind: 'earlier',
      event: { version: 1 },
      stateThen: { version: 1, paused: { reason: 'first' } },
      state: { version: 2, paused: { reason: 'second' } },
    });
  });

  it('is found although the stream was read from a snapshot', async () => {
    const { log, stream, never } = await repeated();
    const events = await log.read(ACCOUNT);
    const [last] = events.slice(-1);
    const state = foldAccount(events);
    if (last === undefined || state === null) throw new Error('there are two events');
    const seen = startingFrom(eventsRead([snapshot(last, state)]), recognising(log, stream, 'command-1'));
    expect(await decideAndAppend(log, seen, never)).toMatchObject({ kind: 'earlier', stateThen: { version: 1 } });
  });

  it('is found after its own retry caused the conflict', async () => {
    const { log, stream } = world();
    const own = recognising(log, stream, 'command-1');
    const outcome = await decideAndAppend<Account, null>(log, own, async (_, __, round) => {
      if (round === 0) await log.append([paused(1, 'twin', 'command-1')]);
      return { events: [paused(1, 'mine', 'command-1')], result: null };
    });
    expect(outcome).toMatchObject({ kind: 'earlier', stateThen: { paused: { reason: 'twin' } } });
  });
});

it('appendOnce does not retry when another event has the version', async () => {
  const log = memoryEventLog();
  const streamId = ids.next('job');
  const event = { ...paused(1, 'one'), streamId };
  expect([await appendOnce(log, [event]), await appendOnce(log, [{ ...event, at: 'later' }])]).toEqual([true, false]);
  expect(log.all).toHaveLength(1);
});
