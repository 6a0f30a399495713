/** Most (endpoint, reason) pairs remembered: who knows more endpoints than this gets more samples, and no more memory. */
const MOST = 2_000;

export type Refusals = {
  /** Counts one. Whether it is the first of this endpoint, reason and period that this process meets. */
  count(endpointId: string, reason: string, period: number): boolean;
  /** To be called with each request: reports what is left of earlier periods. */
  begin(period: number): void;
};

/**
 * Counts what is refused, per endpoint and reason. `report` is given what has come since it was last told: when a later
 * period begins, and before that each time as many have come as were told. So a flood is told in few lines, and a
 * process that ends without notice, as they do, takes at most half of its last period's count with it.
 */
export function refusalCounter(report: (counts: Readonly<Record<string, number>>) => void): Refusals {
  let current = 0;
  let told = 0;
  let untold = 0;
  const seen = new Set<string>();
  const counts = new Map<string, number>();

  const tell = (): void => {
    if (untold === 0) return;
    report(Object.fromEntries(counts));
    counts.clear();
    told += untold;
    untold = 0;
  };
  const begin = (period: number): void => {
    if (period === current && seen.size < MOST) return;
    tell();
    seen.clear();
    told = 0;
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
      untold += 1;
      if (untold > told) tell();
      return isFirst;
    },
  };
}
