import { actionName } from '../../domain/action/catalogue.ts';
import { foldTask, type Task, type TaskEvent, taskLastStateOf } from '../../domain/task/task.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendOwn, byCaller, byKey } from '../append-own.ts';
import { assertMayCause, parsedPayload, withUids } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { deleteTaskContract, pauseTaskContract, resumeTaskContract, updateTaskContract } from './contracts.ts';
import { ownTask } from './own-task.ts';
import { showTask } from './show-task.ts';
import type { TaskPorts } from './task-ports.ts';

/**
 * Changes what later jobs of the task will be; those that are there stay as they are. A task whose credential is not
 * there, or not its account's, can only lose its schedule.
 */
export const updateTask = (ports: TaskPorts) =>
  endpoint(updateTaskContract, async (request) => {
    const { params, body, accounts, actor } = request;
    const { payload: given, ...others } = body;
    const old = await ownTask(ports, params.task_id, accounts);
    const endsSchedule = Object.keys(body).every((field) => field === 'schedule') && body.schedule === null;
    if (!endsSchedule) await credentialOf(ports.log, old.target_credential_id, old.account_id);
    const action = actionName.parse(old.task_type);
    if (given !== undefined) assertMayCause(actor.role, { action, payload: given });
    const named = given === undefined ? undefined : await withUids(action, given, old.target_credential_id, ports.mail);
    const changes = { ...others, ...(named === undefined ? {} : { payload: parsedPayload(action, named) }) };
    const { state } = await appendOwn<Task, TaskEvent>(ports.log, old.id, byCaller(request), foldTask, (task) => {
      // On the task that the change is appended to: somebody may have changed its payload since it was read.
      assertMayCause(actor.role, { action, payload: changes.payload ?? task.payload });
      return { type: 'TaskUpdated', data: { changes } };
    });
    return { status: 200, data: await showTask(ports, state, request.now), etag: state.version };
  });

/** Deletes a task with its schedule. Jobs that it has made go on. */
export const deleteTask = ({ log }: TaskPorts) =>
  endpoint(deleteTaskContract, async (request) => {
    const { params, query } = request;
    await appendOwn<Task, TaskEvent>(log, params.task_id, byCaller(request), foldTask, (task) => ({
      type: 'TaskDeleted',
      data: { reason: query.reason ?? null, last_state: taskLastStateOf(task) },
    }));
    return { status: 204 };
  });

/** Turns a schedule off until it is resumed. A job that was made runs. */
export const pauseTask = (ports: TaskPorts) =>
  endpoint(pauseTaskContract, (request) => changeSchedule(ports, request, request.params.task_id, 'TaskPaused'));

/** Turns a schedule on again, after a pause or a suspension; what was due meanwhile is gone. */
export const resumeTask = (ports: TaskPorts) =>
  endpoint(resumeTaskContract, (request) => changeSchedule(ports, request, request.params.task_id, 'TaskResumed'));

async function changeSchedule(
  ports: TaskPorts,
  request: Caller & { readonly body: { readonly reason?: string | undefined } },
  taskId: string,
  type: 'TaskPaused' | 'TaskResumed',
) {
  const { id, account_id: accountId, target_credential_id: target } = await ownTask(ports, taskId, request.accounts);
  if (type === 'TaskResumed') await credentialOf(ports.log, target, accountId);
  const by = await byKey(request, accountId, ports);
  const { state } = await appendOwn<Task, TaskEvent>(ports.log, id, by, foldTask, (task) => {
    if (type === 'TaskResumed') assertMayCause(request.actor.role, { action: task.task_type, payload: task.payload });
    if (task.schedule === null) throw new Problem('task_not_scheduled');
    return { type, data: { reason: request.body.reason ?? null } };
  });
  return { status: 200 as const, data: await showTask(ports, state, request.now), etag: state.version };
}
