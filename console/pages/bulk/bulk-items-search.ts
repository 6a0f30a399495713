import type { Schemas } from '../../../client/index.ts';
import { many, present } from '../../search-parameters/flat.ts';

export type Outcome = Schemas['BulkItem']['outcome'];
export const OUTCOMES: readonly Outcome[] = ['done', 'skipped', 'failed'];

/** The outcomes of the items that are shown; absent: all. Unknown ones are kept: the service reports them. */
export type BulkItemsSearch = { readonly outcome?: readonly string[] | undefined };

export const readBulkItemsSearch = (raw: Record<string, unknown>): BulkItemsSearch =>
  present({ outcome: many(raw.outcome) });

/** A list of more pages is read again when somebody asks: each time all its pages are. */
const MAX_FOLLOWED = 2;

/**
 * How the items that came since are read: `now` by themselves, or when somebody `asks`; null if there are none. `pages`:
 * how many are held. `settled`: how many jobs the operation has settled; `shown`: as many when the items were read.
 */
export function readOfItems(pages: number, shown: number, settled: number): 'now' | 'asks' | null {
  if (shown === settled) return null;
  return pages > MAX_FOLLOWED ? 'asks' : 'now';
}

/** The jobs that are tried again: only so many of those that failed can be named. */
export function againWords(named: number, failed: number): string {
  if (failed <= named) return named === 1 ? 'this job' : `these ${named} jobs`;
  return `the first ${named.toLocaleString('en')} of the ${failed.toLocaleString('en')} jobs that failed`;
}
