import { actionName } from '../../domain/action/catalogue.ts';
import type { JobCommand } from '../../domain/job/commands.ts';
import type { Job } from '../../domain/job/job.ts';
import { endpoint, type Reply } from '../../http/endpoint.ts';
import type { CommandPorts } from '../command-ports.ts';
import { parsedPayload } from '../message-payload.ts';
import { type Commanded, commandJob } from './command-job.ts';
import {
  cancelJobContract,
  deleteJobContract,
  resolveJobContract,
  retryJobContract,
  triggerJobContract,
  updateJobContract,
} from './contracts.ts';
import type { JobResource } from './resource.ts';
import { showJob } from './show-job.ts';

/** A new budget of attempts, the first of them now. */
export const retryJob = (ports: CommandPorts) =>
  endpoint(retryJobContract, async (request) => {
    const command: JobCommand = { name: 'retry', reason: request.body.reason ?? null };
    const done = await commandJob(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, () => command);
    return reply(202, done, ports);
  });

/** One attempt now, whatever holds the job back. */
export const triggerJob = (ports: CommandPorts) =>
  endpoint(triggerJobContract, async (request) => {
    const { reason, force } = request.body;
    const command: JobCommand = { name: 'trigger', reason: reason ?? null, force: force ?? false };
    const done = await commandJob(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, () => command);
    return reply(202, done, ports);
  });

/** Ends a job that has not ended: it is `resolved`, as cancelled. A running attempt is stopped. */
export const cancelJob = (ports: CommandPorts) =>
  endpoint(cancelJobContract, async (request) => {
    const command: JobCommand = { name: 'cancel', reason: request.body.reason ?? null };
    const done = await commandJob(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, () => command);
    return reply(200, done, ports);
  });

/** Ends the job with a note. A worker that runs it stops, and what it still reports does not change the job. */
export const resolveJob = (ports: CommandPorts) =>
  endpoint(resolveJobContract, async (request) => {
    const command: JobCommand = { name: 'resolve', note: request.body.note ?? null };
    const done = await commandJob(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, () => command);
    return reply(200, done, ports);
  });

/** Changes what the job will do or when; starts nothing. The payload must suit the job's action. */
export const updateJob = (ports: CommandPorts) =>
  endpoint(updateJobContract, async (request) => {
    const done = await commandJob(ports, { ...request, jobId: request.params.job_id, method: 'PATCH' }, (current) => ({
      name: 'update',
      changes: {
        ...request.body,
        ...runAtOf(request.body.run_at),
        ...payloadFor(current, request.body.payload),
      },
    }));
    return reply(200, done, ports);
  });

/**
 * The job is not found any more; its audit entry leads to its events until retention erases them. A running job is
 * deleted only with force.
 */
export const deleteJob = (ports: CommandPorts) =>
  endpoint(deleteJobContract, async (request) => {
    const { force, reason } = request.query;
    const command: JobCommand = { name: 'delete', reason: reason ?? null, force: force === 'true' };
    // The reason is to an Idempotency-Key what a body is: under the same key it cannot be another one.
    const keyed = { ...request, body: reason === undefined ? {} : { reason } };
    await commandJob(ports, { ...keyed, jobId: request.params.job_id, method: 'DELETE' }, () => command);
    return { status: 204 };
  });

async function reply(status: 200 | 202, { job, at }: Commanded, ports: CommandPorts): Promise<Reply<JobResource>> {
  return { status, data: await showJob(ports, job, at), etag: job.version };
}

/** Times are kept with milliseconds, which sort as text. */
function runAtOf(runAt: string | null | undefined): { run_at?: string | null } {
  if (runAt === undefined) return {};
  return { run_at: runAt === null ? null : new Date(runAt).toISOString() };
}

function payloadFor(job: Job, payload: Record<string, unknown> | undefined): { payload?: Record<string, unknown> } {
  return payload === undefined ? {} : { payload: parsedPayload(actionName.parse(job.action), payload) };
}
