import { describe, expect, it } from 'vitest';
import { formatUidSet, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { inCommands } from '../../../functions/worker/actions/messages/in-commands.ts';

/** Runs commands for these UIDs with this much time left before each of them. */
async function commands(uids: string, ...remaining: readonly number[]) {
  const made: string[] = [];
  const left = await inCommands({ remainingMs: () => remaining[made.length] ?? 0 }, parseUidSet(uids), async (some) => {
    made.push(formatUidSet(some));
  });
  return { made, left: formatUidSet(left) };
}

describe('a change of many messages', () => {
  it('is sent for a hundred messages at a time, lowest first', async () => {
    expect(await commands('1:150,300:399', 9, 9, 9)).toEqual({
      made: ['1:50', '51:150', '300:399'],
      left: '',
    });
  });

  it('of a hundred messages is one command', async () => {
    expect(await commands('1:100', 9)).toEqual({ made: ['1:100'], left: '' });
  });

  it('begins with any time left, and stops before the next command when time is over', async () => {
    expect(await commands('1:300', 0, 1, 0)).toEqual({ made: ['1:100', '101:200'], left: '201:300' });
    expect(await commands('1:300', -5, -5)).toEqual({ made: ['1:100'], left: '101:300' });
  });

  it('of no message sends nothing', async () => {
    expect(await commands('', 9)).toEqual({ made: [], left: '' });
  });

  it('fails with its command, and earlier commands stay done', async () => {
    const made: string[] = [];
    const run = inCommands({ remainingMs: () => 9 }, parseUidSet('1:300'), async (some) => {
      if (made.length === 1) throw new Error('refused');
      made.push(formatUidSet(some));
    });
    await expect(run).rejects.toThrow('refused');
    expect(made).toEqual(['1:100']);
  });
});
