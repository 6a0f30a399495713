import * as z from 'zod';
import { actionName } from '../../domain/action/catalogue.ts';
import { folderPath } from '../../domain/action/message-set.ts';
import { credentialId } from '../../domain/ids/ids.ts';
import { scheduleSchema } from '../../domain/schedule/schedule.ts';
import { taskFilterSchema } from '../../domain/task/task-filter.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery, searchBody } from '../../http/pagination.ts';
import { jobResource } from '../jobs/resource.ts';
import { accountParams, deletionReason, taskParams } from '../parameters.ts';
import { taskResource } from './resource.ts';

const EXAMPLE_CREDENTIAL = 'pc_01jd0000000000000000000000';

const fields = {
  payload: z.record(z.string(), z.unknown()),
  priority: z.int().min(-10).max(10),
  labels: z.array(oneLine(64).min(1)).max(10),
  schedule: scheduleSchema.nullable(),
};

export const createTaskContract = contract({
  operation: 'createTask',
  summary: 'Creates a task. It runs nothing until it is triggered or due.',
  params: accountParams,
  query: noQuery,
  body: z.strictObject({
    task_type: actionName,
    target_credential_id: credentialId,
    payload: fields.payload.default({}),
    priority: fields.priority.default(0),
    labels: fields.labels.default([]),
    schedule: fields.schedule.default(null),
  }),
  replies: [{ status: 201, data: taskResource, etag: true }],
  problems: ['not_found', 'quota_exceeded'],
  example: { task_type: 'imap_sync_messages', target_credential_id: EXAMPLE_CREDENTIAL, payload: { folder: 'INBOX' } },
});

export const listTasksContract = contract({
  operation: 'listTasks',
  summary: 'Lists the tasks of an account, newest first.',
  params: accountParams,
  query: listQuery({}),
  body: noBody,
  replies: [{ status: 200, data: z.array(taskResource), list: 'page' }],
  problems: [],
});

export const searchTasksContract = contract({
  operation: 'searchTasks',
  summary: 'Searches the tasks of an account.',
  params: accountParams,
  query: noQuery,
  body: searchBody({
    filter: taskFilterSchema.default({}),
    sort: z.enum(['-created_at', 'created_at']).default('-created_at'),
  }),
  replies: [{ status: 200, data: z.array(taskResource), list: 'search' }],
  problems: [],
  example: { filter: { status: 'failed', task_type: 'imap_sync_messages', created_at: { gte: '-30d' } } },
});

export const getTaskContract = contract({
  operation: 'getTask',
  summary: 'Shows one task with the status of its last job.',
  params: taskParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: taskResource, etag: true }],
  problems: [],
});

export const updateTaskContract = contract({
  operation: 'updateTask',
  summary: 'Changes later jobs of a task, and when they run. Existing jobs stay as they are.',
  params: taskParams,
  query: noQuery,
  body: z
    .strictObject(fields)
    .partial()
    .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change something')
    .meta({ minProperties: 1 }),
  replies: [{ status: 200, data: taskResource, etag: true }],
  problems: ['too_many_changes'],
  ifMatch: true,
  example: { schedule: { cron: '0 9 * * 1-5', time_zone: 'Europe/Berlin' } },
});

export const deleteTaskContract = contract({
  operation: 'deleteTask',
  summary: 'Deletes a task with its schedule. Its jobs continue.',
  params: taskParams,
  query: z.strictObject({ reason: deletionReason }),
  body: noBody,
  replies: [{ status: 204, data: z.null() }],
  problems: [],
  ifMatch: true,
});

const reasonBody = z.strictObject({ reason: oneLine(500).optional() });

const scheduleSwitch = {
  params: taskParams,
  query: noQuery,
  body: reasonBody,
  replies: [{ status: 200, data: taskResource, etag: true }],
  problems: ['task_not_scheduled'],
  ifMatch: true,
} as const;

export const pauseTaskContract = contract({
  ...scheduleSwitch,
  operation: 'pauseTask',
  summary: 'Turns the schedule of a task off until it is resumed.',
  example: { reason: 'the customer is away' },
});

export const resumeTaskContract = contract({
  ...scheduleSwitch,
  operation: 'resumeTask',
  summary: 'Turns the schedule of a task on again, after a pause or a suspension.',
  example: { reason: 'back again' },
});

export const triggerTaskContract = contract({
  operation: 'triggerTask',
  summary: 'Makes a job of a task; the answer is the job.',
  params: taskParams,
  query: noQuery,
  body: reasonBody,
  replies: [{ status: 202, data: jobResource, etag: true }],
  problems: ['quota_exceeded'],
  ifMatch: true,
  example: { reason: 'a first look' },
});

const accepted = z.strictObject({
  task_id: z.string(),
  job_id: z.string(),
  job: jobResource.nullable().meta({ description: 'The job as it is now; null when it was deleted since.' }),
});

/** 200: `Prefer: wait` was sent and the job has ended. */
const syncReplies = [
  { status: 202, data: accepted },
  { status: 200, data: accepted },
] as const;

export const syncMailboxesContract = contract({
  operation: 'syncMailboxes',
  summary: 'Starts a sync of the folders of a mailbox.',
  params: accountParams,
  query: noQuery,
  body: z.strictObject({ credential_id: credentialId }),
  replies: syncReplies,
  prefersWait: true,
  problems: ['not_found', 'quota_exceeded'],
  example: { credential_id: EXAMPLE_CREDENTIAL },
});

export const syncMessagesContract = contract({
  operation: 'syncMessages',
  summary: 'Starts a sync of the messages of one folder, or of every selectable one.',
  params: accountParams,
  query: noQuery,
  body: z.strictObject({
    credential_id: credentialId,
    folder: folderPath.nullable().optional(),
    full: z.boolean().optional(),
  }),
  replies: syncReplies,
  prefersWait: true,
  problems: ['not_found', 'quota_exceeded'],
  example: { credential_id: EXAMPLE_CREDENTIAL, folder: 'INBOX' },
});
