/** As much of a job as decides what is shown. */
type Versioned = { readonly id: string; readonly version: number };

export type ShownJobs<Job extends Versioned> = {
  readonly rows: readonly Job[];
  /** Jobs that match and are not among the rows: what the pill says. */
  readonly newCount: number;
};

/**
 * The rows of the pages that are held, each as new as it is known, in the order in which they were read. Jobs of `newest`
 * that are not among them are only counted, so that no row moves. `knownIds`: jobs of the first page, which may not be held.
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
