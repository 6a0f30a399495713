/** The search of the failures page: the address is the only state of its tab and its order. */
import type { Input } from '../../../client/index.ts';
import { choice, one, present, uncheckedFor } from '../../search-parameters/flat.ts';

export type FailuresSearch = {
  /** `muted` or `all`; absent: the groups that need attention. */
  readonly show?: string | undefined;
  /** Absent: those with the most jobs first. */
  readonly sort?: 'last' | undefined;
};

export function readFailuresSearch(raw: Record<string, unknown>): FailuresSearch {
  return present({ show: one(raw.show), sort: choice(raw.sort, ['last'] as const) });
}

type Parameters = Pick<Input<'listFailureGroups'>, 'sort' | 'muted'>;

/** The parameters for the API. An unknown `show` is sent too, so that the service reports the problem. */
export const failureGroupsOf = ({ show, sort }: FailuresSearch): Parameters =>
  uncheckedFor({
    sort: sort === 'last' ? '-last_at' : '-count',
    muted: show === undefined ? false : show === 'muted' ? true : show === 'all' ? undefined : show,
  });
