/** The search of the jobs page: the address is the only state of its filters. */
import type { Schemas } from '../../client/index.ts';
import { choice, many, one, present, uncheckedFor, yesOrNo } from '../search-parameters/flat.ts';

type Filter = Schemas['JobFilter'];
export type JobSort = 'newest' | 'oldest' | 'failed' | 'error';

const SORTS: readonly JobSort[] = ['newest', 'oldest', 'failed', 'error'];

/** The search as it is in the address. Unknown values are kept, so that the service reports the problem. */
export type JobsSearch = {
  readonly q?: string | undefined;
  readonly status?: readonly string[] | undefined;
  readonly code?: readonly string[] | undefined;
  readonly category?: readonly string[] | undefined;
  readonly action?: readonly string[] | undefined;
  readonly host?: readonly string[] | undefined;
  readonly credential?: readonly string[] | undefined;
  readonly task?: readonly string[] | undefined;
  readonly label?: readonly string[] | undefined;
  readonly waiting?: readonly string[] | undefined;
  readonly bulk?: readonly string[] | undefined;
  /** `24h`: made in the last 24 hours. Or an instant. */
  readonly since?: string | undefined;
  /** Made before this instant: "jump to time". */
  readonly until?: string | undefined;
  readonly stalled?: string | undefined;
  readonly sort?: JobSort | undefined;
};

/** The fields with a choice of values, each with its field of the API. */
export const LIST_FIELDS = {
  status: 'status',
  code: 'last_error_code',
  category: 'last_error_category',
  action: 'action',
  host: 'host',
  credential: 'credential_id',
  task: 'task_id',
  label: 'label',
  waiting: 'waiting_on',
  bulk: 'bulk_id',
} as const satisfies Partial<Record<keyof JobsSearch, keyof Filter>>;
export type ListField = keyof typeof LIST_FIELDS;
export const LIST_FIELD_NAMES = [
  'status',
  'code',
  'category',
  'action',
  'host',
  'credential',
  'task',
  'label',
  'waiting',
  'bulk',
] as const satisfies readonly ListField[];

/** Reads an address, or a search that the console made. */
export function readJobsSearch(raw: Record<string, unknown>): JobsSearch {
  return present({
    q: one(raw.q)?.trim() || undefined,
    status: many(raw.status),
    code: many(raw.code),
    category: many(raw.category),
    action: many(raw.action),
    host: many(raw.host),
    credential: many(raw.credential),
    task: many(raw.task),
    label: many(raw.label),
    waiting: many(raw.waiting),
    bulk: many(raw.bulk),
    since: one(raw.since),
    until: one(raw.until),
    stalled: one(raw.stalled),
    sort: choice(raw.sort, SORTS),
  });
}

const isRelative = (text: string): boolean => /^\d{1,6}[smhdw]$/.test(text);

/**
 * The filter for the API; empty for all jobs. Lists, counts and bulk operations use the same one. It is a copy, and may
 * hold values that the service refuses, because an address may hold any text.
 */
export function filterOf(search: JobsSearch): Filter {
  const lists = LIST_FIELD_NAMES.flatMap((name) =>
    search[name] === undefined ? [] : [[LIST_FIELDS[name], search[name]]],
  );
  const { since, until, q, stalled } = search;
  const created = {
    ...(since === undefined ? {} : { gte: isRelative(since) ? `-${since}` : since }),
    ...(until === undefined ? {} : { lt: until }),
  };
  return uncheckedFor({
    ...Object.fromEntries(lists),
    q,
    stalled: yesOrNo(stalled),
    ...(Object.keys(created).length === 0 ? {} : { created_at: created }),
  });
}

const SORT_FIELDS = {
  newest: '-created_at',
  oldest: 'created_at',
  failed: '-failed_at',
  error: '-last_error_at',
} as const;

export const sortOf = ({ sort }: JobsSearch) => SORT_FIELDS[sort ?? 'newest'];

/** The search with this value added to the field, or removed from it if it is there. */
export function toggled(search: JobsSearch, field: ListField, value: string): JobsSearch {
  const before: readonly string[] = search[field] ?? [];
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
  return readJobsSearch({ ...search, [field]: after });
}
