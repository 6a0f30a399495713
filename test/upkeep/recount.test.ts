import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import type { CountRepair } from '../../functions/ports/counters.ts';
import type { Views } from '../../functions/ports/views.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { readRecountOptions, UsageError } from '../../functions/upkeep/options.ts';
import { type Drift, recount, recountTwice, repairCounts } from '../../functions/upkeep/recount.ts';
import { ACCOUNT, failedWith, iso, recorded, requested, started, succeeded, T0 } from '../domain/job/job-stream.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';

const HOUR = 3_600_000;
const EXACT: Drift = new Map();
const account = (shard: number): string => `cnt#${ACCOUNT}#${shard}`;
const hour = (n: number): string => `cnt#${ACCOUNT}#h#${iso(T0 + n * HOUR).slice(0, 13)}`;
const lives: JobEvent[][] = [
  [requested(), started(), succeeded],
  [requested(), started(), failedWith('auth_failed', null)],
  [requested()],
  [requested(), started(), failedWith('auth_failed', null), { type: 'JobDeleted', data: { reason: null } }],
];

/** Jobs made over six hours, in the view. */
async function world() {
  const views = memoryViews();
  for (let n = 0; n < 24; n += 1) {
    const id = `job_01jgx0000000000000000${String(n).padStart(5, '0')}`;
    const events = (lives[n % lives.length] ?? []).map((event, at) =>
      recorded(event, at + 1, T0 + Math.floor(n / 4) * HOUR + at, id),
    );
    const { failed } = await projectOnce(events, { log: memoryEventLog(), views, pause: async () => {} });
    expect(failed).toEqual([]);
  }
  const skew = async (id: string, name: string, by: number) => {
    const row = views.counts.get(id) ?? new Map<string, number>();
    views.counts.set(id, row.set(name, (row.get(name) ?? 0) + by));
  };
  return { views, skew };
}

describe('a recount', () => {
  it('finds nothing if the counters are correct', async () => {
    const { views } = await world();
    expect(await recount(views, ACCOUNT)).toEqual(EXACT);
    expect(await recount(views, 'acc_other')).toEqual(EXACT);
  });

  it('finds a wrong count of the account, over all shards', async () => {
    const { views, skew } = await world();
    await skew(account(2), 's:failed', 2);
    await skew(account(3), 's:failed', -2);
    expect(await recount(views, ACCOUNT)).toEqual(EXACT);
    await skew(account(1), 'e:auth_failed', -1);
    expect(await recount(views, ACCOUNT)).toEqual(new Map([['e:auth_failed', { counted: 6, stored: 5 }]]));
  });

  it('finds a wrong count of an hour, and a missing one', async () => {
    const { views, skew } = await world();
    await skew(hour(3), 's:queued', 1);
    await skew(hour(5), 's:succeeded', -1);
    expect([...(await recount(views, ACCOUNT))]).toEqual([
      ['2026-11-01T03 s:queued', { counted: 1, stored: 2 }],
      ['2026-11-01T05 s:succeeded', { counted: 1, stored: 0 }],
    ]);
  });

  it('finds counts of a given hour that has no job any more', async () => {
    const { views, skew } = await world();
    await skew(hour(-30), 's:failed', 1);
    expect(await recount(views, ACCOUNT)).toEqual(EXACT);
    const hours = Array.from({ length: 40 }, (_, n) => iso(T0 + (n - 35) * HOUR));
    expect(await recount(views, ACCOUNT, hours)).toEqual(
      new Map([['2026-10-30T18 s:failed', { counted: 0, stored: 1 }]]),
    );
  });

  it('reads each row once', async () => {
    const { views } = await world();
    const read: string[] = [];
    const watched: Views = {
      ...views,
      page: (query) => views.page({ ...query, limit: 5 }),
      get: (ids, options) => {
        read.push(...ids);
        return views.get(ids, options);
      },
      counters: (rows, options) => {
        read.push(...rows);
        return views.counters(rows, options);
      },
    };
    const hours = Array.from({ length: 3000 }, (_, n) => iso(T0 - n * HOUR));
    expect(await recount(watched, ACCOUNT, hours)).toEqual(EXACT);
    expect(new Set(read).size).toBe(read.length);
    expect(read.filter((id) => id.startsWith('job_'))).toHaveLength(18);
  });
});

describe('a recount during live traffic', () => {
  it('does not check correct counters twice', async () => {
    const { views } = await world();
    const settle = (): never => {
      throw new Error('looked twice');
    };
    expect(await recountTwice(views, ACCOUNT, [], settle)).toEqual({
      drift: EXACT,
      unsettled: EXACT,
      replacements: [],
    });
  });

  it('reports a difference of counters that stay the same, and none of a change in progress', async () => {
    const { views, skew } = await world();
    await skew(account(0), 's:failed', 3);
    await skew(account(0), 's:queued', 1);
    await skew(hour(1), 's:queued', 1);
    let waits = 0;
    const finding = await recountTwice(views, ACCOUNT, [], async () => {
      waits += 1;
      if (waits > 1) return;
      await skew(account(0), 's:queued', -1);
      await skew(hour(1), 's:queued', -1);
      await skew(account(0), 'a:imap_sync_messages', 1);
    });
    expect(finding).toMatchObject({ drift: new Map([['s:failed', { counted: 6, stored: 9 }]]), unsettled: EXACT });
  });

  it('proves nothing about a count that seems the same while rows change, because its lag may be constant', async () => {
    const { views, skew } = await world();
    await skew(account(0), 's:running', 3);
    await skew(hour(0), 's:failed', 1);
    const finding = await recountTwice(views, ACCOUNT, [], async () => {
      // A job that was added and one that was removed.
      await skew(account(0), 's:queued', 1);
      await skew(account(0), 's:succeeded', -1);
    });
    expect([...finding.drift.keys()]).toEqual(['2026-11-01T00 s:failed']);
    expect(finding.unsettled.get('s:running')).toEqual({ counted: 0, stored: 3 });
  });

  it('reports as unsettled a difference that changes', async () => {
    const { views, skew } = await world();
    await skew(account(0), 's:running', 3);
    const finding = await recountTwice(views, ACCOUNT, [], async () => {
      await skew(account(0), 's:running', 1);
    });
    expect(finding).toEqual({
      drift: EXACT,
      unsettled: new Map([['s:running', { counted: 0, stored: 4 }]]),
      replacements: [],
    });
  });

  it('repairs each proven difference once, and leaves a count that has changed since', async () => {
    const { views, skew } = await world();
    await skew(account(2), 's:failed', 2);
    await skew(account(0), 'e:auth_failed', -1);
    await skew(hour(3), 's:queued', 1);
    await skew(hour(5), 's:succeeded', -1);
    const recounted = () => recountTwice(views, ACCOUNT, [], async () => {});
    const { replacements } = await recounted();
    await skew(hour(5), 's:succeeded', 1);
    const repair: CountRepair = {
      async replace({ row, name, from, to }) {
        const counts = views.counts.get(row) ?? new Map<string, number>();
        if ((counts.get(name) ?? null) !== from) return false;
        views.counts.set(row, counts.set(name, to));
        return true;
      },
    };
    const late = { row: hour(5), name: 's:succeeded', from: 0, to: 1 };
    expect(await repairCounts(repair, replacements)).toEqual([late]);
    expect(await recounted()).toEqual({ drift: EXACT, unsettled: EXACT, replacements: [] });
    expect(await repairCounts(repair, replacements)).toEqual(replacements);
    expect(await recount(views, ACCOUNT)).toEqual(EXACT);
  });
});

describe('the flags of recount', () => {
  it('may come from the environment, except for the account', () => {
    expect(readRecountOptions(['--account', 'acc_x'], { VIEWS_TABLE: 'V' })).toEqual({
      account: 'acc_x',
      views: 'V',
      days: 366,
      settle: 25,
      apply: false,
    });
    expect(
      readRecountOptions(['--account=acc_x', '--views', 'W', '--days', '7', '--settle', '60', '--apply'], {
        VIEWS_TABLE: 'V',
      }),
    ).toEqual({
      account: 'acc_x',
      views: 'W',
      days: 7,
      settle: 60,
      apply: true,
    });
  });

  it.each([
    [[], /--account/],
    [['--account', 'x'], /acc_…/],
    [['--account', 'acc_x'], /--views or VIEWS_TABLE/],
    [['--account', 'acc_x', '--views', 'V', '--days', 'many'], /--days/],
    [['--account', 'acc_x', '--tables', 'V'], /--tables/],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => readRecountOptions(args, {})).toThrow(UsageError);
    expect(() => readRecountOptions(args, {})).toThrow(sentence);
  });
});
