/** What the caller's accounts own, folded from the log. Another account's thing is as good as none: the same not_found. */
import { type Credential, foldCredential } from '../domain/credential/credential.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { foldTask, type Task } from '../domain/task/task.ts';
import type { EventLog } from '../ports/event-log.ts';
import { Problem } from '../runtime/http/problem.ts';

/** The credential of the account. Throws Problem not_found for none, a deleted one, and another account's alike. */
export async function ownCredential(
  log: EventLog,
  credentialId: string,
  accounts: readonly string[],
): Promise<Credential> {
  const credential = foldCredential(await log.read(credentialId));
  if (credential === null || credential.deleted || !accounts.includes(credential.account_id))
    throw new Problem('not_found');
  return credential;
}

export async function ownTask(log: EventLog, taskId: string, accounts: readonly string[]): Promise<Task> {
  const task = foldTask(await log.read(taskId));
  if (task === null || task.deleted || !accounts.includes(task.account_id)) throw new Problem('not_found');
  return task;
}

export async function ownJob(log: EventLog, jobId: string, accounts: readonly string[]): Promise<Job> {
  const job = foldJob(await log.read(jobId));
  if (job === null || job.deleted || !accounts.includes(job.account_id)) throw new Problem('not_found');
  return job;
}
