/**
 * A bulk operation, folded. It works in chunks: a chunk of jobs is selected and recorded, then applied and its results
 * recorded, then the next chunk is selected. It ends when no job is left or an operator aborts it. After a crash
 * between the two steps the chunk is applied again. A job that has already received the command is recognised by the
 * command id in its stream, so no job is changed twice and none is left out. The jobs of a filter are read from the
 * views, so the first selection waits until the views contain everything that was in the log.
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
  /**
   * The role that each job is checked against when its turn comes. The default is `owner`: the system only continues
   * what was ordered.
   */
  by_role: role.default('owner'),
  status: z.enum(BULK_STATUSES),
  matched: z.int(),
  done: z.int(),
  skipped: z.int(),
  failed: z.int(),
  /** Jobs that are selected but not yet applied. */
  chunk: z.array(z.string()),
  /** Where the selection continues: a sort key, or an index into `job_ids`. */
  position: z.string().nullable().default(null),
  /** When the pace allows the next chunk; null: at once. */
  next_at: absent,
  /** True if no job is left to select. */
  exhausted: z.boolean(),
  /** Set while the views are behind the log: the marks it waits for, since when, and when it checks again. */
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

/** The operation after its stored events, starting from a known state; null when there are none. */
export function foldBulk(envelopes: readonly Envelope[], from: Bulk | null = null): Bulk | null {
  return foldEnvelopes(BULK_HISTORY, envelopes, from);
}
