/** The search of the failures page: the address is the only state of its tab and its order. */
import { one, present } from '../../search-parameters/flat.ts';

export type FailuresSearch = {
  /** Absent: the groups that need attention. */
  readonly show?: 'muted' | 'all' | undefined;
  /** Absent: those with the most jobs first. */
  readonly sort?: 'last' | undefined;
};

export function readFailuresSearch(raw: Record<string, unknown>): FailuresSearch {
  return present({ show: one(raw.show, ['muted', 'all'] as const), sort: one(raw.sort, ['last'] as const) });
}

/** The parameters for the API. */
export function failureGroupsOf({ show, sort }: FailuresSearch) {
  return {
    sort: sort === 'last' ? ('-last_at' as const) : ('-count' as const),
    ...(show === 'all' ? {} : { muted: show === 'muted' }),
  };
}
