import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { decideAndAppend, stateAfter } from '../../streams/decide-and-append.ts';
import { assertMatches, present } from '../append-own.ts';
import { commandKey, createdId, createdStream, sameBody } from '../idempotency.ts';
import type { JobResource } from '../jobs/resource.ts';
import { showJob } from '../jobs/show-job.ts';
import { assertMayCause } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { triggerTaskContract } from './contracts.ts';
import { ownTask } from './own-task.ts';
import { triggerEvent } from './task-events.ts';
import type { TaskPorts } from './task-ports.ts';

/**
 * Makes a job of the task and answers with the job. Nothing is written to the task's log, so simultaneous triggers do
 * not conflict.
 */
export const triggerTask = (ports: TaskPorts) =>
  endpoint(triggerTaskContract, async ({ accounts, actor, params, body: given, headers, path, now, requestId }) => {
    const { log, runs, ids, fingerprint, quotas } = ports;
    const first = await ownTask(log, params.task_id, accounts);
    const { account_id: accountId } = first;
    const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body: given };
    const key = await commandKey(keyed, ids, fingerprint);
    const jobId = await createdId('job', key, { log, ids });
    const stream = createdStream<Job>(log, jobId, foldJob, key);
    const made = await decideAndAppend<Job, JobResource>(log, stream, async (_state, _events, round) => {
      // The first round uses the task that was just read. After a conflict it is stale and is read again.
      const task = round === 0 ? first : await ownTask(log, params.task_id, accounts);
      assertMatches(headers, task.version);
      const credential = await credentialOf(log, task.target_credential_id, accountId);
      await quotas.admitJob(accountId);
      const by = { actor: userActor(actor.uid), role: actor.role };
      const author = { accountId, ...by, at: new Date(now).toISOString(), requestId };
      const event = triggerEvent(task, credential.generation, jobId, author, key, given.reason ?? null);
      await runs.noteTrigger(task.id, { job_id: jobId, at: author.at });
      const job = present(stateAfter(stream, null, [event]));
      return { events: [event], result: await showJob(ports, job, { role: actor.role, now }, credential) };
    });
    switch (made.kind) {
      case 'conflict':
        throw new Problem('try_again');
      case 'earlier': {
        sameBody(made.event, key);
        const job = present(made.stateThen);
        assertMayCause(actor.role, job);
        const data = await showJob(ports, job, { role: actor.role, now: Date.parse(job.created_at) });
        return { status: 202, data, etag: job.version };
      }
      default:
        return { status: 202, data: made.result, etag: present(made.state).version };
    }
  });
