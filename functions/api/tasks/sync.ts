import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Role } from '../../domain/role/role.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { loadTask } from '../../jobs/load-task.ts';
import { endpoint, type Reply } from '../../runtime/http/endpoint.ts';
import { appendCounted } from '../command/append-counted.ts';
import { commandKey, createdId, earlierResult } from '../command/idempotency.ts';
import { syncMailboxesContract, syncMessagesContract } from '../contracts/tasks.ts';
import { credentialOf } from '../own.ts';
import type { TaskPorts } from './ports.ts';
import { type Author, createTaskEvent, newTask, type TaskDraft, triggerEvent } from './task-events.ts';

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
  readonly headers: { readonly idempotencyKey: string | null };
  readonly path: string;
  readonly now: number;
  readonly requestId: string;
  readonly credential: string;
  readonly taskType: string;
  readonly payload: Record<string, unknown>;
};

/** One task per credential, action and payload: the first sync makes it, each sync triggers it. */
async function sync(
  { log, views, runs, ids, fingerprint, quotas }: TaskPorts,
  request: SyncRequest,
): Promise<Reply<{ task_id: string; job_id: string }>> {
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
  const made = await appendCounted(log, quotas, count, async (admit) => {
    const history = key === null ? [] : await log.read(jobId);
    if (earlierResult(history, key) !== null)
      return { events: null, result: foldJob(history.slice(0, 1))?.task_id ?? taskId };
    const { generation } = await credentialOf(log, credential, accountId);
    await quotas.admitJob(accountId);
    const draft: TaskDraft = {
      task_type: taskType,
      target_credential_id: credential,
      payload,
      priority: 0,
      labels: [],
      schedule: null,
    };
    const known = await loadTask(taskId, { log, views });
    const existing = known?.deleted ? null : known;
    if (existing === null) await admit();
    const task = existing ?? { ...newTask(taskId, draft, author), version: (known?.version ?? 0) + 1 };
    // The payload of a task may have been changed since: what is asked for is done.
    const trigger = triggerEvent({ ...task, payload }, generation, jobId, author, key, null);
    await runs.noteTrigger(taskId, { job_id: jobId, at: author.at });
    return {
      events:
        existing === null
          ? [{ ...createTaskEvent(taskId, draft, author, null), version: task.version }, trigger]
          : [trigger],
      result: taskId,
    };
  });
  return { status: 202, data: { task_id: made, job_id: jobId } };
}
