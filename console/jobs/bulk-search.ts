/** The dialog of a bulk operation in the address: a reload shows the same one, and Back closes it. */
import { choice, many, one, present } from '../search-parameters/flat.ts';
import { BULK_ACTIONS, type BulkAction, MAX_NAMED } from './bulk-actions.ts';
import { type JobsSearch, readJobsSearch } from './jobs-search.ts';

export type BulkSearch = {
  readonly command?: BulkAction | undefined;
  /** When the dialog was opened. The filter of the address selects jobs as they are at this instant. */
  readonly at?: string | undefined;
  /** The jobs that were selected one by one; absent: all that match the filter. */
  readonly job?: readonly string[] | undefined;
};

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** An action without its instant opens no dialog. */
export function readBulkSearch(raw: Record<string, unknown>): BulkSearch {
  const command = choice(raw.command, BULK_ACTIONS);
  const at = one(raw.at);
  if (command === undefined || at === undefined || !ISO.test(at) || Number.isNaN(Date.parse(at))) return {};
  return present({ command, at, job: many(raw.job)?.slice(0, MAX_NAMED) });
}

/** The whole search of the jobs page. */
export function readJobsPage(raw: Record<string, unknown>): JobsSearch & BulkSearch {
  return { ...readJobsSearch(raw), ...readBulkSearch(raw) };
}
