import { userActor } from '../../domain/event/actors.ts';
import { NO_RUNS } from '../../domain/schedule/run.ts';
import { foldTask } from '../../domain/task/task.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { commandKey, createdId, earlierResult } from '../command/idempotency.ts';
import { assertMayAsk, parsedPayload, withUids } from '../command/message-payload.ts';
import { createTaskContract } from '../contracts/tasks.ts';
import { ownCredential } from '../own.ts';
import { toTaskResource } from '../resources/task.ts';
import type { TaskPorts } from './ports.ts';
import { createTaskEvent, newTask } from './task-events.ts';

const FRESH = { runs: NO_RUNS, lastJobStatus: null, hasCredential: true };

/** Makes a task; runs nothing. */
export const createTask = ({ log, mail, ids, fingerprint }: TaskPorts) =>
  endpoint(createTaskContract, async ({ accountId, accounts, actor, body: draft, headers, path, now, requestId }) => {
    assertMayAsk(actor.role, draft.task_type, draft.payload);
    const named = draft.payload.email_ids === undefined ? parsedPayload(draft.task_type, draft.payload) : null;
    const key = await commandKey(
      { accountId, method: 'POST', path, key: headers.idempotencyKey, body: draft },
      ids,
      fingerprint,
    );
    const taskId = await createdId('tsk', key, { log, ids });
    const author = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId };
    const task = await appendRetrying(log, async () => {
      const history = await log.read(taskId);
      const earlier = earlierResult(history, key);
      const made = foldTask(history.slice(0, 1));
      if (earlier !== null && made !== null) return { events: null, result: made };
      await ownCredential(log, draft.target_credential_id, accounts);
      const payload =
        named ?? parsedPayload(draft.task_type, await withUids(draft.payload, draft.target_credential_id, mail));
      const fields = { ...draft, payload };
      return { events: [createTaskEvent(taskId, fields, author, key)], result: newTask(taskId, fields, author) };
    });
    return { status: 201, data: toTaskResource(task, FRESH, now), etag: task.version };
  });
