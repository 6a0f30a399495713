import * as z from 'zod';
import { postponeReason } from '../../domain/attempt/outcome.ts';
import { FAILURE_CATEGORIES } from '../../domain/failure/catalogue.ts';
import { JOB_STATUSES } from '../../domain/job/job.ts';
import { countsBy, countsByAction, countsByErrorCode } from '../../domain/views/stats.ts';

/** Fields whose counts of a whole account are known without examining its jobs. */
export const COUNTED_FACETS = ['status', 'action', 'last_error_code', 'last_error_category'] as const;
const FACETS = [...COUNTED_FACETS, 'host', 'credential_id', 'label', 'waiting_on'] as const;
const facetName = z.enum(FACETS);
export type FacetName = z.infer<typeof facetName>;

/** Values that one facet shows at most. */
export const MAX_FACET_VALUES = 100;

/** The requested facets, without duplicates; none by default. `true` stands for those that the counters know. */
export const facetsWanted = z
  .union([z.boolean(), z.array(facetName).min(1).max(FACETS.length)])
  .default(false)
  .describe(
    'Which fields to count the matches by, on the first page. `true` stands for `status`, `action`, `last_error_code` and `last_error_category`.',
  );

/** The facets that a request names, or that `true` stands for. */
export function facetNames(wanted: z.output<typeof facetsWanted>): readonly FacetName[] {
  if (wanted === true) return COUNTED_FACETS;
  return wanted === false ? [] : FACETS.filter((name) => wanted.includes(name));
}

const counts = z.record(z.string(), z.int());

/** Counts of the matches by field; null: not requested. */
export const facetsResource = z.strictObject({
  status: countsBy(JOB_STATUSES).nullable(),
  action: countsByAction.nullable(),
  last_error_code: countsByErrorCode.nullable(),
  last_error_category: countsBy(FAILURE_CATEGORIES).nullable(),
  host: counts.nullable(),
  credential_id: counts.nullable(),
  label: counts.nullable(),
  waiting_on: countsBy(postponeReason.options).nullable(),
  /** All matches were counted; otherwise those among the examined jobs. */
  exact: z.boolean(),
  /** Facets with more values than are shown: only the most frequent ones are there. */
  cut: z.array(facetName),
});
export type Facets = z.infer<typeof facetsResource>;
