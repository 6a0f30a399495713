import type { Schemas } from './types.ts';

/**
 * Whether a bulk operation has the filter that was counted by a dry run. The service also leaves out jobs that were
 * made after its receipt, which is earlier than the end of the filter when the clock of the caller is fast.
 */
export function isSameFilter(
  counted: Schemas['JobFilter'],
  { filter, created_before }: Pick<Schemas['BulkOperation'], 'filter' | 'created_before'>,
): boolean {
  if (filter === null) return false;
  const { lt = created_before, ...from } = counted.created_at ?? {};
  const end = Date.parse(created_before) < Date.parse(lt) ? created_before : lt;
  const expected = { ...counted, created_at: { ...from, lt: end } };
  return JSON.stringify(canonical(expected)) === JSON.stringify(canonical(filter));
}

/** Equal for two forms of one filter: the order of fields and values does not count, nor how a time is written. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(String).sort();
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return Date.parse(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, part]) => part !== undefined && part !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => [name, canonical(part)]);
}
