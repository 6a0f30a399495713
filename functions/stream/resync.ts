import * as z from 'zod';
import { syncMessagesPayload } from '../domain/action/imap-sync-messages.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import type { Envelope } from '../domain/event/event.ts';
import { recordedJobEventSchema } from '../domain/job/events.ts';
import { foldJob } from '../domain/job/history.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';

export type ResyncPorts = { readonly log: EventLog; readonly ids: Pick<Ids, 'derive'> };

const ofFolder = z.looseObject({ folder: z.string(), uid_validity: z.int() });

/**
 * A job found its folder under another UIDVALIDITY: what is stored of that folder is of no use, so a sync of it is
 * requested. All jobs that meet the same change ask for the same one, whose id is derived from it.
 */
export async function resync(failed: Envelope, { log, ids }: ResyncPorts): Promise<void> {
  const event = recordedJobEventSchema.parse(failed);
  if (event.type !== 'AttemptFailed' || event.data.code !== 'uidvalidity_changed') return;
  const job = foldJob(await log.read(failed.stream_id, 0, failed.version));
  const payload = ofFolder.safeParse(job?.payload);
  if (job === null || !payload.success) return;
  const { folder, uid_validity: uidValidity } = payload.data;
  await log.append([
    {
      streamId: ids.derive('job', ['resync', job.credential_id, String(job.generation), folder, String(uidValidity)]),
      version: 1,
      accountId: job.account_id,
      credentialId: job.credential_id,
      actor: SYSTEM.resync,
      at: failed.at,
      event: {
        type: 'JobRequested',
        data: {
          action: 'imap_sync_messages',
          payload: syncMessagesPayload.parse({ folder }),
          task_id: null,
          credential_id: job.credential_id,
          generation: job.generation,
          priority: 0,
          labels: [],
          run_at: null,
          max_attempts: null,
          source: job.source,
        },
      },
    },
  ]);
}
