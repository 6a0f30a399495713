/** The events of a job as bars: its waits, each attempt, and what people did. */
import type { Schemas } from '../../client/index.ts';

type Event = Schemas['Event'];

export type Bar = {
  /** `act`: a person changed the job, at one moment. `next`: the planned attempt. */
  readonly kind: 'wait' | 'attempt' | 'act' | 'next';
  readonly from: string;
  /** Null: the bar has not ended, or has not begun. */
  readonly to: string | null;
  readonly outcome: 'succeeded' | 'failed' | 'yielded' | 'ended' | 'open';
  /** The failure code, if it failed. */
  readonly code: string | null;
  /** The answer of the server, the reason of a wait, or the reason that a person gave. */
  readonly detail: string | null;
  readonly attempt: number | null;
  /** The number of the continuation of a long attempt; 1 is the first. */
  readonly part: number | null;
  /** Who began it; null for waits and for the planned attempt. */
  readonly by: Schemas['Actor'] | null;
  /** The event of an act. */
  readonly type: string | null;
};

const ENDS: Readonly<Record<string, Bar['outcome']>> = {
  AttemptSucceeded: 'succeeded',
  AttemptFailed: 'failed',
  AttemptAbandoned: 'failed',
  AttemptYielded: 'yielded',
  JobPostponed: 'yielded',
  HoldExpired: 'failed',
  JobRefused: 'failed',
};

/** After these events the job does not wait any more. */
const FINAL: readonly string[] = [
  'AttemptSucceeded',
  'HoldExpired',
  'JobRefused',
  'JobResolved',
  'JobCancelled',
  'JobDeleted',
];

/** After these events the job waits, if it does not run. */
const BEGINS_A_WAIT: readonly string[] = ['JobRequested', 'JobReleased', 'JobRetryRequested', 'JobTriggered'];

const ACTS: readonly string[] = [
  'JobRequested',
  'DeliveriesFolded',
  'JobRetryRequested',
  'JobTriggered',
  'JobCancelled',
  'JobResolved',
  'JobReopened',
  'JobUpdated',
  'JobDeleted',
];

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null
    ? Object.entries(data).find(([key]) => key === name)?.[1]
    : undefined;
}

const textOf = (data: unknown, name: string): string | null => {
  const value = fieldOf(data, name);
  return typeof value === 'string' ? value : null;
};

const numberOf = (data: unknown, name: string): number | null => {
  const value = fieldOf(data, name);
  return typeof value === 'number' ? value : null;
};

const isLastFailure = ({ type, data }: Event): boolean =>
  (type === 'AttemptFailed' && fieldOf(data, 'retry_at') === null) ||
  (type === 'AttemptAbandoned' && fieldOf(data, 'gives_up') === true);

const waitFrom = ({ at, data }: Event): Bar => ({
  kind: 'wait',
  from: at,
  to: null,
  outcome: 'open',
  code: null,
  detail: textOf(data, 'because'),
  attempt: null,
  part: null,
  by: null,
  type: null,
});

const attemptOf = (event: Event): Bar => ({
  ...waitFrom(event),
  kind: 'attempt',
  detail: null,
  attempt: numberOf(event.data, 'attempt'),
  part: numberOf(event.data, 'part'),
  by: event.actor,
});

const actOf = (event: Event): Bar => ({
  ...waitFrom(event),
  kind: 'act',
  to: event.at,
  outcome: 'ended',
  detail: textOf(event.data, 'reason') ?? textOf(event.data, 'note'),
  by: event.actor,
  type: event.type,
});

/** The bars of these events, the oldest first. `hasEnded`: the job is not waiting now. */
export function timelineOf(events: readonly Event[], hasEnded: boolean): Bar[] {
  const bars: Bar[] = [];
  let open: Bar | null = null;
  const close = (to: string | null, outcome: Bar['outcome'], data: unknown): void => {
    if (open !== null)
      bars.push({ ...open, to, outcome, code: textOf(data, 'code'), detail: textOf(data, 'detail') ?? open.detail });
    open = null;
  };
  for (const event of events) {
    const { type, at, data } = event;
    const end = ENDS[type];
    if (ACTS.includes(type)) bars.push(actOf(event));
    if (type === 'AttemptStarted') {
      close(at, 'ended', null);
      open = attemptOf(event);
    } else if (end !== undefined) {
      close(at, end, data);
      if (!FINAL.includes(type) && !isLastFailure(event)) open = waitFrom(event);
    } else if (FINAL.includes(type)) {
      close(at, 'ended', null);
    } else if (open === null && BEGINS_A_WAIT.includes(type)) {
      open = waitFrom(event);
    }
  }
  if (!hasEnded) close(null, 'open', null);
  return bars.sort((one, other) => Date.parse(one.from) - Date.parse(other.from));
}

/** The attempt that is planned after the last one. */
export const nextBar = ({ next_attempt_at: at, attempt_count }: Schemas['Job']): Bar[] =>
  at === null
    ? []
    : [
        {
          kind: 'next',
          from: at,
          to: null,
          outcome: 'open',
          code: null,
          detail: null,
          attempt: attempt_count + 1,
          part: null,
          by: null,
          type: null,
        },
      ];
