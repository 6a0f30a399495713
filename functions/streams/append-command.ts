import type { Actor, Envelope } from '../domain/event/event.ts';
import { decideCommand, type JobCommand, type Refusal } from '../domain/job/commands.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { isHeld } from '../domain/job/waiting.ts';
import { forbiddenCommand } from '../domain/role/may-cause.ts';
import type { Role } from '../domain/role/role.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import { attempts } from './attempts.ts';
import { jobEvent } from './job-event.ts';

export type CommandPorts = { readonly log: EventLog; readonly leases: Pick<Leases, 'read' | 'take'> };

/** Who gives a command, when, and as part of what. */
export type CommandOrigin = {
  readonly actor: Actor;
  /** With which role. */
  readonly role: Role;
  /** ms since the epoch. */
  readonly now: number;
  readonly requestId?: string;
  /** Tells this command from every other one to the job; a job carries it out once. */
  readonly commandId?: string;
  readonly fingerprint?: string;
  readonly bulkId: string | null;
  /** When the pace of that operation lets the job start, ms; absent: at once. */
  readonly startAt?: number;
};

export type CommandResult =
  | { readonly kind: 'appended'; readonly version: number }
  /** The command had been carried out before, by this event. */
  | { readonly kind: 'earlier'; readonly event: Envelope }
  /** The role may not cause what the job would do by this command. `because` is a sentence. Nothing was done. */
  | { readonly kind: 'forbidden'; readonly because: string }
  | { readonly kind: 'refused'; readonly code: Refusal; readonly job: Job; readonly held: boolean }
  /** There is no such job for whoever asks, or `accept` would not have it: nothing was done. */
  | { readonly kind: 'not_accepted'; readonly job: Job | null }
  /** Others kept winning for 20 seconds. */
  | { readonly kind: 'conflict' };

/**
 * Decides a command on the job as its log has it now, and appends the event at that version; read and decided again
 * until no other event was faster. `accept` says whose jobs, and which, are meant; the command may depend on the job.
 */
export async function appendCommand(
  { log, leases }: CommandPorts,
  jobId: string,
  origin: CommandOrigin,
  accept: (job: Job) => boolean | Promise<boolean>,
  commandFor: (job: Job) => JobCommand,
): Promise<CommandResult> {
  const { startAt = 0, now } = origin;
  const notBefore = startAt > now ? new Date(startAt).toISOString() : null;
  for await (const _ of attempts()) {
    // Whether it was carried out before, only the whole stream can say.
    const history = await (origin.commandId === undefined ? log.current(jobId) : log.read(jobId));
    const earlier = history.find((event) => event.command_id !== undefined && event.command_id === origin.commandId);
    if (earlier !== undefined) {
      // A replay is judged as the request was: somebody with a higher role may have given the command.
      const then = foldJob(history.filter(({ version }) => version <= earlier.version));
      const because = then === null ? null : forbiddenCommand(origin.role, commandFor(then), then);
      return because === null ? { kind: 'earlier', event: earlier } : { kind: 'forbidden', because };
    }
    const job = foldJob(history);
    if (job === null || job.deleted || !(await accept(job))) return { kind: 'not_accepted', job };
    const command = commandFor(job);
    const because = forbiddenCommand(origin.role, command, job);
    if (because !== null) return { kind: 'forbidden', because };
    const lease = job.status === 'running' && job.lease_id !== null ? await leases.read(job.lease_id) : null;
    const held = isHeld(job, lease?.expiresAt ?? null, origin.now);
    const decision = decideCommand(job, command, held, origin.bulkId, notBefore);
    if (decision.kind === 'refused') return { kind: 'refused', code: decision.code, job, held };
    // A running attempt without a lease may still wake: it must find the lease taken before the job goes on.
    const leaseId = command.name === 'trigger' ? job.lease_id : null;
    if (leaseId !== null && !(await leases.take(leaseId, origin.now)))
      return { kind: 'refused', code: 'job_running', job, held: true };
    const appended = await log.append([
      {
        ...jobEvent(job, decision.event, { actor: origin.actor, at: origin.now }),
        audited: true,
        ...(origin.requestId === undefined ? {} : { requestId: origin.requestId }),
        ...(origin.commandId === undefined ? {} : { commandId: origin.commandId }),
        ...(origin.fingerprint === undefined ? {} : { fingerprint: origin.fingerprint }),
      },
    ]);
    if (appended.kind === 'appended') return { kind: 'appended', version: job.version + 1 };
  }
  return { kind: 'conflict' };
}
