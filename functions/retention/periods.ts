import { decidePeriods, type Retention, type RetentionClass } from '../domain/job/retention.ts';
import type { RetentionPeriods } from '../ports/retention-periods.ts';

/** The periods that retention uses. */
export type PeriodsInForce = {
  readonly retention: Retention;
  /** The classes for which a longer period stays in force than the one that is set. */
  readonly refused: readonly RetentionClass[];
};

/**
 * The periods of this run, stored for the next one. A period that is set is used, but a period becomes shorter only if
 * that is allowed, because deleted jobs cannot be restored. Throws when the row cannot be read, so that no job is
 * deleted by mistake.
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
