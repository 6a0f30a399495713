/** The figures of the overview, each with the list that shows its jobs. */
import type { Schemas } from '../../../client/index.ts';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import type { Counted } from './counted.ts';

export type Figure = {
  readonly label: string;
  readonly value: number;
  readonly tone: 'bad' | 'warn' | 'idle' | 'active';
  readonly search: JobsSearch;
};

export const STALLED: JobsSearch = { stalled: 'true' };
export const OLDEST_DUE: JobsSearch = { status: ['queued', 'scheduled', 'retrying'], sort: 'oldest' };

type Stats = Schemas['JobStats'];

/** Jobs that should have started or reported, and did not. The service looks at the oldest open jobs only. */
export const stalledOf = ({ stalled, open_coverage }: Pick<Stats, 'stalled' | 'open_coverage'>): Counted => ({
  count: stalled,
  isExact: open_coverage.complete,
});

export const figuresOf = ({ by_status: by }: Pick<Stats, 'by_status'>): readonly Figure[] => [
  { label: 'Failed', value: by.failed, tone: 'bad', search: { status: ['failed'] } },
  { label: 'Retrying', value: by.retrying, tone: 'warn', search: { status: ['retrying'] } },
  { label: 'Waiting', value: by.queued + by.scheduled, tone: 'idle', search: { status: ['queued', 'scheduled'] } },
  { label: 'Running', value: by.running, tone: 'active', search: { status: ['running'] } },
];
