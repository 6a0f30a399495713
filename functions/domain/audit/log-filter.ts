import * as z from 'zod';
import { actorSchema } from '../event/event.ts';
import { absolutePeriod, inPeriod, oneOrMore, period, within } from '../search/values.ts';
import { auditAction } from './actions.ts';
import { type LogEntry, SUBJECTS } from './entry.ts';

const name = z.string().min(1).max(200);

/** Fields are combined with AND, the values of one field with OR. */
export const logFilterSchema = z.strictObject({
  subject: oneOrMore(z.enum(SUBJECTS)),
  subject_id: oneOrMore(name),
  action: oneOrMore(auditAction),
  status: oneOrMore(z.enum(['succeeded', 'failed'])),
  actor_kind: oneOrMore(actorSchema.shape.kind),
  actor_id: oneOrMore(name),
  request_id: oneOrMore(name),
  at: period.optional(),
});
export type LogFilter = z.output<typeof logFilterSchema>;

/** The filter with absolute times; `now` in ms. */
export function freezeLogFilter(filter: LogFilter, now: number): LogFilter {
  return filter.at === undefined ? filter : { ...filter, at: absolutePeriod(filter.at, now) };
}

/** Whether the entry matches all fields of the filter, which has absolute times. */
export function matchesLogFilter(entry: LogEntry, filter: LogFilter): boolean {
  return (
    within(filter.subject, entry.subject) &&
    within(filter.subject_id, entry.subject_id) &&
    within(filter.action, entry.action) &&
    within(filter.status, entry.status) &&
    within(filter.actor_kind, entry.actor.kind) &&
    within(filter.actor_id, entry.actor.id) &&
    within(filter.request_id, entry.request_id) &&
    inPeriod(filter.at, entry.at)
  );
}
