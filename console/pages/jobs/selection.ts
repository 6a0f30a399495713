/** Which jobs of the list are selected. */
import { MAX_NAMED } from '../../jobs/bulk-actions.ts';

/** `all`: every job that matches the filter, whether it was read or not. Otherwise ids, at most MAX_NAMED. */
export type Selection = 'all' | ReadonlySet<string>;

export const NOTHING: ReadonlySet<string> = new Set();

export const isSelected = (selection: Selection, id: string): boolean => selection === 'all' || selection.has(id);

export const isNothing = (selection: Selection): boolean => selection !== 'all' && selection.size === 0;

/**
 * The selection with this job added or removed. If all jobs were selected, the rows on screen stay selected, without
 * this one. A job beyond the limit is not added.
 */
export function toggled(selection: Selection, id: string, rows: readonly string[]): Selection {
  const after = new Set(selection === 'all' ? rows.slice(0, MAX_NAMED) : selection);
  if (!after.delete(id) && after.size < MAX_NAMED) after.add(id);
  return after;
}

/** All of these rows, up to the limit of named jobs. If they were all selected, none of them. */
export function toggledRows(selection: Selection, rows: readonly string[]): Selection {
  const wanted = rows.slice(0, MAX_NAMED);
  return wanted.every((id) => isSelected(selection, id)) ? NOTHING : new Set(wanted);
}

/**
 * The selection after the list was read again. Some of the jobs that were selected one by one may not be shown any more,
 * and nobody should change a job unseen.
 */
export const selectionAfterReading = (selection: Selection): Selection => (selection === 'all' ? selection : NOTHING);
