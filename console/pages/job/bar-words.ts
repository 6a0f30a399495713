/** The words of a bar of the timeline. */
import { duration } from '../../dates/age.ts';
import type { Bar } from '../../jobs/timeline.ts';

const ACTS: Readonly<Record<string, string>> = {
  JobRequested: 'Requested',
  DeliveriesFolded: 'Further events asked for the same work',
  JobRetryRequested: 'Retry',
  JobTriggered: 'Run now',
  JobCancelled: 'Cancelled',
  JobResolved: 'Resolved',
  JobReopened: 'Reopened',
  JobUpdated: 'Edited',
  JobDeleted: 'Deleted',
};

const OUTCOMES: Readonly<Record<Bar['outcome'], string>> = {
  succeeded: ' ✓ succeeded',
  failed: ' ✕ failed',
  yielded: ' paused, to continue later',
  ended: ' ended',
  open: ' runs',
};

export function wordsOf({ kind, outcome, attempt, part, type }: Bar): string {
  const named = `Attempt ${attempt ?? ''}${part !== null && part > 1 ? `, part ${part}` : ''}`.trim();
  switch (kind) {
    case 'act':
      return ACTS[type ?? ''] ?? type ?? '';
    case 'next':
      return `${named} planned`;
    case 'wait':
      return outcome === 'open' ? 'Waits' : outcome === 'failed' ? 'Waited ✕ failed' : 'Waited';
    case 'attempt':
      return `${named}${OUTCOMES[outcome]}`;
  }
}

/** How long it took, or has taken so far; null for a bar without length. */
export function lengthOf({ kind, from, to }: Bar, now: number): string | null {
  if (kind === 'act' || kind === 'next') return null;
  return duration((to === null ? now : Date.parse(to)) - Date.parse(from));
}

const SHORTEST = 1;

/** The share of the bar in the picture. Lengths may differ by a factor of a million, so the logarithm is used. */
export function weightOf({ kind, from, to }: Bar, now: number): number {
  if (kind === 'next') return SHORTEST * 2;
  const seconds = Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000;
  return SHORTEST + Math.log2(1 + seconds);
}
