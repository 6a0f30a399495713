import { type Failed, lastFailureOf } from '../views/count-changes.ts';
import { type GroupKey, groupIdOf } from './group-id.ts';

/** A group, or the jobs of one action in it. */
export type GroupCounts = GroupKey & {
  readonly id: string;
  /** Null: all actions. */
  readonly action: string | null;
  readonly failed: number;
  readonly retrying: number;
  /** The last failure of the group, whether or not its job is still in it. */
  readonly last: Failed | null;
};

type CounterRow = Readonly<Record<string, unknown>>;

/** The counts of a group's counter row. */
export const countsOfGroup = (key: GroupKey, row: CounterRow): GroupCounts => ({
  ...key,
  id: groupIdOf(key),
  action: null,
  failed: sumOf(row, 'f:'),
  retrying: sumOf(row, 'r:'),
  last: lastFailureOf(row),
});

/** The counts of each action. Actions without jobs are left out. */
export function countsByActionOf(key: GroupKey, row: CounterRow): readonly GroupCounts[] {
  const actions = new Set(Object.keys(row).flatMap((name) => (/^[fr]:/.test(name) ? [name.slice(2)] : [])));
  return [...actions].toSorted().flatMap((action) => {
    const [failed, retrying] = [numberOf(row[`f:${action}`]), numberOf(row[`r:${action}`])];
    return failed + retrying === 0 ? [] : [{ ...countsOfGroup(key, row), action, failed, retrying }];
  });
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

const sumOf = (row: CounterRow, kind: string): number =>
  Object.entries(row).reduce((sum, [name, value]) => sum + (name.startsWith(kind) ? numberOf(value) : 0), 0);
