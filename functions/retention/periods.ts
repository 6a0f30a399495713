import { decidePeriods, type Retention, type RetentionClass } from '../domain/job/retention.ts';
import type { RetentionPeriods } from '../ports/retention-periods.ts';

/** The periods that retention uses. */
export type PeriodsInForce = {
  readonly retention: Retention;
  /** Of these a longer period stays in force than is set. */
  readonly refused: readonly RetentionClass[];
};

/**
 * The periods of this run, kept for the next one. What is set counts, but a period becomes shorter only where that is
 * allowed: deleted jobs do not come back. Throws when the row cannot be read, so that nothing is deleted on a guess.
 */
export async function periodsInForce(
  set: Retention,
  mayShorten: boolean,
  periods: RetentionPeriods,
): Promise<PeriodsInForce> {
  const kept = await periods.read();
  const decided = decidePeriods(set, kept, mayShorten);
  if (decided.isNew) await periods.keep(decided.retention);
  return decided;
}
