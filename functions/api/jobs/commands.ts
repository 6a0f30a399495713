import { actionName } from '../../domain/action/catalogue.ts';
import type { JobCommand } from '../../domain/job/commands.ts';
import type { Job } from '../../domain/job/job.ts';
import { endpoint } from '../../http/endpoint.ts';
import { nothing } from '../append-own.ts';
import type { CommandPorts } from '../command-ports.ts';
import { parsedPayload } from '../message-payload.ts';
import { type CommandRequest, commandJob } from './command-job.ts';
import {
  cancelJobContract,
  deleteJobContract,
  reopenJobContract,
  resolveJobContract,
  retryJobContract,
  triggerJobContract,
  updateJobContract,
} from './contracts.ts';
import type { JobResource } from './resource.ts';
import { showJob } from './show-job.ts';

/** Gives the job a new budget of attempts. The first attempt starts now. */
export const retryJob = (ports: CommandPorts) =>
  endpoint(retryJobContract, (request) => {
    const command: JobCommand = { name: 'retry', reason: request.body.reason ?? null };
    return carryOut(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, 202, () => command);
  });

/** Makes one attempt now, even if the job is blocked. */
export const triggerJob = (ports: CommandPorts) =>
  endpoint(triggerJobContract, (request) => {
    const { reason, force } = request.body;
    const command: JobCommand = { name: 'trigger', reason: reason ?? null, force: force ?? false };
    return carryOut(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, 202, () => command);
  });

/** Ends an open job as cancelled: its status is `resolved`. A running attempt is stopped. */
export const cancelJob = (ports: CommandPorts) =>
  endpoint(cancelJobContract, (request) => {
    const command: JobCommand = { name: 'cancel', reason: request.body.reason ?? null };
    return carryOut(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, 200, () => command);
  });

/** Ends the job with a note. A running attempt is stopped, and its later outcome does not change the job. */
export const resolveJob = (ports: CommandPorts) =>
  endpoint(resolveJobContract, (request) => {
    const command: JobCommand = { name: 'resolve', note: request.body.note ?? null };
    return carryOut(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, 200, () => command);
  });

/** Makes a resolved job failed again. Starts nothing. */
export const reopenJob = (ports: CommandPorts) =>
  endpoint(reopenJobContract, (request) => {
    const command: JobCommand = { name: 'reopen', reason: request.body.reason ?? null };
    return carryOut(ports, { ...request, jobId: request.params.job_id, method: 'POST' }, 200, () => command);
  });

/** Changes the payload or the time of the job; starts nothing. The payload must fit the job's action. */
export const updateJob = (ports: CommandPorts) =>
  endpoint(updateJobContract, (request) =>
    carryOut(ports, { ...request, jobId: request.params.job_id, method: 'PATCH' }, 200, (current) => ({
      name: 'update',
      changes: {
        ...request.body,
        ...runAtOf(request.body.run_at),
        ...payloadFor(current, request.body.payload),
      },
    })),
  );

/**
 * Deletes the job: it is not found any more. Its audit entry leads to its events until retention erases them. A running
 * job is only deleted by force.
 */
export const deleteJob = (ports: CommandPorts) =>
  endpoint(deleteJobContract, async (request) => {
    const { force, reason } = request.query;
    const command: JobCommand = { name: 'delete', reason: reason ?? null, force: force === 'true' };
    // For the Idempotency-Key, the reason counts as the body: it cannot change under the same key.
    const keyed = { ...request, body: reason === undefined ? {} : { reason } };
    const job = { ...keyed, jobId: request.params.job_id, method: 'DELETE' } as const;
    await commandJob(ports, job, () => command, nothing);
    return { status: 204 };
  });

async function carryOut<Status extends 200 | 202>(
  ports: CommandPorts,
  request: CommandRequest,
  status: Status,
  commandFor: (job: Job) => JobCommand,
) {
  const show = (job: Job, at: number): Promise<JobResource> =>
    showJob(ports, job, { role: request.actor.role, now: at });
  const { version, shown } = await commandJob(ports, request, commandFor, show);
  return { status, data: shown, etag: version };
}

/** Times are stored with milliseconds, so that they sort as text. */
function runAtOf(runAt: string | null | undefined): { run_at?: string | null } {
  if (runAt === undefined) return {};
  return { run_at: runAt === null ? null : new Date(runAt).toISOString() };
}

function payloadFor(job: Job, payload: Record<string, unknown> | undefined): { payload?: Record<string, unknown> } {
  return payload === undefined ? {} : { payload: parsedPayload(actionName.parse(job.action), payload) };
}
