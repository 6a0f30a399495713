import type { Schemas } from '../../../client/index.ts';
import { one, present } from '../../search-parameters/flat.ts';

export type Outcome = Schemas['BulkItem']['outcome'];
export const OUTCOMES: readonly Outcome[] = ['done', 'skipped', 'failed'];

/** The items that the page of an operation shows; absent: all. */
export type BulkItemsSearch = { readonly outcome?: Outcome | undefined };

export const readBulkItemsSearch = (raw: Record<string, unknown>): BulkItemsSearch =>
  present({ outcome: one(raw.outcome, OUTCOMES) });

/** The jobs that are tried again: only so many of those that failed can be named. */
export function againWords(named: number, failed: number): string {
  if (failed <= named) return named === 1 ? 'this job' : `these ${named} jobs`;
  return `the first ${named.toLocaleString('en')} of the ${failed.toLocaleString('en')} jobs that failed`;
}
