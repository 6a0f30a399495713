import { userActor } from '../../domain/event/actors.ts';
import type { JobCommand } from '../../domain/job/commands.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { MAX_CHANGES } from '../../domain/limits/changes.ts';
import { allowedCommands } from '../../domain/role/judge-command.ts';
import type { Caller } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendCommand } from '../../streams/append-command.ts';
import type { CommandPorts } from '../command-ports.ts';
import { commandKey, keyOf, sameBody } from '../idempotency.ts';

/** The parts of a request that every command needs. `body` is compared when an Idempotency-Key is used again. */
export type CommandRequest = Pick<Caller, 'accounts' | 'actor' | 'headers' | 'path' | 'now' | 'requestId'> & {
  readonly jobId: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly body: unknown;
};

export type Commanded<Shown> = {
  /** The job's version after the command. */
  readonly version: number;
  readonly shown: Shown;
};

/**
 * Decides a command on the present state of the job and appends its event. `show` gets the job after it and the time of
 * the command (ms); for a replay, the job and the time of the first request. It is called before the append: reads for
 * the reply then cannot fail after the command was accepted. Throws Problem: not_found, version_conflict, try_again, or
 * the command's own refusal.
 */
export async function commandJob<Shown>(
  { log, ids, leases, fingerprint }: CommandPorts,
  request: CommandRequest,
  commandFor: (job: Job) => JobCommand,
  show: (job: Job, at: number) => Promise<Shown>,
): Promise<Commanded<Shown>> {
  const { jobId, accounts, actor, headers, now, method, path, body, requestId } = request;
  const { idempotencyKey, ifMatch } = headers;
  const events = await (idempotencyKey === null ? log.current(jobId) : log.read(jobId));
  const known = foldJob(events);
  if (known === null || !accounts.includes(known.account_id)) throw new Problem('not_found');
  // A deleted job is not found, except by a repeated DELETE.
  if (known.deleted && method !== 'DELETE') throw new Problem('not_found');
  const keyed = { accountId: known.account_id, method, path, key: idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const by = { actor: userActor(actor.uid), role: actor.role };
  const result = await appendCommand(
    { log, leases },
    { jobId, events },
    { ...by, now, requestId, bulkId: null, ...keyOf(key) },
    (job) => accounts.includes(job.account_id) && (ifMatch === null || ifMatch === job.version),
    commandFor,
    (after) => show(after, now),
  );
  switch (result.kind) {
    case 'appended':
      return { version: result.job.version, shown: result.prepared };
    case 'earlier':
      sameBody(result.event, key);
      return { version: result.job.version, shown: await show(result.job, Date.parse(result.event.at)) };
    case 'forbidden':
      throw new Problem('role_forbidden', { detail: result.because });
    case 'refused':
      throw new Problem(result.code, {
        members:
          result.code === 'too_many_changes'
            ? { limit: 'changes', value: MAX_CHANGES }
            : { job_status: result.job.status, allowed_commands: allowedCommands(actor.role, result.job, result.held) },
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
}
