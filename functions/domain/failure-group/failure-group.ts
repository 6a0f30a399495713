/**
 * A failure group: the failed and retrying jobs with the same failure code on the same mail server. Its counts are in
 * a counter row; its stream holds only what operators decided: whether the group is muted. A group that was never
 * muted has no events.
 */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';
import { failureCode } from '../failure/schema.ts';

const instant = z.iso.datetime();
/** The key of the group. It is in the event, so that the audit names the group. */
const common = { code: failureCode, host: z.string().nullable() };

export const failureGroupEventSchema = z.discriminatedUnion('type', [
  /** `until`: null if the group stays muted until somebody ends it. */
  eventShape(
    'FailureGroupMuted',
    z.strictObject({ ...common, until: instant.nullable(), note: z.string().nullable() }),
  ),
  eventShape('FailureGroupUnmuted', z.strictObject({ ...common, note: z.string().nullable() })),
]);
export type FailureGroupEvent = z.infer<typeof failureGroupEventSchema>;
const recordedSchema = z.intersection(envelopeSchema.omit({ type: true, data: true }), failureGroupEventSchema);

export const failureGroupSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  muted: z.strictObject({ until: instant.nullable() }).nullable(),
  /** The note of the last event. */
  note: z.string().nullable(),
  updated_at: instant,
  version: z.int(),
});
export type FailureGroup = Readonly<z.infer<typeof failureGroupSchema>>;

export function evolveFailureGroup(_: FailureGroup | null, event: Recorded<FailureGroupEvent>): FailureGroup {
  const { stream_id: id, account_id, at, version, data } = event;
  const muted = event.type === 'FailureGroupMuted' ? { until: event.data.until } : null;
  return { id, account_id, muted, note: data.note, updated_at: at, version };
}

export const FAILURE_GROUP_HISTORY = {
  schema: recordedSchema,
  types: typeNames(failureGroupEventSchema),
  evolve: evolveFailureGroup,
  state: failureGroupSchema,
};

export const foldFailureGroup = (envelopes: readonly Envelope[], from: FailureGroup | null = null) =>
  foldEnvelopes(FAILURE_GROUP_HISTORY, envelopes, from);

/** Whether the group has a mute whose time is not over at `now` (ms). Such mutes count against the account's limit. */
export function isMuteInForce(group: FailureGroup | null, now: number): boolean {
  const muted = group?.muted ?? null;
  return muted !== null && (muted.until === null || Date.parse(muted.until) > now);
}

/**
 * Whether the group is muted at `now` (ms), so that it does not ask for attention. When the time of the mute is over,
 * the group stays muted until a job fails after that time. `lastAt`: when a job of the group last failed.
 */
export function isMuted(group: FailureGroup | null, lastAt: string | null, now: number): boolean {
  const until = group?.muted?.until ?? null;
  if (until === null || isMuteInForce(group, now)) return isMuteInForce(group, now);
  return lastAt === null || Date.parse(lastAt) <= Date.parse(until);
}
