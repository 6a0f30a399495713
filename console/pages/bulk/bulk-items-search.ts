import type { Schemas } from '../../../client/index.ts';
import { many, present } from '../../search-parameters/flat.ts';

export type Outcome = Schemas['BulkItem']['outcome'];
export const OUTCOMES: readonly Outcome[] = ['done', 'skipped', 'failed'];

/** The outcomes of the items that are shown; absent: all. Unknown ones are kept: the service reports them. */
export type BulkItemsSearch = { readonly outcome?: readonly string[] | undefined };

export const readBulkItemsSearch = (raw: Record<string, unknown>): BulkItemsSearch =>
  present({ outcome: many(raw.outcome) });

/** The jobs that are tried again: only so many of those that failed can be named. */
export function againWords(named: number, failed: number): string {
  if (failed <= named) return named === 1 ? 'this job' : `these ${named} jobs`;
  return `the first ${named.toLocaleString('en')} of the ${failed.toLocaleString('en')} jobs that failed`;
}
