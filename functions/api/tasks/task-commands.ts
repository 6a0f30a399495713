import { actionName } from '../../domain/action/catalogue.ts';
import { userActor } from '../../domain/event/actors.ts';
import { foldTask, type Task, type TaskEvent } from '../../domain/task/task.ts';
import { type Caller, endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { commandKey, earlierResult } from '../command/idempotency.ts';
import { assertMayAsk, parsedPayload, withUids } from '../command/message-payload.ts';
import { deleteTaskContract, pauseTaskContract, resumeTaskContract, updateTaskContract } from '../contracts/tasks.ts';
import { ownTask } from '../own.ts';
import type { TaskPorts } from './ports.ts';
import { showTask } from './show-task.ts';

/** Changes what later jobs of the task will be; those that are there stay as they are. */
export const updateTask = (ports: TaskPorts) =>
  endpoint(updateTaskContract, async (request) => {
    const { params, body, accounts, actor } = request;
    const { payload: given, ...others } = body;
    const old = await ownTask(ports.log, params.task_id, accounts);
    const action = actionName.parse(old.task_type);
    if (given !== undefined) assertMayAsk(actor.role, action, given);
    const named = given === undefined ? undefined : await withUids(given, old.target_credential_id, ports.mail);
    const changes = { ...others, ...(named === undefined ? {} : { payload: parsedPayload(action, named) }) };
    const task = await appendTaskEvent(ports, request, params.task_id, 'PATCH', () => ({
      type: 'TaskUpdated',
      data: { changes },
    }));
    return { status: 200, data: await showTask(ports, task, request.now), etag: task.version };
  });

/** Deletes a task with its schedule. Jobs that it has made go on. */
export const deleteTask = (ports: TaskPorts) =>
  endpoint(deleteTaskContract, async (request) => {
    await appendTaskEvent(ports, request, request.params.task_id, 'DELETE', () => ({
      type: 'TaskDeleted',
      data: { reason: null },
    }));
    return { status: 204 };
  });

/** Turns a schedule off until it is resumed. A job that was made runs. */
export const pauseTask = (ports: TaskPorts) =>
  endpoint(pauseTaskContract, (request) => changeSchedule(ports, request, request.params.task_id, 'TaskPaused'));

/** Turns a schedule on again, after a pause or a suspension; what was due meanwhile is gone. */
export const resumeTask = (ports: TaskPorts) =>
  endpoint(resumeTaskContract, (request) => changeSchedule(ports, request, request.params.task_id, 'TaskResumed'));

type CommandRequest = Caller & { readonly body: unknown };

async function changeSchedule(
  ports: TaskPorts,
  request: CommandRequest & { readonly body: { readonly reason?: string | undefined } },
  taskId: string,
  type: 'TaskPaused' | 'TaskResumed',
) {
  const task = await appendTaskEvent(ports, request, taskId, 'POST', ({ schedule }) => {
    if (schedule === null) throw new Problem('task_not_scheduled');
    return { type, data: { reason: request.body.reason ?? null } };
  });
  return { status: 200 as const, data: await showTask(ports, task, request.now), etag: task.version };
}

/** Decides on the task as it is now and appends, once under one key; the task after that. Throws Problem. */
async function appendTaskEvent(
  { log, ids, fingerprint }: TaskPorts,
  { accounts, actor, headers, path, body, now, requestId }: CommandRequest,
  taskId: string,
  method: string,
  decide: (task: Task) => TaskEvent,
): Promise<Task> {
  const { account_id: accountId } = await ownTask(log, taskId, accounts);
  const keyed = { accountId, method, path, key: method === 'POST' ? headers.idempotencyKey : null, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const version = await appendRetrying<number>(log, async () => {
    const earlier = earlierResult(key === null ? [] : await log.read(taskId), key);
    if (earlier !== null) return { events: null, result: earlier.version };
    const task = await ownTask(log, taskId, accounts);
    if (headers.ifMatch !== null && headers.ifMatch !== task.version) throw new Problem('version_conflict');
    const event = {
      streamId: taskId,
      version: task.version + 1,
      accountId,
      actor: userActor(actor.uid),
      at: new Date(now).toISOString(),
      requestId,
      event: decide(task),
      audited: true,
      ...(key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint }),
    };
    return { events: [event], result: event.version };
  });
  const task = foldTask((await log.read(taskId)).filter((event) => event.version <= version));
  if (task === null) throw new Problem('not_found');
  return task;
}
