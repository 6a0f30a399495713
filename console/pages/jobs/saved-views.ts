/** Views that a person has saved: a name and the filters of the address. This browser keeps them, one list per account. */
import { type JobsSearch, readJobsSearch } from '../../jobs/jobs-search.ts';
import { parseFlat, stringifyFlat } from '../../search-parameters/flat.ts';

export type SavedView = {
  readonly name: string;
  /** As it is in the address, with its question mark. */
  readonly address: string;
};

export const MAX_VIEWS = 20;
export const MAX_NAME = 40;

const isView = (value: unknown): value is SavedView =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'address' in value &&
  typeof value.name === 'string' &&
  typeof value.address === 'string';

/** What is kept, as far as it is views: another release, or somebody by hand, may have written it. */
export function readViews(kept: string | null): readonly SavedView[] {
  if (kept === null) return [];
  try {
    const value: unknown = JSON.parse(kept);
    return Array.isArray(value) ? value.filter(isView).slice(0, MAX_VIEWS) : [];
  } catch {
    return [];
  }
}

const addressOf = (search: JobsSearch): string => stringifyFlat(search);

/** The filters of a saved view. */
export const searchOfView = ({ address }: SavedView): JobsSearch => readJobsSearch(parseFlat(address));

/** The view with exactly these filters; null if there is none. */
export const viewOf = (views: readonly SavedView[], search: JobsSearch): SavedView | null =>
  views.find((view) => addressOf(searchOfView(view)) === addressOf(search)) ?? null;

/** With this view as the last one. A view of the same name is replaced. */
export const withView = (views: readonly SavedView[], name: string, search: JobsSearch): readonly SavedView[] =>
  [...withoutView(views, name), { name, address: addressOf(search) }].slice(-MAX_VIEWS);

export const withoutView = (views: readonly SavedView[], name: string): readonly SavedView[] =>
  views.filter((view) => view.name !== name);
