import type * as z from 'zod';
import type { Credential } from '../../domain/credential/credential.ts';
import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import type { Role } from '../../domain/role/role.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { endpoint, type Preconditions, type Reply } from '../../http/endpoint.ts';
import { loadTask } from '../../streams/load-task.ts';
import { beginningOf } from '../../streams/request-job.ts';
import { appendCounted } from '../append-counted.ts';
import { commandKey, createdId, earlierResult } from '../idempotency.ts';
import { showJob } from '../jobs/show-job.ts';
import { waitForJob } from '../jobs/wait.ts';
import { credentialOf } from '../own.ts';
import { syncMailboxesContract, syncMessagesContract } from './contracts.ts';
import { type Author, createTaskEvent, newTask, type TaskDraft, triggerEvent } from './task-events.ts';
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
/** `job` as its first event makes it, with the credential that was read; null when an earlier request made it. */
type Made = {
  readonly taskId: string;
  readonly begun: { readonly job: Job | null; readonly credential: Credential } | null;
};

/** One task per credential, action and payload: the first sync makes it, each sync triggers it. */
async function sync(ports: TaskPorts, request: SyncRequest): Promise<Reply<Accepted>> {
  const { log, views, runs, ids, fingerprint, quotas } = ports;
  const { accountId, credential, taskType, payload, path, headers, body } = request;
  const key = await commandKey(
    { accountId, method: 'POST', path, key: headers.idempotencyKey, body },
    ids,
    fingerprint,
  );
  const jobId = await createdId('job', key, { log, ids });
  const taskId = ids.derive('tsk', [accountId, credential, taskType, canonicalJson(payload)]);
  const author: Author = {
    accountId,
    actor: userActor(request.actor.uid),
    role: request.actor.role,
    at: new Date(request.now).toISOString(),
    requestId: request.requestId,
  };
  // A task for each folder that is named: they are as many as the caller has names.
  const count = { accountId, kind: 'tasks', now: request.now } as const;
  const { taskId: madeBy, begun } = await appendCounted<Made>(log, quotas, count, async (admit) => {
    const history = key === null ? [] : await log.read(jobId);
    if (earlierResult(history, key) !== null)
      return { events: null, result: { taskId: foldJob(history.slice(0, 1))?.task_id ?? taskId, begun: null } };
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
    const stored = await loadTask(taskId, { log, views });
    const existing = stored?.deleted ? null : stored;
    if (existing === null) await admit();
    const task = existing ?? { ...newTask(taskId, draft, author), version: (stored?.version ?? 0) + 1 };
    // The payload of a task may have been changed since: what is asked for is done.
    const trigger = triggerEvent({ ...task, payload }, known.generation, jobId, author, key, null);
    await runs.noteTrigger(taskId, { job_id: jobId, at: author.at });
    return {
      events:
        existing === null
          ? [{ ...createTaskEvent(taskId, draft, author, null), version: task.version }, trigger]
          : [trigger],
      result: { taskId, begun: { job: beginningOf(trigger), credential: known } },
    };
  });
  const now = Date.parse(author.at);
  const job = begun?.job ?? foldJob(await log.current(jobId));
  const shown = async (seen: Job | null, at: number, known: Credential | null): Promise<Accepted> => ({
    task_id: madeBy,
    job_id: jobId,
    job: seen === null || seen.deleted ? null : await showJob(ports, seen, at, known),
  });
  if (headers.waitMs === 0 || job === null)
    return { status: 202, data: await shown(job, now, begun?.credential ?? null) };
  const { thing: seen, isApplied } = await waitForJob(job, now + headers.waitMs, ports);
  const status = seen.deleted || isTerminal(seen.status) ? (200 as const) : (202 as const);
  return { status, data: await shown(seen, Date.now(), null), ...(isApplied ? { waitedMs: headers.waitMs } : {}) };
}
