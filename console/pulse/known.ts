/** What the last answer of the pulse was, and what must be read again after the next one. */
import type { QueryMeta } from '../service/query-client.ts';

/** `tag`: of the whole answer. `revision`: of the rows that it counts. */
export type Known = { readonly tag: string; readonly revision: string };

/** Whether a query with this meta must be read again, now that the answer is `now`. `before`: null if this is the first. */
export function mustBeRead(meta: QueryMeta | undefined, before: Known | null, now: Known): boolean {
  if (before === null || before.tag === now.tag) return false;
  return meta?.followsPulse === true || (meta?.followsRevision === true && before.revision !== now.revision);
}
