import type { History } from '../event/event.ts';
import { accountId, prefixOf } from '../ids/ids.ts';
import { isSilenceStream } from '../webhook/silence.ts';
import { BULK_PROJECTION } from './bulk-view.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from './entity-views.ts';
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

/**
 * The state of a stream that its row holds. Null for a tombstone, for a row of another fold, and for streams without
 * rows. Throws a ZodError if the row is damaged.
 */
export function stateOf(streamId: string, row: ViewRow): object | null {
  const projection = projectionOf(streamId);
  return projection !== null && isCurrent(row, projection) ? projection.fromRow(row) : null;
}

type Restorable = { readonly fold: number; fromRow(row: ViewRow): object | null };

function projectionOf(streamId: string): Restorable | null {
  if (accountId.safeParse(streamId).success) return ACCOUNT_PROJECTION;
  switch (prefixOf(streamId)) {
    case 'job':
      return JOB_PROJECTION;
    case 'tsk':
      return STORED_TASK;
    case 'pc':
      return CREDENTIAL_PROJECTION;
    case 'blk':
      return BULK_PROJECTION;
    case 'whk':
      return isSilenceStream(streamId) ? SILENCE_PROJECTION : WEBHOOK_PROJECTION;
    case 'dlv':
      return DELIVERY_PROJECTION;
    default:
      return null;
  }
}
