import * as z from 'zod';
import { actionName } from '../../domain/action/catalogue.ts';
import { PROGRESS_UNITS, postponeReason } from '../../domain/attempt/outcome.ts';
import { jobCommandName } from '../../domain/job/commands.ts';
import { isTerminal, type Job, jobSchema } from '../../domain/job/job.ts';
import { attemptBudget } from '../../domain/job/retry.ts';
import { type Circumstances, isHeld, isStalled, waitOfJob } from '../../domain/job/waiting.ts';
import { serverName } from '../../domain/limits/mail-server.ts';
import { allowedCommands } from '../../domain/role/judge-command.ts';
import type { Role } from '../../domain/role/role.ts';
import type { Lease } from '../../ports/leases.ts';
import type { JobServer } from '../../queries/servers-of-jobs.ts';

const instant = z.iso.datetime();

/** The job as the API shows it: its state without the fields for workers and the sweeper. */
export const jobResource = jobSchema
  .omit({
    generation: true,
    deleted: true,
    deleted_by: true,
    part: true,
    attempts_used: true,
    forced: true,
    abandoned: true,
    attempt_started_at: true,
    lease_id: true,
    postponed: true,
    checkpoint: true,
    plan: true,
    last_error_host: true,
    changes: true,
  })
  .extend({
    action: z.string().meta({ enum: actionName.options }),
    waiting_on: postponeReason.nullable(),
    waiting_until: instant.nullable(),
    attempts_left: z.int(),
    progress: z
      .strictObject({ done: z.int(), total: z.int().nullable(), unit: z.enum(PROGRESS_UNITS), at: instant })
      .nullable(),
    stalled: z.boolean(),
    host: z.string().nullable(),
    credential_label: z.string().nullable(),
    allowed_commands: z.array(jobCommandName),
  });
export type JobResource = z.infer<typeof jobResource>;

/** For a job without a failure so far, a transient one is assumed: the category with the most attempts. */
const FIRST_GUESS = 'connection_closed';

/** The role of the person who reads a job, and when (ms). */
export type Viewing = { readonly role: Role; readonly now: number };

/** `lease`: of the running attempt; null if there is none. `server`: null if it is unknown. */
export type Surroundings = Circumstances & { readonly lease: Lease | null; readonly server: JobServer | null };

/** The job as the API shows it to a caller. */
export function toJobResource(
  job: Job,
  { lease, server, ...circumstances }: Surroundings,
  { role, now }: Viewing,
): JobResource {
  const wait = waitOfJob(job, circumstances, now);
  const {
    generation,
    deleted,
    deleted_by,
    part,
    attempts_used,
    forced,
    abandoned,
    attempt_started_at,
    lease_id,
    postponed,
    checkpoint,
    plan,
    last_error_host,
    changes,
    ...shown
  } = job;
  return {
    ...shown,
    waiting_on: wait?.on ?? null,
    waiting_until: wait?.until ?? null,
    attempts_left: attemptsLeft(job),
    progress: job.status === 'running' ? (lease?.progress ?? null) : null,
    stalled: isStalled(job, wait !== null, lease?.expiresAt ?? null, now),
    host: server === null ? null : serverName(server.host, server.port),
    credential_label: server?.label ?? null,
    allowed_commands: allowedCommands(role, job, isHeld(job, lease?.expiresAt ?? null, now)),
  };
}

function attemptsLeft(job: Job): number {
  if (isTerminal(job.status)) return 0;
  const code = job.attempts_used > 0 && job.last_error_code !== null ? job.last_error_code : FIRST_GUESS;
  const budget = attemptBudget(code, job.max_attempts);
  // A failure that makes the job wait uses no attempt: the budget of the other categories applies.
  const finite = Number.isFinite(budget) ? budget : attemptBudget(FIRST_GUESS, job.max_attempts);
  // A trigger makes an attempt even if none is left. That attempt may fail.
  return Math.max(1, finite - job.attempts_used);
}
