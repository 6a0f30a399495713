import type { Retention } from '../domain/job/retention.ts';

/** The retention periods in force. They are stored outside of the deployment's settings. */
export type RetentionPeriods = {
  /** Null before the first run. */
  read(): Promise<Retention | null>;
  keep(periods: Retention): Promise<void>;
};
