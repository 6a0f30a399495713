import { userActor } from '../../domain/event/actors.ts';
import { allowedCommands, type JobCommand } from '../../domain/job/commands.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { MAX_CHANGES } from '../../domain/limits/changes.ts';
import type { Caller } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendCommand } from '../../streams/append-command.ts';
import { upTo } from '../../streams/up-to.ts';
import type { CommandPorts } from '../command-ports.ts';
import { commandKey, sameBody } from '../idempotency.ts';

/** The caller's request as far as every command needs it; `body` is what an Idempotency-Key remembers. */
export type CommandRequest = Pick<Caller, 'accounts' | 'actor' | 'headers' | 'path' | 'now' | 'requestId'> & {
  readonly jobId: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly body: unknown;
};

export type Commanded = {
  readonly job: Job;
  /** When the command was carried out, ms: for a replay the first time. */
  readonly at: number;
};

/**
 * Decides a command on the job as it is now and appends its event; the answer is the job after it, for a replay the job
 * as it was after the first time. Throws Problem: not_found, version_conflict, or the command's own refusal.
 */
export async function commandJob(
  { log, ids, leases, fingerprint }: CommandPorts,
  request: CommandRequest,
  commandFor: (job: Job) => JobCommand,
): Promise<Commanded> {
  const { jobId, accounts, actor, headers, now, method, path, body, requestId } = request;
  const known = foldJob(await log.current(jobId));
  if (known === null || !accounts.includes(known.account_id)) throw new Problem('not_found');
  // Of a deleted job only a repeated DELETE learns anything: that the job is deleted.
  if (known.deleted && method !== 'DELETE') throw new Problem('not_found');
  const keyed = { accountId: known.account_id, method, path, key: headers.idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const result = await appendCommand(
    { log, leases },
    jobId,
    {
      actor: userActor(actor.uid),
      role: actor.role,
      now,
      requestId,
      bulkId: null,
      ...(key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint }),
    },
    (job) => accounts.includes(job.account_id) && (headers.ifMatch === null || headers.ifMatch === job.version),
    commandFor,
  );
  switch (result.kind) {
    case 'appended':
      return { job: await jobAt(result.version), at: now };
    case 'earlier':
      if (key !== null) sameBody(result.event, key);
      return { job: await jobAt(result.event.version), at: Date.parse(result.event.at) };
    case 'forbidden':
      throw new Problem('role_forbidden', { detail: result.because });
    case 'refused':
      throw new Problem(result.code, {
        members:
          result.code === 'too_many_changes'
            ? { limit: 'changes', value: MAX_CHANGES }
            : { job_status: result.job.status, allowed_commands: allowedCommands(result.job, result.held) },
      });
    case 'not_accepted':
      throw new Problem(
        result.job === null || result.job.deleted || !accounts.includes(result.job.account_id)
          ? 'not_found'
          : 'version_conflict',
      );
    case 'conflict':
      throw new Problem('try_again');
  }

  async function jobAt(version: number): Promise<Job> {
    const job = foldJob(await upTo(log, jobId, version));
    if (job === null) throw new Problem('not_found');
    return job;
  }
}
