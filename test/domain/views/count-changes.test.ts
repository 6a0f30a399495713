import { describe, expect, it } from 'vitest';
import { foldJob } from '../../../functions/domain/job/history.ts';
import {
  changesAfter,
  changesByRow,
  counterShardOf,
  markAt,
  markName,
  placeOf,
  staleMarks,
} from '../../../functions/domain/views/count-changes.ts';
import { accountCounterRow, hourCounterRow, REVISION } from '../../../functions/domain/views/counters.ts';
import { iso, requested, started, stream, T0 } from '../job/job-stream.ts';

const SHARD = 'shardId-00000001414576573621-f55eea83';

describe('a place in a shard', () => {
  it('sorts like the sequence numbers, however long they are', () => {
    const numbers = ['0', '7', '9', '10', '99', '100', '500000000003456789099', '9'.repeat(40)];
    expect(numbers.map(placeOf).toSorted()).toEqual(numbers.map(placeOf));
    expect(placeOf('0042')).toBe(placeOf('42'));
  });

  it.each(['', 'x', '-1', '1.5', '1'.repeat(41)])('is not made of %j', (sequence) => {
    expect(() => placeOf(sequence)).toThrow();
  });

  it('is after a mark only if it is a later one', () => {
    const changes = ['9', '10', '11'].map((sequence) => ({ place: placeOf(sequence), names: new Map() }));
    const after = (mark: unknown) => changesAfter(changes, mark).length;
    expect([undefined, ...['8', '9', '10', '11'].map((one) => markAt(placeOf(one), 5_000))].map(after)).toEqual([
      3, 3, 2, 1, 0,
    ]);
  });
});

describe('a stream shard', () => {
  it('always adds to the same counter row of an account, and shards are spread over the rows', () => {
    expect(counterShardOf(SHARD)).toBe(counterShardOf(SHARD));
    const used = new Set(Array.from({ length: 40 }, (_, n) => counterShardOf(`${SHARD}${n}`)));
    expect(used).toEqual(new Set([0, 1, 2, 3]));
  });

  it('has a short mark, because each counter row keeps one for each shard', () => {
    expect(markName(SHARD)).toBe('q:1414576573621-f55eea83');
  });
});

it('changes are grouped by counter row in the order of the records; each raises the revision of its account', () => {
  const queued = foldJob(stream([requested()]));
  const running = foldJob(stream([requested(), started()]));
  const rows = changesByRow(
    [
      { sequence: '9', before: null, after: queued },
      { sequence: '10', before: queued, after: queued },
      { sequence: '11', before: queued, after: running },
    ],
    SHARD,
  );
  expect(rows.size).toBe(2);
  const placesIn = (row: string) => rows.get(row)?.map(({ place }) => place);
  expect(placesIn(hourCounterRow('acc_one', iso(T0)))).toEqual(['9', '11'].map(placeOf));
  const own = accountCounterRow('acc_one', counterShardOf(SHARD));
  expect(placesIn(own)).toEqual(['9', '10', '11'].map(placeOf));
  expect(rows.get(own)?.map(({ names }) => names.get(REVISION))).toEqual([1, 1, 1]);
});

it('only marks are stale, and only those of shards without changes for 48 hours', () => {
  const now = 1_000 * 3_600_000;
  const row = {
    id: 'cnt#acc_one#0',
    's:queued': 1,
    'q:old': markAt('11', now - 49 * 3_600_000),
    'q:young': markAt('11', now - 47 * 3_600_000),
  };
  expect([...staleMarks(row, now).keys()]).toEqual(['q:old']);
});
