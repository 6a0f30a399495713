/** The events of a job as bars: what it waited for, each attempt, and what people did. */
import type { Schemas } from '../../client/index.ts';

type Event = Schemas['Event'];

export type Bar = {
  readonly kind: 'wait' | 'attempt';
  readonly from: string;
  /** Null: it goes on. */
  readonly to: string | null;
  readonly outcome: 'succeeded' | 'failed' | 'yielded' | 'ended' | 'open';
  /** The failure code, if it failed. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly attempt: number | null;
};

const ENDS: Readonly<Record<string, Bar['outcome']>> = {
  AttemptSucceeded: 'succeeded',
  AttemptFailed: 'failed',
  AttemptAbandoned: 'failed',
  AttemptYielded: 'yielded',
  JobPostponed: 'yielded',
};

/** After these events nothing waits any more. */
const FINAL: readonly string[] = ['AttemptSucceeded', 'JobResolved', 'JobCancelled', 'JobDeleted'];

const textOf = (data: unknown, name: string): string | null => {
  const value = fieldOf(data, name);
  return typeof value === 'string' ? value : null;
};

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null
    ? Object.entries(data).find(([key]) => key === name)?.[1]
    : undefined;
}

/** The bars of these events, the oldest first. `hasEnded`: the job is not waiting now. */
export function timelineOf(events: readonly Event[], hasEnded: boolean): Bar[] {
  const bars: Bar[] = [];
  let open: { kind: Bar['kind']; from: string; attempt: number | null } | null = null;
  const close = (to: string | null, outcome: Bar['outcome'], data: unknown): void => {
    if (open === null) return;
    bars.push({ ...open, to, outcome, code: textOf(data, 'code'), detail: textOf(data, 'detail') });
    open = null;
  };
  for (const { type, at, data } of events) {
    const end = ENDS[type];
    if (type === 'AttemptStarted') {
      close(at, 'ended', null);
      const attempt = fieldOf(data, 'attempt');
      open = { kind: 'attempt', from: at, attempt: typeof attempt === 'number' ? attempt : null };
    } else if (end !== undefined) {
      close(at, end, data);
      if (!FINAL.includes(type)) open = { kind: 'wait', from: at, attempt: null };
    } else if (FINAL.includes(type)) {
      close(at, 'ended', null);
    } else if (open === null) {
      open = { kind: 'wait', from: at, attempt: null };
    }
  }
  if (!hasEnded) close(null, 'open', null);
  return bars;
}
