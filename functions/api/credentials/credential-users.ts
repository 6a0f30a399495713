/** What uses a credential: its unfinished jobs, and what would make more of them. */
import { userActor } from '../../domain/event/actors.ts';
import type { Envelope } from '../../domain/event/event.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal } from '../../domain/job/job.ts';
import { activeSchedule, foldTask, type TaskEvent } from '../../domain/task/task.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { openOfCredential, usersOfCredential } from '../../domain/views/keys.ts';
import { foldWebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import type { EventLog, NewEvent } from '../../ports/event-log.ts';
import type { Views } from '../../ports/views.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import { jobEvent } from '../../streams/job-event.ts';
import type { By } from '../append-own.ts';
import { appendRetrying } from '../append-retrying.ts';

const PARALLEL = 10;

export type CredentialUsers = {
  readonly jobs: readonly string[];
  /** Tasks whose schedule is on. */
  readonly tasks: readonly string[];
  /** Webhook endpoints that name it and are enabled. */
  readonly endpoints: readonly string[];
};

/** Of each kind the ids, newest first, at most a thousand. */
export async function usersOf(views: Views, accountId: string, credentialId: string): Promise<CredentialUsers> {
  const page = { limit: 1_000, offset: 0, after: null };
  const open = { index: 'credential', key: openOfCredential(accountId, credentialId) } as const;
  const makers = { index: 'credential', key: usersOfCredential(accountId, credentialId) } as const;
  const [jobs, users] = await Promise.all([
    pageOfViews(views, open, page, (row) => {
      const job = jobOf(row);
      return job !== null && !isTerminal(job.status) ? job.id : null;
    }),
    pageOfViews(views, makers, page, ({ id }) => id),
  ]);
  return {
    jobs: jobs.items,
    tasks: users.items.filter((id) => id.startsWith('tsk_')),
    endpoints: users.items.filter((id) => id.startsWith('whk_')),
  };
}

/** Resolves the jobs, which stops running attempts, and turns off what would make more. */
export async function release(users: CredentialUsers, credentialId: string, by: By, log: EventLog): Promise<void> {
  await each(users.endpoints, (id) =>
    next(log, id, (history) => {
      const endpoint = foldWebhookEndpoint(history);
      if (endpoint === null || endpoint.deleted || !endpoint.enabled) return null;
      if (!('credential_id' in endpoint.target) || endpoint.target.credential_id !== credentialId) return null;
      const data = { changes: { enabled: false }, fields: ['enabled'] };
      return of(endpoint, { type: 'WebhookEndpointUpdated', data }, by);
    }),
  );
  await each(users.tasks, (id) =>
    next(log, id, (history) => {
      const task = foldTask(history);
      if (task === null || activeSchedule(task) === null) return null;
      return of(task, { type: 'TaskSuspended', data: { code: 'credential_not_found', failures: 0 } }, by);
    }),
  );
  await each(users.jobs, (id) =>
    next(log, id, (history) => {
      const job = foldJob(history);
      if (job === null || job.deleted || isTerminal(job.status)) return null;
      const resolved = { type: 'JobResolved', data: { note: 'the credential was deleted' } } as const;
      const event = jobEvent(job, resolved, { actor: userActor(by.uid), at: Date.parse(by.at) });
      return { ...event, requestId: by.requestId, audited: true };
    }),
  );
}

/** A few at a time: a thousand one after the other would outlast the request. */
async function each(ids: readonly string[], work: (id: string) => Promise<null>): Promise<void> {
  for (let at = 0; at < ids.length; at += PARALLEL) await Promise.all(ids.slice(at, at + PARALLEL).map(work));
}

/** If others append at the same moment, the decision is made again from the new state. */
function next(log: EventLog, id: string, decide: (history: readonly Envelope[]) => NewEvent | null): Promise<null> {
  return appendRetrying(log, async () => {
    const event = decide(await log.current(id));
    return { events: event === null ? null : [event], result: null };
  });
}

const of = (
  {
    id,
    version,
    account_id: accountId,
  }: { readonly id: string; readonly version: number; readonly account_id: string },
  event: TaskEvent | WebhookEvent,
  { uid, at, requestId }: By,
): NewEvent => ({
  streamId: id,
  version: version + 1,
  accountId,
  actor: userActor(uid),
  at,
  requestId,
  event,
  audited: true,
});
