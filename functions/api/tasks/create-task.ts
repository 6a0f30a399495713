import { userActor } from '../../domain/event/actors.ts';
import { NO_RUNS } from '../../domain/schedule/run.ts';
import { foldTask, type Task } from '../../domain/task/task.ts';
import { endpoint } from '../../http/endpoint.ts';
import { appendCounted, madeState } from '../append-counted.ts';
import { commandKey, createdId, createdStream } from '../idempotency.ts';
import { assertMayCause, parsedPayload, withUids } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { createTaskContract } from './contracts.ts';
import { toTaskResource } from './resource.ts';
import { createTaskEvent } from './task-events.ts';
import type { TaskPorts } from './task-ports.ts';

const FRESH = { runs: NO_RUNS, lastJobStatus: null, hasCredential: true };

/** Creates a task. Starts no job. */
export const createTask = ({ log, mail, ids, fingerprint, quotas }: TaskPorts) =>
  endpoint(createTaskContract, async ({ accountId, actor, body: draft, headers, path, now, requestId }) => {
    assertMayCause(actor.role, { action: draft.task_type, payload: draft.payload });
    const named = draft.payload.email_ids === undefined ? parsedPayload(draft.task_type, draft.payload) : null;
    const key = await commandKey(
      { accountId, method: 'POST', path, key: headers.idempotencyKey, body: draft },
      ids,
      fingerprint,
    );
    const taskId = await createdId('tsk', key, { log, ids });
    const by = { actor: userActor(actor.uid), role: actor.role };
    const author = { accountId, ...by, at: new Date(now).toISOString(), requestId };
    const stream = createdStream<Task>(log, taskId, foldTask, key);
    const made = await appendCounted(log, quotas, { accountId, kind: 'tasks', now }, stream, async (admit) => {
      await credentialOf(log, draft.target_credential_id, accountId);
      const payload =
        named ??
        parsedPayload(
          draft.task_type,
          await withUids(draft.task_type, draft.payload, draft.target_credential_id, mail),
        );
      await admit();
      return { events: [createTaskEvent(taskId, { ...draft, payload }, author, key)], result: null };
    });
    const task = madeState(made, key);
    return { status: 201, data: toTaskResource(task, FRESH, now), etag: task.version };
  });
