import type { Envelope } from '../domain/event/event.ts';
import { typeNames } from '../domain/event/event.ts';
import { jobEventSchema, recordedJobEventSchema } from '../domain/job/events.ts';
import { queueDelayMs } from '../domain/job/queueing.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';

const JOB_EVENTS = typeNames(jobEventSchema);

export type DispatchResult = { readonly sent: number; readonly failedStreams: ReadonlySet<string> };

/** Turns queueing events into queue messages. A message sent twice is harmless: the claim decides. */
export async function dispatchOnce(
  events: readonly Envelope[],
  queue: WorkQueue,
  now: number,
): Promise<DispatchResult> {
  const messages = events.flatMap((event) => messageOf(event, now) ?? []);
  if (messages.length === 0) return { sent: 0, failedStreams: new Set() };
  const refused = await queue.send(messages);
  return { sent: messages.length - refused.length, failedStreams: new Set(refused.map((message) => message.job_id)) };
}

function messageOf(envelope: Envelope, now: number): { message: WorkMessage; delayMs: number } | null {
  if (!JOB_EVENTS.has(envelope.type) || envelope.credential_id === undefined) return null;
  const delayMs = queueDelayMs(recordedJobEventSchema.parse(envelope), now);
  if (delayMs === null) return null;
  return {
    message: { job_id: envelope.stream_id, credential_id: envelope.credential_id, version: envelope.version },
    delayMs,
  };
}
