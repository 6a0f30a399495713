import type { Credential } from '../../domain/credential/credential.ts';
import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { beginningOf } from '../../streams/request-job.ts';
import { appendRetrying } from '../append-retrying.ts';
import { commandKey, createdId, earlierResult } from '../idempotency.ts';
import { showJob } from '../jobs/show-job.ts';
import { assertMayCause } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { triggerTaskContract } from './contracts.ts';
import { ownTask } from './own-task.ts';
import { triggerEvent } from './task-events.ts';
import type { TaskPorts } from './task-ports.ts';

type Made = { readonly job: Job | null; readonly credential: Credential | null };

/**
 * Makes a job of the task; the answer is the job. Nothing is written to the task's log, so simultaneous triggers do not
 * conflict.
 */
export const triggerTask = ({ log, views, runs, leases, slots, ids, fingerprint, quotas }: TaskPorts) =>
  endpoint(triggerTaskContract, async ({ accounts, actor, params, body: given, headers, path, now, requestId }) => {
    const first = await ownTask({ log, views }, params.task_id, accounts);
    const { account_id: accountId } = first;
    const key = await commandKey(
      { accountId, method: 'POST', path, key: headers.idempotencyKey, body: given },
      ids,
      fingerprint,
    );
    const jobId = await createdId('job', key, { log, ids });
    const { job, credential } = await appendRetrying<Made>(log, async (attempt) => {
      const earlier = key === null ? null : earlierResult(await log.read(jobId), key);
      if (earlier !== null) {
        const job = foldJob([earlier]);
        if (job !== null) assertMayCause(actor.role, job);
        return { events: null, result: { job, credential: null } };
      }
      // What was just read serves the first try; a conflict shows that it is old.
      const task = attempt === 0 ? first : await ownTask({ log, views }, params.task_id, accounts);
      if (headers.ifMatch !== null && headers.ifMatch !== task.version) throw new Problem('version_conflict');
      const credential = await credentialOf(log, task.target_credential_id, accountId);
      await quotas.admitJob(accountId);
      const by = { actor: userActor(actor.uid), role: actor.role };
      const author = { accountId, ...by, at: new Date(now).toISOString(), requestId };
      const event = triggerEvent(task, credential.generation, jobId, author, key, given.reason ?? null);
      await runs.noteTrigger(task.id, { job_id: jobId, at: author.at });
      return { events: [event], result: { job: beginningOf(event), credential } };
    });
    if (job === null) throw new Problem('not_found');
    const data = await showJob({ log, leases, slots }, job, Date.parse(job.created_at), credential);
    return { status: 202, data, etag: job.version };
  });
