import { userActor } from '../../domain/event/actors.ts';
import { allowedCommands, decideCommand, type JobCommand } from '../../domain/job/commands.ts';
import { LEASE_MS } from '../../domain/job/due.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import type { Caller } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { ownJob } from '../own.ts';
import { appendRetrying } from './append-retrying.ts';
import { commandKey, earlierResult } from './idempotency.ts';
import type { CommandPorts } from './ports.ts';

/** The caller's request as far as every command needs it; `body` is what an Idempotency-Key remembers. */
export type CommandRequest = Pick<Caller, 'accounts' | 'actor' | 'headers' | 'path' | 'now'> & {
  readonly jobId: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly body: unknown;
};

/**
 * Decides a command on the job as it is now and appends its event; the answer is the job after it, for a replay the job
 * as it was after the first time. Throws Problem: not_found, version_conflict, or the command's own refusal.
 */
export async function commandJob(
  { log, ids, leases, fingerprint }: CommandPorts,
  request: CommandRequest,
  commandFor: (job: Job) => JobCommand,
): Promise<Job> {
  const { jobId, accounts, actor, headers, now } = request;
  const { account_id: accountId } = await ownJob(log, jobId, accounts);
  const { method, path, body } = request;
  const key = await commandKey({ accountId, method, path, key: headers.idempotencyKey, body }, ids, fingerprint);
  const version = await appendRetrying(log, async () => {
    const history = await log.read(jobId);
    const earlier = earlierResult(history, key);
    if (earlier !== null) return { events: null, result: earlier.version };
    const job = await ownJob(log, jobId, accounts);
    if (headers.ifMatch !== null && headers.ifMatch !== job.version) throw new Problem('version_conflict');
    const command = commandFor(job);
    const held = await isHeld(job);
    const decision = decideCommand(job, command, held);
    if (decision.kind === 'refused') {
      throw new Problem(decision.code, {
        members: { job_status: job.status, allowed_commands: allowedCommands(job, held) },
      });
    }
    // A running attempt without a lease may still wake: it must find the lease taken before the job goes on.
    if (command.name === 'trigger' && job.lease_id !== null && !(await leases.take(job.lease_id, now)))
      throw new Problem('job_running');
    return {
      events: [
        {
          streamId: jobId,
          version: job.version + 1,
          accountId,
          actor: userActor(actor.uid),
          at: new Date(now).toISOString(),
          credentialId: job.credential_id,
          event: decision.event,
          audited: true,
          ...(key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint }),
        },
      ],
      result: job.version + 1,
    };
  });
  const after = foldJob((await log.read(jobId)).filter((event) => event.version <= version));
  if (after === null) throw new Problem('not_found');
  return after;

  async function isHeld({ status, lease_id, attempt_started_at, updated_at }: Job): Promise<boolean> {
    if (status !== 'running' || lease_id === null) return false;
    const lease = await leases.read(lease_id);
    return (lease?.expiresAt ?? Date.parse(attempt_started_at ?? updated_at) + LEASE_MS) > now;
  }
}
