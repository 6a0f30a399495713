import { actionName } from '../../domain/action/catalogue.ts';
import { foldTask, type Task, type TaskEvent, taskLastStateOf } from '../../domain/task/task.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendOwn, assertMatches, byCaller, byKey, nothing, openOwn } from '../append-own.ts';
import { assertMayCause, parsedPayload, withUids } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { deleteTaskContract, pauseTaskContract, resumeTaskContract, updateTaskContract } from './contracts.ts';
import { showTask } from './show-task.ts';
import type { TaskPorts } from './task-ports.ts';

/**
 * Changes later jobs of the task; existing jobs stay unchanged. If the credential of the task does not exist in its
 * account, the only change allowed is to remove the schedule.
 */
export const updateTask = (ports: TaskPorts) =>
  endpoint(updateTaskContract, async (request) => {
    const { params, body, actor, now } = request;
    const { payload: given, ...others } = body;
    const opened = await openOwn(ports.log, params.task_id, byCaller(request), foldTask);
    const { state: old, by } = opened;
    assertMatches(by, old.version);
    const action = actionName.parse(old.task_type);
    if (given !== undefined) assertMayCause(actor.role, { action, payload: given });
    // The ids of messages are only checked with the mailbox.
    if (given !== undefined && given.email_ids === undefined) parsedPayload(action, given);
    const endsSchedule = Object.keys(body).every((field) => field === 'schedule') && body.schedule === null;
    if (!endsSchedule) await credentialOf(ports.log, old.target_credential_id, old.account_id);
    const named = given === undefined ? undefined : await withUids(action, given, old.target_credential_id, ports.mail);
    const changes = { ...others, ...(named === undefined ? {} : { payload: parsedPayload(action, named) }) };
    const decide = (task: Task): TaskEvent => {
      // Checked on the task that the change is appended to: its payload may have changed since it was read.
      assertMayCause(actor.role, { action, payload: changes.payload ?? task.payload });
      return { type: 'TaskUpdated', data: { changes } };
    };
    const { state, prepared } = await appendOwn(ports.log, opened, decide, (task) => showTask(ports, task, now));
    return { status: 200, data: prepared, etag: state.version };
  });

/** Deletes a task with its schedule. Its existing jobs continue. */
export const deleteTask = ({ log }: TaskPorts) =>
  endpoint(deleteTaskContract, async (request) => {
    const { params, query } = request;
    const opened = await openOwn(log, params.task_id, byCaller(request), foldTask);
    const decide = (task: Task): TaskEvent => ({
      type: 'TaskDeleted',
      data: { reason: query.reason ?? null, last_state: taskLastStateOf(task) },
    });
    await appendOwn(log, opened, decide, nothing);
    return { status: 204 };
  });

/** Turns a schedule off until it is resumed. Existing jobs continue. */
export const pauseTask = (ports: TaskPorts) =>
  endpoint(pauseTaskContract, (request) => changeSchedule(ports, request, request.params.task_id, 'TaskPaused'));

/** Turns a schedule on again, after a pause or a suspension. Runs that were due in between are not made later. */
export const resumeTask = (ports: TaskPorts) =>
  endpoint(resumeTaskContract, (request) => changeSchedule(ports, request, request.params.task_id, 'TaskResumed'));

async function changeSchedule(
  ports: TaskPorts,
  request: Caller & { readonly body: { readonly reason?: string | undefined } },
  taskId: string,
  type: 'TaskPaused' | 'TaskResumed',
) {
  const { log } = ports;
  const opened = await openOwn(log, taskId, byKey(request, ports), foldTask);
  const { target_credential_id: target, account_id: accountId } = opened.state;
  if (type === 'TaskResumed') await credentialOf(log, target, accountId);
  const decide = (task: Task): TaskEvent => {
    if (type === 'TaskResumed') assertMayCause(request.actor.role, { action: task.task_type, payload: task.payload });
    if (task.schedule === null) throw new Problem('task_not_scheduled');
    return { type, data: { reason: request.body.reason ?? null } };
  };
  const { state, prepared } = await appendOwn(log, opened, decide, (task) => showTask(ports, task, request.now));
  return { status: 200 as const, data: prepared, etag: state.version };
}
