/** The figures of the overview, and the list that each one counts. */
import type { Schemas } from '../../../client/index.ts';
import type { JobsSearch } from '../../jobs/jobs-search.ts';

export type Figure = {
  readonly label: string;
  readonly value: number;
  readonly tone: 'bad' | 'warn' | 'idle' | 'active';
  readonly search: JobsSearch;
};

export const STALLED: JobsSearch = { stalled: 'true' };
export const OLDEST_DUE: JobsSearch = { status: ['queued', 'scheduled', 'retrying'], sort: 'oldest' };

export const figuresOf = ({ by_status: by }: Pick<Schemas['JobStats'], 'by_status'>): readonly Figure[] => [
  { label: 'Failed', value: by.failed, tone: 'bad', search: { status: ['failed'] } },
  { label: 'Retrying', value: by.retrying, tone: 'warn', search: { status: ['retrying'] } },
  { label: 'Waiting', value: by.queued + by.scheduled, tone: 'idle', search: { status: ['queued', 'scheduled'] } },
  { label: 'Running', value: by.running, tone: 'active', search: { status: ['running'] } },
];

export type Need = { readonly code: string; readonly count: number; readonly search: JobsSearch };

/** Which failures need somebody, most jobs first. Those that nobody must act on come last. */
export function needsOf(
  counts: Readonly<Record<string, number>>,
  whoOf: (code: string) => Schemas['Failure']['who'] | null,
): readonly Need[] {
  const waits = (code: string): number => (whoOf(code) === 'nobody' ? 1 : 0);
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([one, many], [other, more]) => waits(one) - waits(other) || more - many || one.localeCompare(other))
    .map(([code, count]) => ({ code, count, search: { status: ['failed', 'retrying'], code: [code] } }));
}
