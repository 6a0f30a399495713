import { ACTIONS } from '../../domain/action/catalogue.ts';
import { userActor } from '../../domain/event/actors.ts';
import { foldTask } from '../../domain/task/task.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { invalidFields } from '../../runtime/http/invalid-fields.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { createTaskContract } from '../contracts/tasks.ts';
import { ownCredential } from '../own.ts';
import { toTaskResource } from '../resources/task.ts';
import { appendRetrying } from './append-retrying.ts';
import { commandKey, earlierResult } from './idempotency.ts';
import type { CommandPorts } from './ports.ts';
import { createTaskEvent, newTask } from './request-job.ts';

/** Makes a task; runs nothing. */
export const createTask = ({ log, ids, fingerprint }: CommandPorts) =>
  endpoint(createTaskContract, async ({ accountId, accounts, actor, body: draft, headers, path, now, requestId }) => {
    const payload = ACTIONS[draft.task_type].payload.safeParse(draft.payload);
    if (!payload.success) {
      const errors = invalidFields(payload.error.issues, 'body', ACTIONS[draft.task_type].payload);
      throw new Problem('invalid_request', {
        errors: errors.map((error) => ({ ...error, pointer: `/payload${error.pointer}` })),
      });
    }
    const key = await commandKey(
      { accountId, method: 'POST', path, key: headers.idempotencyKey, body: draft },
      ids,
      fingerprint,
    );
    const taskId = key?.derive('tsk') ?? ids.next('tsk');
    const author = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId };
    const task = await appendRetrying(log, async () => {
      const history = await log.read(taskId);
      const earlier = earlierResult(history, key);
      const made = foldTask(history.slice(0, 1));
      if (earlier !== null && made !== null) return { events: null, result: made };
      await ownCredential(log, draft.target_credential_id, accounts);
      const fields = { ...draft, payload: payload.data };
      return { events: [createTaskEvent(taskId, fields, author, key)], result: newTask(taskId, fields, author) };
    });
    return { status: 201, data: toTaskResource(task, null), etag: task.version };
  });
