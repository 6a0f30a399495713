/** The fields of a job that decide what is shown. */
type Versioned = { readonly id: string; readonly version: number };

export type ShownJobs<Job extends Versioned> = {
  readonly rows: readonly Job[];
  /** The number in the pill: jobs that match and are not among the rows. */
  readonly newCount: number;
  /** Ids of rows that no longer match. They keep their places until the list is read again. */
  readonly gone: ReadonlySet<string>;
};

/** The first page of the list, as it is now. */
export type NewestJobs<Job> = {
  readonly jobs: readonly Job[];
  /** There is no page after it. */
  readonly isWhole: boolean;
  /** Jobs never change places in this order, so none that matches is missing before one that is there. */
  readonly isFixedOrder: boolean;
};

/**
 * The rows of the held pages in the order in which they were read, each in its newest known version. Jobs of `newest`
 * that are not among them are only counted, so that no row moves. `knownIds`: jobs of the first page, which may not be
 * held.
 */
export function mergePages<Job extends Versioned>(
  pages: readonly (readonly Job[])[],
  newest: NewestJobs<Job> | null,
  knownIds: readonly string[] = [],
): ShownJobs<Job> {
  const renewed = new Map((newest?.jobs ?? []).map((job) => [job.id, job]));
  const seen = new Set<string>();
  const rows: Job[] = [];
  for (const job of pages.flat()) {
    if (seen.has(job.id)) continue;
    seen.add(job.id);
    const newer = renewed.get(job.id);
    rows.push(newer !== undefined && newer.version > job.version ? newer : job);
  }
  const known = new Set(knownIds);
  const coveredTo = newest?.isFixedOrder === true ? rows.findLastIndex(({ id }) => renewed.has(id)) : -1;
  const gone = rows.filter(({ id }, index) => !renewed.has(id) && (newest?.isWhole === true || index < coveredTo));
  return {
    rows,
    gone: new Set(gone.map(({ id }) => id)),
    newCount: [...renewed.keys()].filter((id) => !seen.has(id) && !known.has(id)).length,
  };
}
