import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { commandKey, earlierResult } from '../command/idempotency.ts';
import { triggerTaskContract } from '../contracts/tasks.ts';
import { ownCredential, ownTask } from '../own.ts';
import { showJob } from '../show-job.ts';
import type { TaskPorts } from './ports.ts';
import { jobIdFor, triggerEvents } from './task-events.ts';

/** Makes a job of the task; the answer is the job. */
export const triggerTask = ({ log, views, leases, slots, ids, fingerprint }: TaskPorts) =>
  endpoint(triggerTaskContract, async ({ accounts, actor, params, body: given, headers, path, now, requestId }) => {
    const first = await ownTask({ log, views }, params.task_id, accounts);
    const { account_id: accountId } = first;
    const key = await commandKey(
      { accountId, method: 'POST', path, key: headers.idempotencyKey, body: given },
      ids,
      fingerprint,
    );
    const jobId = jobIdFor(key, ids);
    await appendRetrying(log, async (attempt) => {
      if (key !== null && earlierResult(await log.read(jobId), key) !== null) return { events: null, result: null };
      // What was just read serves the first try; a conflict shows that it is old.
      const task = attempt === 0 ? first : await ownTask({ log, views }, params.task_id, accounts);
      if (headers.ifMatch !== null && headers.ifMatch !== task.version) throw new Problem('version_conflict');
      const { generation } = await ownCredential(log, task.target_credential_id, accounts);
      const author = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId };
      return { events: triggerEvents(task, generation, jobId, author, key, given.reason ?? null), result: null };
    });
    const made = (await log.read(jobId, 0, 1))[0];
    const job = made === undefined ? null : foldJob([made]);
    if (made === undefined || job === null) throw new Problem('not_found');
    return { status: 202, data: await showJob({ log, leases, slots }, job, Date.parse(made.at)), etag: job.version };
  });
