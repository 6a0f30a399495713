/** Most (endpoint, reason) pairs remembered: who knows more endpoints than this gets more samples, and no more memory. */
const MOST = 2_000;

/**
 * Counts what is refused, per endpoint and reason, and says which is the first of its period in this process. `report`
 * is given the counts of a period when the next one begins.
 */
export function refusalCounter(report: (counts: Readonly<Record<string, number>>) => void) {
  let current = 0;
  const counts = new Map<string, number>();
  return (endpointId: string, reason: string, period: number): boolean => {
    if (period !== current || counts.size >= MOST) {
      if (counts.size > 0) report(Object.fromEntries(counts));
      counts.clear();
      current = period;
    }
    const key = `${endpointId} ${reason}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1;
  };
}
