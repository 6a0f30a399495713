import type { History } from '../event/event.ts';
import { accountId, type IdPrefix, prefixOf } from '../ids/ids.ts';
import { isSilenceStream } from '../webhook/silence.ts';
import { BULK_PROJECTION } from './bulk-view.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from './entity-views.ts';
import { FAILURE_GROUP_PROJECTION } from './failure-group-view.ts';
import { JOB_PROJECTION } from './job-view.ts';
import { FIRST_FOLD, type ViewRow } from './row.ts';
import { STORED_TASK } from './stored-task.ts';
import { DELIVERY_PROJECTION, SILENCE_PROJECTION, WEBHOOK_PROJECTION } from './webhook-views.ts';

/** How a stream becomes a view row, and how a row becomes the state again. `fold`: raised when the fold changes. */
export type Projection<State, E> = {
  readonly history: History<State, E>;
  readonly fold: number;
  toRow(state: State): ViewRow;
  /** Null for a tombstone. */
  fromRow(row: ViewRow): State | null;
};

/** Whether this release's fold made the row: only then may it replace the events before it. */
export const isCurrent = (row: ViewRow, { fold }: { readonly fold: number }): boolean => (row.f ?? FIRST_FOLD) === fold;

/** The kinds of streams that have view rows. */
export type StreamKind = 'account' | Exclude<IdPrefix, 'eml' | 'log'> | 'silence';
/**
 * The state of a stream that its row holds. Null for a tombstone, for a row of another fold, and for streams without
 * rows. Throws a ZodError if the row is damaged.
 */
export function stateOf(streamId: string, row: ViewRow): StoredState | null {
  const kind = kindOf(streamId);
  return kind !== null && isCurrent(row, STORED[kind]) ? STORED[kind].fromRow(row) : null;
}

/** Which kind of stream it is; null for one without a row. */
export function kindOf(streamId: string): StreamKind | null {
  if (accountId.safeParse(streamId).success) return 'account';
  const prefix = prefixOf(streamId);
  if (prefix === 'whk' && isSilenceStream(streamId)) return 'silence';
  return prefix === 'eml' || prefix === 'log' ? null : prefix;
}

/** Fields that the last event sets in a stored state, if its kind has them. */
export type StoredState = { readonly version: number; readonly account_id?: string; readonly updated_at?: string };

const STORED: Readonly<Record<StreamKind, { readonly fold: number; fromRow(row: ViewRow): StoredState | null }>> = {
  account: ACCOUNT_PROJECTION,
  job: JOB_PROJECTION,
  tsk: STORED_TASK,
  pc: CREDENTIAL_PROJECTION,
  blk: BULK_PROJECTION,
  whk: WEBHOOK_PROJECTION,
  silence: SILENCE_PROJECTION,
  dlv: DELIVERY_PROJECTION,
  fgr: FAILURE_GROUP_PROJECTION,
};
