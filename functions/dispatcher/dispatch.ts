import { type MakeJobsPorts, makeJobs } from '../deliveries/make-jobs.ts';
import { type Envelope, typeNames } from '../domain/event/event.ts';
import { jobEventSchema, recordedJobEventSchema } from '../domain/job/events.ts';
import { queueDelayMs } from '../domain/job/queueing.ts';
import { foldDelivery } from '../domain/webhook/delivery.ts';
import type { BulkQueue } from '../ports/bulk-queue.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';
import { type RecoverPorts, recover } from './recover.ts';
import { releaseWaiting } from './release-waiting.ts';
import { resync, secondPass } from './resync.ts';

const JOB_EVENTS = typeNames(jobEventSchema);
/** After these events, blocked jobs of the credential may run. */
const FREEING = new Set(['CredentialVerified', 'CredentialResumed']);

/** The ports of the dispatcher. */
export type DispatchPorts = RecoverPorts &
  MakeJobsPorts & {
    readonly queue: WorkQueue;
    readonly bulks: BulkQueue;
    now(): number;
  };

/** The number of sent messages, and the streams whose records must be delivered again. */
export type DispatchResult = { readonly sent: number; readonly failedStreams: ReadonlySet<string> };

/**
 * Turns events into queue messages: of jobs that may run, of jobs that waited for a recovered credential, and of a new
 * bulk operation. It also requests a resync for a job that met another UIDVALIDITY, and a second pass for a suspected
 * mass removal, and makes jobs from deliveries. Sending a message twice is harmless: the claim decides.
 */
export async function dispatchOnce(events: readonly Envelope[], ports: DispatchPorts): Promise<DispatchResult> {
  const messages = events.flatMap((event) => messageOf(event, ports.now()) ?? []);
  const refused = messages.length === 0 ? [] : await ports.queue.send(messages);
  const recovered = new Map(
    events.filter(({ type }) => FREEING.has(type)).map((event) => [event.stream_id, event.account_id]),
  );
  let released = 0;
  for (const [credentialId, accountId] of recovered)
    released += await releaseWaiting({ accountId, credentialId }, ports.views, ports.queue, ports.now());
  for (const event of events) if (event.type === 'CredentialVerified') await recover(event, ports);
  for (const event of events) if (event.type === 'AttemptFailed') await resync(event, ports);
  for (const event of events) if (event.type === 'AttemptSucceeded') await secondPass(event, ports);
  const deliveries = events.filter(({ type }) => type === 'DeliveryReceived');
  await makeJobs(
    deliveries.flatMap((event) => foldDelivery([event]) ?? []),
    ports,
  );
  for (const { type, stream_id: bulkId, account_id: accountId } of events)
    if (type === 'BulkRequested') await ports.bulks.send({ bulk_id: bulkId, account_id: accountId }, 0);
  return {
    sent: messages.length - refused.length + released,
    failedStreams: new Set(refused.flatMap((message) => ('job_id' in message ? [message.job_id] : []))),
  };
}

function messageOf(envelope: Envelope, now: number): { message: WorkMessage; delayMs: number } | null {
  if (!JOB_EVENTS.has(envelope.type) || envelope.credential_id === undefined) return null;
  const delayMs = queueDelayMs(recordedJobEventSchema.parse(envelope), now);
  if (delayMs === null) return null;
  return {
    message: {
      job_id: envelope.stream_id,
      credential_id: envelope.credential_id,
      account_id: envelope.account_id,
      version: envelope.version,
      ...(envelope.urgent === true ? { urgent: true } : {}),
    },
    delayMs,
  };
}
