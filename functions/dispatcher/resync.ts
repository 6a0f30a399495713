import * as z from 'zod';
import { syncMessagesPayload } from '../domain/action/imap-sync-messages.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import type { Envelope } from '../domain/event/event.ts';
import { recordedJobEventSchema } from '../domain/job/events.ts';
import { foldJob } from '../domain/job/history.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import { appendOnce } from '../streams/append-once.ts';
import { requestJob } from '../streams/request-job.ts';

/** The ports for requesting a sync after a change of UIDVALIDITY. */
export type ResyncPorts = { readonly log: EventLog; readonly ids: Pick<Ids, 'derive'> };

const ofFolder = z.looseObject({ folder: z.string(), uid_validity: z.int() });

/**
 * A job found its folder under another UIDVALIDITY: the stored messages of that folder are useless, so a sync of it is
 * requested. All jobs that meet the same change request the same sync, because its id is derived from the change.
 */
export async function resync(failed: Envelope, { log, ids }: ResyncPorts): Promise<void> {
  const event = recordedJobEventSchema.parse(failed);
  if (event.type !== 'AttemptFailed' || event.data.code !== 'uidvalidity_changed') return;
  const job = foldJob(await log.read(failed.stream_id, 0, failed.version));
  const payload = ofFolder.safeParse(job?.payload);
  if (job === null || !payload.success) return;
  const { folder, uid_validity: uidValidity } = payload.data;
  const { credential_id, generation, source, account_id: accountId } = job;
  const jobId = ids.derive('job', ['resync', credential_id, String(generation), folder, String(uidValidity)]);
  const wanted = { credential_id, generation, source, payload: syncMessagesPayload.parse({ folder }) };
  const origin = { accountId, actor: SYSTEM.resync, at: failed.at };
  await appendOnce(log, [requestJob(jobId, { ...wanted, action: 'imap_sync_messages' }, origin)]);
}

/**
 * A sync saw many messages gone at once and has not removed them: a sync of the same folders ten minutes later
 * decides, with or without a schedule. Syncs with the same suspicion request the same one.
 */
export async function secondPass(succeeded: Envelope, { log, ids }: ResyncPorts): Promise<void> {
  const event = recordedJobEventSchema.parse(succeeded);
  if (event.type !== 'AttemptSucceeded' || event.data.recheck_at === undefined) return;
  const job = foldJob(await log.read(succeeded.stream_id, 0, succeeded.version));
  if (job === null || job.action !== 'imap_sync_messages') return;
  const { folder, since } = syncMessagesPayload.parse(job.payload);
  const { credential_id, generation, source, account_id: accountId } = job;
  const { recheck_at } = event.data;
  const names = ['second pass', credential_id, String(generation), folder ?? '', since ?? '', recheck_at];
  const payload = syncMessagesPayload.parse({ folder, since });
  const wanted = { credential_id, generation, source, payload, action: 'imap_sync_messages', run_at: recheck_at };
  const origin = { accountId, actor: SYSTEM.resync, at: succeeded.at };
  await appendOnce(log, [requestJob(ids.derive('job', names), wanted, origin)]);
}
