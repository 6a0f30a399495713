import { describe, expect, it } from 'vitest';
import type { Quotas } from '../../functions/api/accounts/quotas.ts';
import { appendCounted } from '../../functions/api/append-counted.ts';
import { createdStream } from '../../functions/api/idempotency.ts';
import { foldTask } from '../../functions/domain/task/task.ts';
import { Problem } from '../../functions/http/problem.ts';
import type { AppendResult, NewEvent } from '../../functions/ports/event-log.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';

const COUNT = { accountId: 'acc_one', kind: 'tasks', now: 1 } as const;
const made: NewEvent = {
  streamId: 'tsk_one',
  version: 1,
  accountId: 'acc_one',
  actor: { kind: 'user', id: 'ann' },
  at: '2026-11-28T10:00:00.000Z',
  event: { type: 'TaskDeleted', data: { reason: null } },
};
const STREAM = createdStream(memoryEventLog(), made.streamId, foldTask, null);
const CONFLICT: AppendResult = { kind: 'conflict', streamId: 'tsk_one' };

/** `appends`: the result of each append in turn. */
function world(...appends: readonly (AppendResult | Error)[]) {
  const calls: string[] = [];
  const quotas: Pick<Quotas, 'admit' | 'giveBack'> = {
    admit: async () => void calls.push('counted'),
    giveBack: async () => void calls.push('given back'),
  };
  const left = [...appends];
  const log = {
    ...memoryEventLog(),
    async append() {
      const next = left.shift() ?? { kind: 'appended' as const };
      if (next instanceof Error) throw next;
      return next;
    },
  };
  return { calls, log, quotas };
}

describe('a request that creates a counted resource', () => {
  it('is counted once, however often it is decided', async () => {
    const { calls, log, quotas } = world(CONFLICT, CONFLICT);
    await appendCounted(log, quotas, COUNT, STREAM, async (admit) => {
      await admit();
      return { events: [made], result: null };
    });
    expect(calls).toEqual(['counted']);
  });

  it('is uncounted when another request under its key was faster', async () => {
    const { calls, log, quotas } = world(CONFLICT);
    let decided = 0;
    const result = await appendCounted(log, quotas, COUNT, STREAM, async (admit) => {
      decided += 1;
      if (decided > 1) return { events: null, result: 'of the other one' };
      await admit();
      return { events: [made], result: 'mine' };
    });
    expect(result).toMatchObject({ kind: 'unchanged', result: 'of the other one' });
    expect(calls).toEqual(['counted', 'given back']);
  });

  it('is uncounted when its events no longer create the resource', async () => {
    const { calls, log, quotas } = world(CONFLICT);
    let decided = 0;
    await appendCounted(log, quotas, COUNT, STREAM, async (admit) => {
      decided += 1;
      if (decided === 1) await admit();
      return { events: [made], result: null };
    });
    expect(calls).toEqual(['counted', 'given back']);
  });

  it.each([
    ['is refused', new Problem('rate_limited')],
    ['breaks', new Error('the vault does not answer')],
  ])('is uncounted when it %s after it was counted', async (_, error) => {
    const { calls, log, quotas } = world();
    const request = appendCounted(log, quotas, COUNT, STREAM, async (admit) => {
      await admit();
      throw error;
    });
    await expect(request).rejects.toBe(error);
    expect(calls).toEqual(['counted', 'given back']);
  });

  it('is uncounted when it is refused after a conflict', async () => {
    const { calls, log, quotas } = world(CONFLICT);
    let decided = 0;
    const request = appendCounted(log, quotas, COUNT, STREAM, async (admit) => {
      decided += 1;
      if (decided > 1) throw new Problem('version_conflict');
      await admit();
      return { events: [made], result: null };
    });
    await expect(request).rejects.toMatchObject({ code: 'version_conflict' });
    expect(calls).toEqual(['counted', 'given back']);
  });

  it('stays counted when it is unknown whether its event was written', async () => {
    const { calls, log, quotas } = world(new Error('no answer'));
    const request = appendCounted(log, quotas, COUNT, STREAM, async (admit) => {
      await admit();
      return { events: [made], result: null };
    });
    await expect(request).rejects.toThrow('no answer');
    expect(calls).toEqual(['counted']);
  });

  it('is not uncounted when it was not counted', async () => {
    const { calls, log, quotas } = world();
    await appendCounted(log, quotas, COUNT, STREAM, async () => ({ events: [made], result: null }));
    const replay = await appendCounted(log, quotas, COUNT, STREAM, async () => ({ events: null, result: 'earlier' }));
    expect([replay, calls]).toMatchObject([{ result: 'earlier' }, []]);
  });
});
