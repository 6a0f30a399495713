/** Filters whose times are instants, so that a count and the bulk operation after it select the same jobs. */
import type { Schemas } from '../../client/index.ts';
import { filterOf, type JobsSearch, LIST_FIELD_NAMES, LIST_FIELDS } from './jobs-search.ts';

export type FrozenFilter = Schemas['JobFilter'];

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The filter of the address at this instant, for jobs made before it. */
export function frozenFilter(search: JobsSearch, at: string): FrozenFilter {
  const filter = filterOf(search);
  const { gte, lt = at } = filter.created_at ?? {};
  const end = instantOf(lt, at);
  return {
    ...filter,
    created_at: { ...(gte === undefined ? {} : { gte: instantOf(gte, at) }), lt: earlierOf(end, at) },
  };
}

/** `-24h` as an instant. A text that is no such age is kept, and the service reports the problem. */
function instantOf(text: string, at: string): string {
  const [, sign, count, unit = ''] = /^([+-])(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const ms = UNIT_MS[unit];
  if (ms === undefined) return text;
  return new Date(Date.parse(at) + (sign === '-' ? -1 : 1) * Number(count) * ms).toISOString();
}

const earlierOf = (one: string, other: string): string => (Date.parse(other) < Date.parse(one) ? other : one);

/** One condition of a filter, ready to be shown. */
export type FilterChip = { readonly label: string; readonly kind: 'text' | 'time'; readonly value: string };

const BOUNDS: Readonly<Record<string, string>> = { gte: 'from', lt: 'before', lte: 'at most' };

/** All conditions of a frozen filter. Fields that this console does not know are shown under their own names. */
export function chipsOf(filter: Readonly<Record<string, unknown>>): FilterChip[] {
  return Object.entries(filter).flatMap(([field, value]): FilterChip[] => {
    const label = labelOf(field);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((each) => ({ label, kind: 'text', value: String(each) }));
    if (typeof value !== 'object') return [{ label, kind: 'text', value: String(value) }];
    return Object.entries(value)
      .filter(([, bound]) => bound !== undefined && bound !== null)
      .map(([bound, limit]) => ({
        label: `${label} ${BOUNDS[bound] ?? bound}`,
        kind: field.endsWith('_at') ? 'time' : 'text',
        value: String(limit),
      }));
  });
}

function labelOf(field: string): string {
  if (field === 'created_at') return 'made';
  return LIST_FIELD_NAMES.find((name) => LIST_FIELDS[name] === field) ?? (field === 'q' ? 'search' : field);
}
