/**
 * A bulk operation, folded. It goes from chunk to chunk: a chunk of jobs is selected (written down), then applied (its
 * results written down), then the next one is selected, until the set is used up or an operator aborts. A crash between
 * the two leaves a chunk pending: it is applied again, and whatever had been done to a job is found in that job's log
 * under the command id that operation and job have in common. So nothing is done twice and nothing is left out.
 * Jobs of a filter are found in the views, so the first selection waits until the views hold all that was in the log.
 */
import * as z from 'zod';
import { actorSchema, type Envelope, foldEnvelopes, typeNames } from '../event/event.ts';
import { role } from '../role/role.ts';
import { storedJobFilterSchema } from '../search/job-filter.ts';
import { BULK_ACTIONS, bulkEventSchema, type RecordedBulkEvent, recordedBulkEventSchema } from './events.ts';

export const BULK_STATUSES = ['running', 'completed', 'aborted', 'failed'] as const;

const absent = z.iso.datetime().nullable().default(null);

export const bulkSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  action: z.enum(BULK_ACTIONS),
  filter: storedJobFilterSchema.nullable().default(null),
  job_ids: z.array(z.string()).nullable().default(null),
  created_before: z.iso.datetime(),
  limit: z.int().nullable().default(null),
  reason: z.string().nullable().default(null),
  rate_per_second: z.int(),
  expected: z.int().nullable().default(null),
  by: z.string(),
  by_kind: actorSchema.shape.kind.default('user'),
  /** Each job is judged by it when its turn comes. The system only goes on with what was ordered, so it counts as owner. */
  by_role: role.default('owner'),
  status: z.enum(BULK_STATUSES),
  matched: z.int(),
  done: z.int(),
  skipped: z.int(),
  failed: z.int(),
  /** Selected and not yet applied. */
  chunk: z.array(z.string()),
  /** Where the selection goes on: a sort key, or an index into `job_ids`. */
  position: z.string().nullable().default(null),
  /** When, by the pace, the turn of the next chunk is; null: at once. */
  next_at: absent,
  /** Nothing is left to select. */
  exhausted: z.boolean(),
  /** Set while the views are behind the log: what it waits for, since when, and when it looks again. */
  awaiting: z
    .strictObject({ marks: z.array(z.string()), since: z.iso.datetime(), until: z.iso.datetime() })
    .nullable()
    .default(null),
  aborting: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  finished_at: absent,
  version: z.int(),
});
export type Bulk = Readonly<z.infer<typeof bulkSchema>>;

export function evolveBulk(state: Bulk | null, event: RecordedBulkEvent): Bulk | null {
  if (state === null) return event.type === 'BulkRequested' ? requested(event) : null;
  const next = { ...state, version: event.version, updated_at: event.at };
  switch (event.type) {
    case 'BulkRequested':
      return state;
    case 'BulkChunkSelected':
      return {
        ...next,
        matched: state.matched + event.data.job_ids.length,
        chunk: event.data.job_ids,
        position: event.data.position,
        exhausted: event.data.last,
        awaiting: null,
      };
    case 'BulkViewsAwaited':
      return { ...next, awaiting: { ...event.data, since: state.awaiting?.since ?? event.at } };
    case 'BulkChunkApplied': {
      const count = (outcome: string): number =>
        event.data.results.filter((result) => result.outcome === outcome).length;
      return {
        ...next,
        chunk: [],
        next_at: event.data.next_at ?? state.next_at,
        done: state.done + count('done'),
        skipped: state.skipped + count('skipped'),
        failed: state.failed + count('failed'),
      };
    }
    case 'BulkAbortRequested':
      return { ...next, aborting: true };
    case 'BulkFinished':
      return { ...next, status: event.data.outcome, finished_at: event.at };
  }
}

function requested(event: Extract<RecordedBulkEvent, { type: 'BulkRequested' }>): Bulk {
  return {
    id: event.stream_id,
    account_id: event.account_id,
    ...event.data,
    by: event.actor.id,
    by_kind: event.actor.kind,
    by_role: event.data.by_role ?? 'owner',
    status: 'running',
    matched: 0,
    done: 0,
    skipped: 0,
    failed: 0,
    chunk: [],
    position: null,
    next_at: null,
    exhausted: false,
    awaiting: null,
    aborting: false,
    created_at: event.at,
    updated_at: event.at,
    finished_at: null,
    version: event.version,
  };
}

export const BULK_HISTORY = {
  schema: recordedBulkEventSchema,
  types: typeNames(bulkEventSchema),
  evolve: evolveBulk,
  state: bulkSchema,
};

/** The operation after its stored events, from a known state on; null when there are none. */
export function foldBulk(envelopes: readonly Envelope[], from: Bulk | null = null): Bulk | null {
  return foldEnvelopes(BULK_HISTORY, envelopes, from);
}
