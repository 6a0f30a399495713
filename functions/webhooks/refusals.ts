/**
 * Maximum number of remembered (endpoint, reason) pairs. With more, samples are repeated, but memory stays limited.
 */
const MAX_REMEMBERED = 2_000;

export type Refusals = {
  /** Counts one refusal. True if it is the first of this endpoint, reason and period in this process. */
  count(endpointId: string, reason: string, period: number): boolean;
  /** Must be called with each request: reports the remaining counts of earlier periods. */
  begin(period: number): void;
};

/**
 * Counts refusals per endpoint and reason. `report` gets the counts since its last call: when a later period begins,
 * and before that each time the count has doubled. So a flood makes few log lines, and a process that ends without
 * notice loses at most half of its last period's count.
 */
export function refusalCounter(report: (counts: Readonly<Record<string, number>>) => void): Refusals {
  let current = 0;
  let reported = 0;
  let unreported = 0;
  const seen = new Set<string>();
  const counts = new Map<string, number>();

  const flush = (): void => {
    if (unreported === 0) return;
    report(Object.fromEntries(counts));
    counts.clear();
    reported += unreported;
    unreported = 0;
  };
  const begin = (period: number): void => {
    if (period === current && seen.size < MAX_REMEMBERED) return;
    flush();
    seen.clear();
    reported = 0;
    current = period;
  };

  return {
    begin,
    count(endpointId, reason, period) {
      begin(period);
      const key = `${endpointId} ${reason}`;
      const isFirst = !seen.has(key);
      seen.add(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      unreported += 1;
      if (unreported > reported) flush();
      return isFirst;
    },
  };
}
