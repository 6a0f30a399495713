/** The users of a credential: its open jobs, and the tasks and endpoints that would create more. */
import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import { activeSchedule, foldTask, type Task, type TaskEvent } from '../../domain/task/task.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { usersOfCredential } from '../../domain/views/keys.ts';
import { foldWebhookEndpoint, type WebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { EventLog, NewEvent } from '../../ports/event-log.ts';
import type { Views } from '../../ports/views.ts';
import { openPartition } from '../../queries/open-jobs.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import { decideAndAppend, type Fold } from '../../streams/decide-and-append.ts';
import { jobEvent } from '../../streams/job-event.ts';
import { withinRequest } from '../../streams/retries.ts';
import { streamOf } from '../../streams/stream-of.ts';
import type { By } from '../append-own.ts';

const PARALLEL = 10;

export type CredentialUsers = {
  readonly jobs: readonly string[];
  /** Tasks with an active schedule. */
  readonly tasks: readonly string[];
  /** Enabled webhook endpoints that use the credential. */
  readonly endpoints: readonly string[];
};

/** The ids of each kind, newest first, at most a thousand. */
export async function usersOf(views: Views, accountId: string, credentialId: string): Promise<CredentialUsers> {
  const page = { limit: 1_000, offset: 0, after: null };
  const open = openPartition({ accountId, credentialId });
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

/** Resolves the jobs, which stops running attempts. Suspends the schedules and disables the endpoints. */
export async function release(users: CredentialUsers, credentialId: string, by: By, log: EventLog): Promise<void> {
  await each(users.endpoints, (id) =>
    next<WebhookEndpoint>(log, id, foldWebhookEndpoint, (endpoint) => {
      if (endpoint === null || endpoint.deleted || !endpoint.enabled) return null;
      if (!('credential_id' in endpoint.target) || endpoint.target.credential_id !== credentialId) return null;
      const data = { changes: { enabled: false }, fields: ['enabled'] };
      return of(endpoint, { type: 'WebhookEndpointUpdated', data }, by);
    }),
  );
  await each(users.tasks, (id) =>
    next<Task>(log, id, foldTask, (task) => {
      if (task === null || activeSchedule(task) === null) return null;
      return of(task, { type: 'TaskSuspended', data: { code: 'credential_not_found', failures: 0 } }, by);
    }),
  );
  await each(users.jobs, (id) =>
    next<Job>(log, id, foldJob, (job) => {
      if (job === null || job.deleted || isTerminal(job.status)) return null;
      const resolved = { type: 'JobResolved', data: { note: 'the credential was deleted' } } as const;
      const event = jobEvent(job, resolved, { actor: userActor(by.uid), at: Date.parse(by.at) });
      return { ...event, requestId: by.requestId, audited: true };
    }),
  );
}

/** Runs the work for a few ids at a time: a thousand in sequence would take longer than the request may. */
async function each(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < ids.length; at += PARALLEL) await Promise.all(ids.slice(at, at + PARALLEL).map(work));
}

async function next<State>(
  log: EventLog,
  id: string,
  fold: Fold<State>,
  decide: (state: State | null) => NewEvent | null,
): Promise<void> {
  const stream = streamOf(log, id, fold, withinRequest);
  const outcome = await decideAndAppend<State, null>(log, stream, (state) => {
    const event = decide(state);
    return { events: event === null ? null : [event], result: null };
  });
  if (outcome.kind === 'conflict') throw new Problem('try_again');
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
