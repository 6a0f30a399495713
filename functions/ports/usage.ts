import type { WindowDecision, WindowLimits } from '../domain/limits/window.ts';

/** Uses within the last hour, counted for all processes together. */
export interface Usage {
  /**
   * Counts one more use under `key` and returns null, or refuses it. Exact: with any number of simultaneous uses, no
   * more than the limits are counted. Rejects after too many conflicts with other writers.
   */
  count(
    key: string,
    group: string,
    limits: WindowLimits,
    now: number,
  ): Promise<Exclude<WindowDecision, { kind: 'counted' }> | null>;
}
