/**
 * The sweeper: finds open jobs whose time has come and nobody holds. It reads the open index (eventually consistent),
 * decides by the row, and then acts on the log alone: each event is appended at the version it was decided on, so of
 * two sweepers, or a sweeper and a worker, exactly one wins.
 *
 * The danger is that one thing keeps it from all others. So all partitions are walked side by side (`walk.ts`), and what
 * cannot be handled is passed over and reported at the end.
 */

import { lastDeliveryAt } from '../deliveries/last-delivery.ts';
import { type MakeJobsPorts, makeJobs } from '../deliveries/make-jobs.ts';
import { readSilence } from '../deliveries/silence.ts';
import { foldAccount } from '../domain/account/account.ts';
import { crossesAccounts } from '../domain/account/tenancy.ts';
import { foldCredential } from '../domain/credential/history.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import { decideAbandon, decideHoldExpiry, decideRelease } from '../domain/job/decide.ts';
import { rescueAt } from '../domain/job/due.ts';
import type { JobEvent } from '../domain/job/events.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { decideSweep } from '../domain/job/sweep.ts';
import { type Holders, leaseEnd } from '../domain/job/waiting.ts';
import { silentFrom } from '../domain/views/bulk-view.ts';
import { jobOf } from '../domain/views/job-view.ts';
import {
  LISTENING,
  OPEN_JOB_KEYS,
  PENDING_DELIVERY_KEYS,
  PROBES,
  RUNNING_BULKS,
  SCHEDULED_TASK_KEYS,
} from '../domain/views/keys.ts';
import { type Delivery, foldDelivery } from '../domain/webhook/delivery.ts';
import { foldWebhookEndpoint } from '../domain/webhook/endpoint.ts';
import { decideSilence, silenceStream } from '../domain/webhook/silence.ts';
import type { BulkQueue } from '../ports/bulk-queue.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import type { ScheduleRuns } from '../ports/schedule-runs.ts';
import type { Laps, SweepLaps } from '../ports/sweep-laps.ts';
import type { Views } from '../ports/views.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import { holdersOf, namedCredential } from '../queries/join-jobs.ts';
import { jobMessage } from '../queueing/job-message.ts';
import { pacedQueue } from '../queueing/paced-queue.ts';
import { logger } from '../runtime/logger.ts';
import { jobEvent } from '../streams/job-event.ts';
import { loadBulk } from '../streams/load-bulk.ts';
import { refuseJob } from '../streams/refuse-job.ts';
import { askForProbes } from './ask-for-probes.ts';
import { fireTask } from './fire-tasks.ts';
import { attempt, type Duty, type Failures, inParallel, walkLately, walkOn } from './walk.ts';

/** Long enough for the dispatcher to have seen it. */
const UNDELIVERED_MS = 60_000;
const NAMED = 10;
/** With less left a sweep begins nothing more. */
const LEAST_LEFT_MS = 5_000;

export type SweepPorts = MakeJobsPorts & {
  readonly runs: ScheduleRuns;
  readonly log: EventLog;
  readonly views: Views;
  readonly leases: Leases;
  readonly laps: SweepLaps;
  readonly queue: WorkQueue;
  readonly bulks: BulkQueue;
  /** How far apart sweeps are, ms. */
  readonly everyMs: number;
  /** Waits for what is about to be due in this very sweep. */
  wait(ms: number): Promise<void>;
  /** Entries of one partition, due for long, that a sweep looks at. */
  readonly most: number;
  /** Milliseconds left for this sweep; what it does not reach the next one does. */
  remainingMs(): number;
};

export type SweepResult = {
  examined: number;
  released: number;
  resent: number;
  rescued: number;
  /** Jobs failed because their credential has held them for a day. */
  givenUp: number;
  /** Jobs failed because their credential is of another account. */
  refused: number;
  probed: number;
  bulksResumed: number;
  /** Deliveries that had been left without a job. */
  delivered: number;
  /** Webhook endpoints that fell silent. */
  silenced: number;
  /** Runs of scheduled tasks. */
  fired: number;
  skipped: number;
  suspended: number;
  complete: boolean;
};

/** Not everything could be handled. All else has been: `result` tells. */
export class SweepFailed extends Error {
  readonly result: SweepResult;

  constructor(result: SweepResult, failures: Failures) {
    const [[, cause] = []] = failures;
    const some = [...failures.keys()].slice(0, NAMED);
    super(`the sweeper could not handle ${failures.size} entries, among them ${some.join(', ')}`, { cause });
    this.name = 'SweepFailed';
    this.result = result;
  }
}

/** A lost job whose rescue must wait until `at` (ms). */
type Rescue = { readonly job: Job; readonly at: number };

type Sweep = SweepPorts & {
  readonly result: SweepResult;
  readonly failures: Failures;
  /** Rescues for the end of this sweep. */
  readonly soon: Rescue[];
};

const DUTIES: readonly Duty<Sweep>[] = [
  ...OPEN_JOB_KEYS.map((key) => ({ key, work: sweepJobs })),
  { key: RUNNING_BULKS, work: resumeBulks },
  { key: PROBES, work: probe },
  { key: LISTENING, work: listen },
  ...SCHEDULED_TASK_KEYS.map((key) => ({ key, work: fire })),
  ...PENDING_DELIVERY_KEYS.map((key) => ({ key, work: deliver })),
];

/** One sweep. Throws SweepFailed, after everything else has been done, when single entries could not be handled. */
export async function sweepOnce(ports: SweepPorts): Promise<SweepResult> {
  const result: SweepResult = {
    examined: 0,
    released: 0,
    resent: 0,
    rescued: 0,
    givenUp: 0,
    refused: 0,
    probed: 0,
    bulksResumed: 0,
    delivered: 0,
    silenced: 0,
    fired: 0,
    skipped: 0,
    suspended: 0,
    complete: true,
  };
  const failures: Failures = new Map();
  const soon: Rescue[] = [];
  const sweep: Sweep = { ...ports, queue: pacedQueue(ports.queue), result, failures, soon };
  let laps: Laps = new Map();
  await attempt('laps', sweep, async () => {
    laps = await ports.laps.read();
  });
  const now = ports.now();
  const walked = await Promise.all(
    DUTIES.map(async (duty) => {
      const lap = walkOn(duty, now, laps.get(duty.key) ?? null, sweep);
      await walkLately(duty, now, sweep);
      return [duty.key, await lap] as const;
    }),
  );
  const next = new Map(walked.flatMap(([key, lap]) => (lap === null ? [] : [[key, lap] as const])));
  if (laps.size > 0 || next.size > 0) await attempt('laps', sweep, () => ports.laps.keep(next, now));
  for (const { job, at } of soon.sort((one, other) => one.at - other.at)) {
    await ports.wait(Math.max(0, at - ports.now()));
    await attempt(job.id, sweep, async () => {
      if (await rescue(job, sweep)) result.rescued += 1;
    });
  }
  if (failures.size > 0) throw new SweepFailed(result, failures);
  return result;
}

async function sweepJobs(ids: readonly string[], sweep: Sweep, everyMs: number): Promise<void> {
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

async function sweepJob(job: Job, holders: Holders, sweep: Sweep, everyMs: number): Promise<void> {
  const { result, now } = sweep;
  result.examined += 1;
  switch (decideSweep(job, holders, now(), everyMs)) {
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

/** The rows are only a hint; what fails the job is the log. */
async function refuse({ id }: Job, { log, now, result }: Sweep): Promise<boolean> {
  const job = foldJob(await log.current(id));
  const credential = job === null ? null : foldCredential(await log.current(job.credential_id));
  if (job === null || !crossesAccounts(job, credential)) return false;
  const isRefused = await refuseJob(job, SYSTEM.sweeper, { log, now });
  if (isRefused) result.refused += 1;
  return isRefused;
}

/** Operations that have gone silent by their own log; the view may only be behind. */
async function resumeBulks(ids: readonly string[], sweep: Sweep): Promise<void> {
  const resume = async (bulkId: string): Promise<void> => {
    const bulk = await loadBulk(bulkId, sweep);
    if (bulk?.status !== 'running' || sweep.now() < silentFrom(bulk)) return;
    await sweep.bulks.send({ bulk_id: bulkId, account_id: bulk.account_id, swept: true }, 0);
    sweep.result.bulksResumed += 1;
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => resume(id)));
}

async function probe(ids: readonly string[], sweep: Sweep): Promise<void> {
  sweep.result.probed += await askForProbes(ids, sweep);
}

/** Deliveries whose record the dispatcher was given up on, or has not come to yet. */
async function deliver(ids: readonly string[], sweep: Sweep): Promise<void> {
  const late: Delivery[] = [];
  const load = async (id: string): Promise<void> => {
    const delivery = foldDelivery(await sweep.log.read(id));
    if (delivery !== null && sweep.now() - Date.parse(delivery.at) >= UNDELIVERED_MS) late.push(delivery);
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => load(id)));
  const { made, folded } = await makeJobs(late, sweep);
  sweep.result.delivered += made + folded;
}

async function fire(ids: readonly string[], sweep: Sweep): Promise<void> {
  const fireOne = async (id: string): Promise<void> => {
    const fired = await fireTask(id, sweep);
    if (fired !== 'nothing') sweep.result[fired] += 1;
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => fireOne(id)));
}

/** Endpoints that somebody expects to hear from: the change to silence, or back, is an event. */
async function listen(ids: readonly string[], sweep: Sweep): Promise<void> {
  await inParallel(ids, (id) => attempt(id, sweep, () => listenTo(id, sweep)));
}

async function listenTo(id: string, sweep: Sweep): Promise<void> {
  const { log, views, now, result } = sweep;
  const endpoint = foldWebhookEndpoint(await log.current(id));
  if (endpoint === null) return;
  const silence = await readSilence(endpoint, sweep);
  const event = decideSilence(endpoint, silence, await lastDeliveryAt(views, endpoint), now());
  if (event === null) return;
  const at = new Date(now()).toISOString();
  const origin = { accountId: endpoint.account_id, actor: SYSTEM.sweeper, at, audited: true };
  const version = (silence?.version ?? 0) + 1;
  const appended = await log.append([{ ...origin, streamId: silenceStream(id), version, event }]);
  if (appended.kind !== 'appended' || event.type !== 'WebhookEndpointFellSilent') return;
  result.silenced += 1;
  // What the alarm adds up. It is written here so that it is there whatever becomes of the sweep.
  logger.warn('webhook endpoint fell silent', { silenced: 1, webhook_endpoint_id: id });
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
 * The lease first: a worker that lives loses it by this write, or keeps it and is left alone. A worker that froze in a
 * command that changes the mailbox: by the time of the rescue the command is over. When that is still within this sweep
 * it is put down among `soon`.
 */
async function rescue(job: Job, sweep: Sweep): Promise<boolean> {
  const { lease_id: leaseId } = job;
  if (leaseId === null) return false;
  const now = sweep.now();
  const end = leaseEnd(job, (await sweep.leases.read(leaseId))?.expiresAt ?? null);
  const at = rescueAt(job, end);
  if (end <= now && at > now && at - now < sweep.remainingMs() - LEAST_LEFT_MS) sweep.soon.push({ job, at });
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
  const appended = await log.append([jobEvent(fresh, event, { actor: SYSTEM.sweeper, at: now() })]);
  return appended.kind === 'appended';
}
