import type { Retention } from '../domain/job/retention.ts';

/** The periods that are in force, kept outside of the deployment's settings. */
export type RetentionPeriods = {
  /** Null: no run has kept any yet. */
  read(): Promise<Retention | null>;
  keep(periods: Retention): Promise<void>;
};
