import type { WindowDecision, WindowLimits } from '../domain/limits/window.ts';

/** What was used within the last hour, counted for all processes together. */
export interface Usage {
  /**
   * Counts one more use under `key`, or refuses it. Exact: of any number of uses at once, no more than the limits are
   * counted. Rejects when others kept being faster.
   */
  count(
    key: string,
    group: string,
    limits: WindowLimits,
    now: number,
  ): Promise<Exclude<WindowDecision, { kind: 'counted' }> | null>;
}
