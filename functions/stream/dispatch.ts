import { type Envelope, typeNames } from '../domain/event/event.ts';
import { jobEventSchema, recordedJobEventSchema } from '../domain/job/events.ts';
import { queueDelayMs } from '../domain/job/queueing.ts';
import type { Views } from '../ports/views.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';
import { releaseWaiting } from './release-waiting.ts';

const JOB_EVENTS = typeNames(jobEventSchema);

export type DispatchPorts = { readonly queue: WorkQueue; readonly views: Views; now(): number };
export type DispatchResult = { readonly sent: number; readonly failedStreams: ReadonlySet<string> };

/**
 * Turns queueing events into queue messages, and a credential's recovery into messages of the jobs that waited for it.
 * A message sent twice is harmless: the claim decides.
 */
export async function dispatchOnce(events: readonly Envelope[], ports: DispatchPorts): Promise<DispatchResult> {
  const messages = events.flatMap((event) => messageOf(event, ports.now()) ?? []);
  const refused = messages.length === 0 ? [] : await ports.queue.send(messages);
  const recovered = new Set(
    events.filter(({ type }) => type === 'CredentialVerified').map(({ stream_id }) => stream_id),
  );
  let released = 0;
  for (const credentialId of recovered)
    released += await releaseWaiting(credentialId, ports.views, ports.queue, ports.now());
  return {
    sent: messages.length - refused.length + released,
    failedStreams: new Set(refused.map((message) => message.job_id)),
  };
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
