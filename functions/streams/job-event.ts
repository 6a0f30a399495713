import type { Actor } from '../domain/event/event.ts';
import type { JobEvent } from '../domain/job/events.ts';
import type { Job } from '../domain/job/job.ts';
import type { NewEvent } from '../ports/event-log.ts';

/** The next event of a job, at the version after the given state. `at`: ms since the epoch. */
export function jobEvent(
  job: Pick<Job, 'id' | 'version' | 'account_id' | 'credential_id' | 'priority'>,
  event: JobEvent,
  { actor, at }: { readonly actor: Actor; readonly at: number },
): NewEvent {
  const priority = (event.type === 'JobUpdated' ? event.data.changes.priority : undefined) ?? job.priority;
  return {
    streamId: job.id,
    version: job.version + 1,
    accountId: job.account_id,
    actor,
    at: new Date(at).toISOString(),
    credentialId: job.credential_id,
    ...(priority > 0 ? { urgent: true } : {}),
    event,
  };
}
