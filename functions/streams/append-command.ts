import type { Actor, Envelope } from '../domain/event/event.ts';
import type { JobCommand, Refusal } from '../domain/job/commands.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { isHeld } from '../domain/job/waiting.ts';
import { judgeCommand } from '../domain/role/judge-command.ts';
import { forbiddenCommand } from '../domain/role/may-cause.ts';
import type { Role } from '../domain/role/role.ts';
import type { EventLog, NewEvent } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import { type Decision, decideAndAppend, stateAfter } from './decide-and-append.ts';
import { jobEvent } from './job-event.ts';
import { withinRequest } from './retries.ts';
import { eventsRead, recognising, startingFrom, streamOf } from './stream-of.ts';

export type CommandPorts = { readonly log: EventLog; readonly leases: Pick<Leases, 'read' | 'take'> };

/** Who gives a command, when, and as part of which request or bulk operation. */
export type CommandOrigin = {
  readonly actor: Actor;
  /** The role of the actor in this request. */
  readonly role: Role;
  /** ms since the epoch. */
  readonly now: number;
  readonly requestId?: string;
  /** Unique among the commands of the job: a job carries out each id once. */
  readonly commandId?: string;
  readonly fingerprint?: string;
  readonly bulkId: string | null;
  /** When the pace of the bulk operation lets the job start, ms; absent: immediately. */
  readonly startAt?: number;
};

type Refused =
  /** The role may not cause what this command would make the job do. `because`: the reason, as a sentence. */
  | { readonly kind: 'forbidden'; readonly because: string }
  | { readonly kind: 'refused'; readonly code: Refusal; readonly job: Job; readonly held: boolean }
  /** The job does not exist for the caller, or `accept` refused it. */
  | { readonly kind: 'not_accepted'; readonly job: Job | null };

export type CommandResult<Prepared> =
  /** `job`: after the event. */
  | { readonly kind: 'appended'; readonly job: Job; readonly prepared: Prepared }
  /** The command was carried out before, by this event. `job`: after that event. */
  | { readonly kind: 'earlier'; readonly event: Envelope; readonly job: Job }
  /** Nothing was written. */
  | Refused
  /** Other writers were faster for 20 seconds. */
  | { readonly kind: 'conflict' };

export type CommandTarget = {
  readonly jobId: string;
  /** The job's events, if the caller has just read them. A command with an id needs all of them. */
  readonly events: readonly Envelope[] | null;
};

/**
 * Decides a command on the current state of the job and appends the event. `accept` checks that the job is one that the
 * caller means, and `commandFor` makes the command from the job. `prepare` gets the job after the event, before the
 * append: so data that the reply needs cannot fail after the command was accepted.
 */
export async function appendCommand<Prepared>(
  { log, leases }: CommandPorts,
  { jobId, events: known }: CommandTarget,
  origin: CommandOrigin,
  accept: (job: Job) => boolean | Promise<boolean>,
  commandFor: (job: Job) => JobCommand,
  prepare: (after: Job) => Promise<Prepared>,
): Promise<CommandResult<Prepared>> {
  const { commandId, startAt = 0, now } = origin;
  const notBefore = startAt > now ? new Date(startAt).toISOString() : null;
  const job = recognising(log, streamOf<Job>(log, jobId, foldJob, withinRequest), commandId ?? null);
  const stream = startingFrom<Job>(known === null ? null : eventsRead(known), job);
  const outcome = await decideAndAppend<Job, Refused | { kind: 'accepted'; prepared: Prepared }>(log, stream, decide);
  if (outcome.kind === 'conflict') return outcome;
  if (outcome.kind === 'earlier') return replayed(outcome.event, outcome.stateThen);
  const { state: after, result } = outcome;
  if (result.kind !== 'accepted') return result;
  if (after === null) return { kind: 'not_accepted', job: null };
  return { kind: 'appended', job: after, prepared: result.prepared };

  async function decide(
    job: Job | null,
  ): Promise<Decision<Refused | { readonly kind: 'accepted'; readonly prepared: Prepared }>> {
    const refuse = (result: Refused): Decision<Refused> => ({ events: null, result });
    if (job === null || job.deleted || !(await accept(job))) return refuse({ kind: 'not_accepted', job });
    const command = commandFor(job);
    const lease = job.status === 'running' && job.lease_id !== null ? await leases.read(job.lease_id) : null;
    const held = isHeld(job, lease?.expiresAt ?? null, now);
    const decision = judgeCommand(origin.role, job, command, held, origin.bulkId, notBefore);
    if (decision.kind === 'forbidden') return refuse(decision);
    if (decision.kind === 'refused') return refuse({ kind: 'refused', code: decision.code, job, held });
    const event = commandEvent(jobEvent(job, decision.event, { actor: origin.actor, at: now }), origin);
    const after = stateAfter(stream, job, [event]);
    if (after === null) return refuse({ kind: 'not_accepted', job });
    const prepared = await prepare(after);
    // An attempt whose lease has expired may still continue. The lease is taken, so that the attempt notices before the
    // job is started again.
    const leaseId = command.name === 'trigger' ? job.lease_id : null;
    if (leaseId !== null && !(await leases.take(leaseId, now)))
      return refuse({ kind: 'refused', code: 'job_running', job, held: true });
    return { events: [event], result: { kind: 'accepted', prepared } };
  }

  /** A repeated request is checked like a new one: a caller with a higher role may have sent the first. */
  function replayed(event: Envelope, job: Job | null): CommandResult<Prepared> {
    const because = job === null ? null : forbiddenCommand(origin.role, commandFor(job), job);
    if (because !== null) return { kind: 'forbidden', because };
    return job === null ? { kind: 'not_accepted', job } : { kind: 'earlier', event, job };
  }
}

function commandEvent(event: NewEvent, { requestId, commandId, fingerprint }: CommandOrigin): NewEvent {
  return {
    ...event,
    audited: true,
    ...(requestId === undefined ? {} : { requestId }),
    ...(commandId === undefined ? {} : { commandId }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}
