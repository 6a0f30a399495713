/** What runs of one credential that end together make of the moves that they saw. */
import { describe, expect, it } from 'vitest';
import type { Traces } from '../../../functions/domain/sync/moves.ts';
import type { MailStore } from '../../../functions/ports/mail-store.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { movesOf } from '../../../functions/worker/actions/sync/moves.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { settleMoves } from '../../../functions/worker/actions/sync/settle-moves.ts';
import { noMail } from '../../fixtures/no-mail.ts';

const NOW = Date.parse('2026-11-01T00:00:00.000Z');
const message = (n: number) => ({
  ...{ messageId: `<${n}@x>`, providerMessageId: null, internalDate: '2026-10-01T00:00:00.000Z', size: n },
});

/** A run that saw two messages go from A and one of them come to B, with a store that is contested so many times. */
function world(contested: number, mail: Partial<MailStore> = {}) {
  const puts: Traces[] = [];
  let reads = 0;
  const store: MailStore = {
    ...noMail,
    async traces() {
      reads += 1;
      return { version: reads, traces: null };
    },
    async putTraces(_, { version, traces }) {
      expect(version).toBe(reads);
      puts.push(traces);
      return puts.length > contested;
    },
    ...mail,
  };
  const context: ActionContext = {
    ...{ accountId: 'acc_one', credentialId: 'pc_1', generation: 3, jobId: 'job_1', checkpoint: null, plan: null },
    ...{ mail: store, record: async () => {}, mutate: (command) => command(), reportProgress: () => {} },
    ...{ now: () => NOW, remainingMs: () => 60_000, signal: new AbortController().signal },
    session: () => Promise.reject(new Error('no session')),
  };
  const run = startRun({ folder: null, full: false }, context);
  run.moves.removed('A', message(1));
  run.moves.removed('A', message(2));
  run.moves.added('B', message(1), true);
  Object.assign(run.counts, { removed: 2, added: 1 });
  return { run, puts, reads: () => reads };
}
const counted = ({ counts: { added, removed, moved } }: ReturnType<typeof startRun>) => ({ added, removed, moved });

describe('moves that a run saw', () => {
  it('are counted, and the halves that are left are remembered', async () => {
    const { run, puts } = world(0);
    await settleMoves(run);
    expect(counted(run)).toEqual({ added: 0, removed: 1, moved: 1 });
    const prints = ['HC6OqsoLQBEw'];
    expect(puts).toEqual([{ generation: 3, removed: [{ mailboxKey: 'A', at: NOW, by: 'job_1', prints }], added: [] }]);
  });

  it.each([
    [1, 2],
    [2, 3],
    [9, 3],
  ])('are counted once where the item is contested %i times, which is tried %i times', async (contested, tries) => {
    const { run, puts, reads } = world(contested);
    await settleMoves(run);
    expect(counted(run)).toEqual({ added: 0, removed: 1, moved: 1 });
    expect([puts.length, reads()]).toEqual([tries, tries]);
  });

  it('are handed over as they were seen, what came and what went', () => {
    const moves = movesOf();
    expect(moves.take()).toEqual({ added: [], removed: [] });
    moves.added('A', message(1), true);
    moves.added('A', message(2), false);
    moves.removed('B', message(1));
    const { added, removed } = moves.take();
    expect(added).toMatchObject([
      { mailboxKey: 'A', arrived: true },
      { mailboxKey: 'A', arrived: false },
    ]);
    expect(removed).toEqual([{ print: added[0]?.print, mailboxKey: 'B', arrived: false }]);
    expect(moves.take()).toEqual({ added: [], removed: [] });
  });

  it('are settled once: what was handed over is forgotten', async () => {
    const { run, reads } = world(0);
    await settleMoves(run);
    await settleMoves(run);
    expect(counted(run)).toEqual({ added: 0, removed: 1, moved: 1 });
    expect(reads()).toBe(1);
  });

  it('are remembered where nothing came, and nothing is where nothing was seen', async () => {
    const gone = world(0);
    gone.run.moves.take();
    gone.run.moves.removed('A', message(1));
    await settleMoves(gone.run);
    expect(gone.puts.map(({ removed }) => removed.length)).toEqual([1]);
    const none = world(0);
    none.run.moves.take();
    await settleMoves(none.run);
    expect(none.reads()).toBe(0);
  });

  it('are remembered up to 20,000 of each kind', () => {
    const { run } = world(0);
    run.moves.take();
    for (let n = 0; n < 20_001; n += 1) run.moves.removed('A', message(n));
    run.moves.added('A', message(1), true);
    const { added, removed } = run.moves.take();
    expect([added.length, removed.length]).toEqual([1, 20_000]);
  });

  it('are no moves where another message came', async () => {
    for (const other of [{ messageId: '<other@x>' }, { internalDate: '2026-10-02T00:00:00.000Z' }, { size: 6 }]) {
      const { run } = world(0);
      run.moves.take();
      run.moves.removed('A', message(5));
      run.moves.added('B', { ...message(5), ...other }, true);
      await settleMoves(run);
      expect(run.counts.moved).toBe(0);
    }
  });

  it('are not matched with what was remembered of another generation', async () => {
    const first = world(0);
    await settleMoves(first.run);
    const [left] = first.puts;
    if (left === undefined) throw new Error('nothing remembered');
    const removed = left.removed.map((each) => ({ ...each, by: 'job_0' }));
    for (const [generation, expected] of [
      [3, { added: 0, removed: 0, moved: 1 }],
      [2, { added: 1, removed: 0, moved: 0 }],
    ] as const) {
      const traces = { ...left, generation, removed };
      const { run } = world(0, { traces: async () => ({ version: 0, traces }), putTraces: async () => true });
      run.moves.take();
      run.moves.added('B', message(2), true);
      Object.assign(run.counts, { removed: 0, added: 1 });
      await settleMoves(run);
      expect(counted(run)).toEqual(expected);
    }
  });

  it('are told by a message’s own id of the provider, else by Message-ID, date and size together', async () => {
    for (const [more, moved] of [
      [{ providerMessageId: 'p' }, 1],
      [{ providerMessageId: 'p', messageId: null, size: null }, 1],
      [{}, 1],
      [{ messageId: null }, 0],
      [{ internalDate: null }, 0],
      [{ size: null }, 0],
    ] as const) {
      const { run } = world(0);
      run.moves.take();
      run.moves.removed('A', { ...message(5), ...more });
      run.moves.added('B', { ...message(5), ...more }, true);
      await settleMoves(run);
      expect(run.counts.moved, JSON.stringify(more)).toBe(moved);
    }
  });
});
