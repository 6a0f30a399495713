/** The fields of a job that decide what is shown. */
type Versioned = { readonly id: string; readonly version: number };

export type ShownJobs<Job extends Versioned> = {
  readonly rows: readonly Job[];
  /** The number in the pill: jobs that match and are not among the rows. */
  readonly newCount: number;
};

/**
 * The rows of the held pages in the order in which they were read, each in its newest known version. Jobs of `newest`
 * that are not among them are only counted, so that no row moves. `knownIds`: jobs of the first page, which may not be
 * held.
 */
export function mergePages<Job extends Versioned>(
  pages: readonly (readonly Job[])[],
  newest: readonly Job[] | null,
  knownIds: readonly string[] = [],
): ShownJobs<Job> {
  const renewed = new Map((newest ?? []).map((job) => [job.id, job]));
  const seen = new Set<string>();
  const rows: Job[] = [];
  for (const job of pages.flat()) {
    if (seen.has(job.id)) continue;
    seen.add(job.id);
    const newer = renewed.get(job.id);
    rows.push(newer !== undefined && newer.version > job.version ? newer : job);
  }
  const known = new Set(knownIds);
  return { rows, newCount: [...renewed.keys()].filter((id) => !seen.has(id) && !known.has(id)).length };
}
