/** Handles jobs whose wait has ended, whose message was lost, or whose worker was lost. */
import { foldAccount } from '../../domain/account/account.ts';
import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { SYSTEM } from '../../domain/event/actors.ts';
import { decideAbandon, decideHoldExpiry, decideRelease } from '../../domain/job/decide.ts';
import { BACKLOG, FIRST_RESEND_MS, PATIENT_RESEND_MS, rescueAt } from '../../domain/job/due.ts';
import type { JobEvent } from '../../domain/job/events.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { decideSweep } from '../../domain/job/sweep.ts';
import { type Holders, leaseEnd } from '../../domain/job/waiting.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import type { Waiting } from '../../ports/backlog.ts';
import { holdersOf, namedCredential } from '../../queries/join-jobs.ts';
import { jobMessage } from '../../queueing/job-message.ts';
import { appendOnce } from '../../streams/append-once.ts';
import { jobEvent } from '../../streams/job-event.ts';
import { refuseJob } from '../../streams/refuse-job.ts';
import type { Sweep, SweepPorts } from '../sweep-ports.ts';
import { attempt, inParallel } from '../walk.ts';

/** With less time left a sweep starts no further rescue. */
const MIN_LEFT_MS = 5_000;

/** Handles the open jobs `ids`: releases, resends, refuses, gives up or rescues each one if it is due. */
export async function sweepJobs(ids: readonly string[], sweep: Sweep, everyMs: number): Promise<void> {
  const rows = await sweep.views.get(ids, { consistent: false });
  const jobs = [...rows.values()].flatMap((row) => jobOf(row) ?? []);
  const holderRows = await sweep.views.get(
    jobs.flatMap((job) => [job.credential_id, job.account_id]),
    { consistent: false },
  );
  await inParallel(jobs, (job) =>
    attempt(job.id, sweep, async () => {
      if (crossesAccounts(job, namedCredential(job, holderRows)) && (await refuse(job, sweep))) return;
      await sweepJob(job, holdersOf(job, holderRows), sweep, everyMs);
    }),
  );
}

/** From which age on a job's message may be lost, ms: later where its queue is full. */
function firstResendMs({ priority }: Job, waiting: Waiting): number {
  return (priority > 0 ? waiting.priority : waiting.work) < BACKLOG ? FIRST_RESEND_MS : PATIENT_RESEND_MS;
}

async function sweepJob(job: Job, holders: Holders, sweep: Sweep, everyMs: number): Promise<void> {
  const { result, now } = sweep;
  result.examined += 1;
  switch (decideSweep(job, holders, now(), everyMs, firstResendMs(job, sweep.waiting))) {
    case 'release':
      if (await appendTo(job, sweep, (fresh) => decideRelease(fresh, now()))) result.released += 1;
      break;
    case 'resend':
      result.resent += await resend(job, sweep);
      break;
    case 'rescue':
      if (await rescue(job, sweep)) result.rescued += 1;
      break;
    case 'give_up':
      if (await giveUp(job, sweep)) result.givenUp += 1;
      break;
    case 'leave':
      break;
  }
}

/** The rows may be old: the job fails only by its log. */
async function refuse({ id }: Job, { log, now, result }: Sweep): Promise<boolean> {
  const job = foldJob(await log.current(id));
  const credential = job === null ? null : foldCredential(await log.current(job.credential_id));
  if (job === null || !crossesAccounts(job, credential)) return false;
  const isRefused = await refuseJob(job, SYSTEM.sweeper, { log, now });
  if (isRefused) result.refused += 1;
  return isRefused;
}

async function giveUp(job: Job, ports: SweepPorts): Promise<boolean> {
  const [credential, account] = await Promise.all([
    ports.log.current(job.credential_id).then(foldCredential),
    ports.log.current(job.account_id).then(foldAccount),
  ]);
  return appendTo(job, ports, (fresh) => decideHoldExpiry(fresh, { credential, account }, ports.now()));
}

async function resend(job: Job, { queue }: SweepPorts): Promise<number> {
  const message = jobMessage(job);
  return 1 - (await queue.send([{ message, delayMs: 0 }])).length;
}

/**
 * Takes the lease first. A worker that is alive either loses the lease by this write, or renewed it, and then its job
 * is left alone. A frozen worker may have been in a command that changes the mailbox: the rescue waits until that
 * command must have ended. If that is within this sweep, the rescue is added to `soon`. Returns true if the job was
 * rescued.
 */
export async function rescue(job: Job, sweep: Sweep): Promise<boolean> {
  const { lease_id: leaseId } = job;
  if (leaseId === null) return false;
  const now = sweep.now();
  const end = leaseEnd(job, (await sweep.leases.read(leaseId))?.expiresAt ?? null);
  const at = rescueAt(job, end);
  if (end <= now && at > now && at - now < sweep.remainingMs() - MIN_LEFT_MS) sweep.soon.push({ job, at });
  if (at > now || !(await sweep.leases.take(leaseId, now - (at - end)))) return false;
  return appendTo(job, sweep, (fresh) => decideAbandon(fresh, leaseId));
}

async function appendTo(
  job: Job,
  { log, now }: SweepPorts,
  decide: (fresh: Job | null) => JobEvent | null,
): Promise<boolean> {
  const fresh = foldJob(await log.current(job.id));
  const event = decide(fresh);
  if (fresh === null || event === null) return false;
  return appendOnce(log, [jobEvent(fresh, event, { actor: SYSTEM.sweeper, at: now() })]);
}
