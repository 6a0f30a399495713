import type * as z from 'zod';
import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import type { Role } from '../../domain/role/role.ts';
import { foldTask } from '../../domain/task/task.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { endpoint, type Preconditions, type Reply } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { errorFields, logger } from '../../runtime/logger.ts';
import { stateAfter } from '../../streams/decide-and-append.ts';
import { envelopeOf } from '../../streams/envelope.ts';
import { appendCounted } from '../append-counted.ts';
import { present } from '../append-own.ts';
import { commandKey, createdId, createdStream, sameBody } from '../idempotency.ts';
import type { JobResource } from '../jobs/resource.ts';
import { showJob } from '../jobs/show-job.ts';
import { waitForJob } from '../jobs/wait.ts';
import { credentialOf } from '../own.ts';
import { syncMailboxesContract, syncMessagesContract } from './contracts.ts';
import { type Author, createTaskEvent, type TaskDraft, triggerEvent } from './task-events.ts';
import type { TaskPorts } from './task-ports.ts';

export const syncMailboxes = (ports: TaskPorts) =>
  endpoint(syncMailboxesContract, (request) =>
    sync(ports, { ...request, credential: request.body.credential_id, taskType: 'imap_sync_mailboxes', payload: {} }),
  );

export const syncMessages = (ports: TaskPorts) =>
  endpoint(syncMessagesContract, (request) =>
    sync(ports, {
      ...request,
      credential: request.body.credential_id,
      taskType: 'imap_sync_messages',
      payload: { folder: request.body.folder ?? null, full: request.body.full ?? false },
    }),
  );

type SyncRequest = {
  readonly accountId: string;
  readonly actor: { readonly uid: string; readonly role: Role };
  readonly body: unknown;
  readonly headers: Pick<Preconditions, 'idempotencyKey' | 'waitMs'>;
  readonly path: string;
  readonly now: number;
  readonly requestId: string;
  readonly credential: string;
  readonly taskType: string;
  readonly payload: Record<string, unknown>;
};

type Accepted = z.input<(typeof syncMessagesContract.replies)[number]['data']>;
/** The result of a request: its job, and the reply that shows it. */
type Made = { readonly taskId: string; readonly shown: JobResource };

/** There is one task per credential, action and payload. The first sync creates it, each sync triggers it. */
async function sync(ports: TaskPorts, request: SyncRequest): Promise<Reply<Accepted>> {
  const { log, runs, ids, fingerprint, quotas } = ports;
  const { accountId, credential, taskType, payload, path, headers, body, now } = request;
  const { role } = request.actor;
  const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const jobId = await createdId('job', key, { log, ids });
  const taskId = ids.derive('tsk', [accountId, credential, taskType, canonicalJson(payload)]);
  const author: Author = {
    accountId,
    actor: userActor(request.actor.uid),
    role,
    at: new Date(now).toISOString(),
    requestId: request.requestId,
  };
  // Each folder name makes a task of its own, and the number of names is unlimited, so these tasks count.
  const count = { accountId, kind: 'tasks', now } as const;
  const stream = createdStream<Job>(log, jobId, foldJob, key);
  const made = await appendCounted<Job, Made>(log, quotas, count, stream, async (admit) => {
    const known = await credentialOf(log, credential, accountId);
    await quotas.admitJob(accountId);
    const draft: TaskDraft = {
      task_type: taskType,
      target_credential_id: credential,
      payload,
      priority: 0,
      labels: [],
      schedule: null,
    };
    const stored = foldTask(await log.current(taskId));
    const existing = stored?.deleted ? null : stored;
    if (existing === null) await admit();
    const creation = { ...createTaskEvent(taskId, draft, author, null), version: (stored?.version ?? 0) + 1 };
    const task = existing ?? foldTask([envelopeOf(creation)]);
    if (task === null) throw new Problem('not_found');
    // The task's payload may have been changed since. The job gets the payload of this request.
    const trigger = triggerEvent({ ...task, payload }, known.generation, jobId, author, key, null);
    await runs.noteTrigger(taskId, { job_id: jobId, at: author.at });
    const shown = await showJob(ports, present(stateAfter(stream, null, [trigger])), { role, now }, known);
    return { events: existing === null ? [creation, trigger] : [trigger], result: { taskId, shown } };
  });
  if (made.kind === 'earlier') sameBody(made.event, key);
  const madeBy = made.kind === 'earlier' ? (made.stateThen?.task_id ?? taskId) : made.result.taskId;
  const reply = (job: JobResource | null): Accepted => ({ task_id: madeBy, job_id: jobId, job });
  const { state: job } = made;
  const shown = made.kind === 'earlier' ? await shownUnlessDeleted(job, now) : made.result.shown;
  if (headers.waitMs === 0 || job === null) return { status: 202, data: reply(shown) };
  const { thing: seen, isApplied } = await waitForJob(job, now + headers.waitMs, ports);
  const waited = isApplied ? { waitedMs: headers.waitMs } : {};
  try {
    const status = seen.deleted || isTerminal(seen.status) ? (200 as const) : (202 as const);
    return { status, data: reply(await shownUnlessDeleted(seen, Date.now())), ...waited };
  } catch (error) {
    // The job was accepted, so the reply shows it as it was then.
    logger.warn('job not shown after a wait', { ...errorFields(error), job_id: jobId });
    return { status: 202, data: reply(shown), ...waited };
  }

  async function shownUnlessDeleted(seen: Job | null, at: number): Promise<JobResource | null> {
    return seen === null || seen.deleted ? null : showJob(ports, seen, { role, now: at });
  }
}
