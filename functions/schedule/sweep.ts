/**
 * The sweeper: finds open jobs whose time has come and nobody holds. It reads the open index (eventually consistent),
 * decides by the row, and then acts on the log alone: each event is appended at the version it was decided on, so of
 * two sweepers, or a sweeper and a worker, exactly one wins.
 */

import { loadBulk } from '../bulk/load-bulk.ts';
import { foldAccount } from '../domain/account/account.ts';
import { foldCredential } from '../domain/credential/credential.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import { decideAbandon, decideHoldExpiry, decideRelease } from '../domain/job/decide.ts';
import { rescueAt } from '../domain/job/due.ts';
import type { JobEvent } from '../domain/job/events.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { decideSweep } from '../domain/job/sweep.ts';
import { leaseEnd } from '../domain/job/waiting.ts';
import { SILENT_MS } from '../domain/views/bulk-view.ts';
import { jobOf } from '../domain/views/job-view.ts';
import {
  LISTENING,
  OPEN_JOB_KEYS,
  PENDING_DELIVERY_KEYS,
  PROBES,
  RUNNING_BULKS,
  SCHEDULED_TASK_KEYS,
} from '../domain/views/keys.ts';
import { foldDelivery } from '../domain/webhook/delivery.ts';
import { decideSilence, foldWebhookEndpoint } from '../domain/webhook/endpoint.ts';
import { jobEvent } from '../jobs/job-event.ts';
import { jobMessage } from '../jobs/job-message.ts';
import { pacedQueue } from '../jobs/paced-queue.ts';
import type { BulkQueue } from '../ports/bulk-queue.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import type { ScheduleRuns } from '../ports/schedule-runs.ts';
import type { Views } from '../ports/views.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import { holdersOf } from '../search/join-jobs.ts';
import { lastDeliveryAt } from '../webhooks/last-delivery.ts';
import { type MakeJobsPorts, makeJobs } from '../webhooks/make-jobs.ts';
import { fireTask } from './fire-tasks.ts';

const PAGE = 100;
const FIRED_AT_ONCE = 10;
/** With less left a sweep begins nothing more. */
const LEAST_LEFT_MS = 5_000;
/** Long enough for the dispatcher to have seen it. */
const UNDELIVERED_MS = 60_000;

export type SweepPorts = MakeJobsPorts & {
  readonly runs: ScheduleRuns;
  readonly log: EventLog;
  readonly views: Views;
  readonly leases: Leases;
  readonly queue: WorkQueue;
  readonly bulks: BulkQueue;
  /** How far apart sweeps are, ms. */
  readonly everyMs: number;
  /** Waits for what is about to be due in this very sweep. */
  wait(ms: number): Promise<void>;
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

export async function sweepOnce(ports: SweepPorts): Promise<SweepResult> {
  const result: SweepResult = {
    examined: 0,
    released: 0,
    resent: 0,
    rescued: 0,
    givenUp: 0,
    probed: 0,
    bulksResumed: 0,
    delivered: 0,
    silenced: 0,
    fired: 0,
    skipped: 0,
    suspended: 0,
    complete: true,
  };
  const soon: Rescue[] = [];
  const jobs: SweepPage = (page, ...rest) => sweepPage(page, ...rest, soon);
  const due = [
    ...OPEN_JOB_KEYS.map((key) => ({ key, sweep: jobs })),
    { key: RUNNING_BULKS, sweep: resumeBulks },
    { key: PROBES, sweep: probe },
    { key: LISTENING, sweep: listen },
    ...SCHEDULED_TASK_KEYS.map((key) => ({ key, sweep: fire })),
    ...PENDING_DELIVERY_KEYS.map((key) => ({ key, sweep: deliver })),
  ];
  const paced = { ...ports, queue: pacedQueue(ports.queue) };
  await Promise.all(due.map(({ key, sweep }) => sweepDue(key, sweep, paced, result)));
  for (const { job, at } of soon.sort((one, other) => one.at - other.at)) {
    await ports.wait(Math.max(0, at - ports.now()));
    if (await rescue(job, ports, [])) result.rescued += 1;
  }
  return result;
}

type SweepPage = (ids: readonly string[], ports: SweepPorts, result: SweepResult) => Promise<void>;

async function sweepDue(key: string, sweep: SweepPage, ports: SweepPorts, result: SweepResult): Promise<void> {
  // Sort keys are `<time>#<id>`, and `$` follows `#`: what is due this very millisecond is included.
  const below = `${new Date(ports.now()).toISOString()}$`;
  let above: string | null = null;
  for (let more = true; more; ) {
    if (ports.remainingMs() < LEAST_LEFT_MS) {
      result.complete = false;
      return;
    }
    const page = await ports.views.page({ index: 'open', key, newestFirst: false, limit: PAGE, above, below });
    await sweep(
      page.entries.map(({ id }) => id),
      ports,
      result,
    );
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
}

async function sweepPage(
  ids: readonly string[],
  ports: SweepPorts,
  result: SweepResult,
  soon: Rescue[],
): Promise<void> {
  const rows = await ports.views.get(ids, { consistent: false });
  const jobs = [...rows.values()].flatMap((row) => jobOf(row) ?? []);
  const holderRows = await ports.views.get(
    jobs.flatMap((job) => [job.credential_id, job.account_id]),
    { consistent: false },
  );
  for (const job of jobs) {
    result.examined += 1;
    switch (decideSweep(job, holdersOf(job, holderRows), ports.now(), ports.everyMs)) {
      case 'release':
        if (await appendTo(job, ports, (fresh) => decideRelease(fresh, ports.now()))) result.released += 1;
        break;
      case 'resend':
        result.resent += await resend(job, ports);
        break;
      case 'rescue':
        if (await rescue(job, ports, soon)) result.rescued += 1;
        break;
      case 'give_up':
        if (await giveUp(job, ports)) result.givenUp += 1;
        break;
      case 'leave':
        break;
    }
  }
}

/** Operations that have gone silent by their own log; the view may only be behind. */
async function resumeBulks(ids: readonly string[], ports: SweepPorts, result: SweepResult): Promise<void> {
  for (const bulkId of ids) {
    const bulk = await loadBulk(bulkId, ports);
    if (bulk?.status !== 'running' || ports.now() - Date.parse(bulk.updated_at) < SILENT_MS) continue;
    await ports.bulks.send(bulkId);
    result.bulksResumed += 1;
  }
}

/** Asks a worker to log in with a parked credential; it decides on the log whether that is still to be done. */
async function probe(ids: readonly string[], { queue }: SweepPorts, result: SweepResult): Promise<void> {
  const messages = ids.map((id) => ({ message: { probe: true as const, credential_id: id }, delayMs: 0 }));
  result.probed += ids.length - (await queue.send(messages)).length;
}

/** Deliveries whose record the dispatcher was given up on, or has not come to yet. */
async function deliver(ids: readonly string[], ports: SweepPorts, result: SweepResult): Promise<void> {
  const found = await Promise.all(ids.map(async (id) => foldDelivery(await ports.log.read(id))));
  const late = found.filter((each) => each !== null && ports.now() - Date.parse(each.at) >= UNDELIVERED_MS);
  const { made, folded } = await makeJobs(
    late.flatMap((each) => each ?? []),
    ports,
  );
  result.delivered += made + folded;
}

async function fire(ids: readonly string[], ports: SweepPorts, result: SweepResult): Promise<void> {
  for (let at = 0; at < ids.length; at += FIRED_AT_ONCE) {
    const some = ids.slice(at, at + FIRED_AT_ONCE);
    for (const fired of await Promise.all(some.map((id) => fireTask(id, ports))))
      if (fired !== 'nothing') result[fired] += 1;
  }
}

/** Endpoints that somebody expects to hear from: the change to silence, or back, is an event. */
async function listen(ids: readonly string[], ports: SweepPorts, result: SweepResult): Promise<void> {
  for (const id of ids) {
    const endpoint = foldWebhookEndpoint(await ports.log.read(id));
    if (endpoint === null) continue;
    const event = decideSilence(endpoint, await lastDeliveryAt(ports.views, endpoint), ports.now());
    if (event === null) continue;
    const at = new Date(ports.now()).toISOString();
    const { version, account_id: accountId } = endpoint;
    const next = { streamId: id, version: version + 1, accountId, actor: SYSTEM.sweeper, at, event, audited: true };
    const appended = await ports.log.append([next]);
    if (appended.kind === 'appended' && event.type === 'WebhookEndpointFellSilent') result.silenced += 1;
  }
}

async function giveUp(job: Job, ports: SweepPorts): Promise<boolean> {
  const [credential, account] = await Promise.all([
    ports.log.read(job.credential_id).then(foldCredential),
    ports.log.read(job.account_id).then(foldAccount),
  ]);
  return appendTo(job, ports, (fresh) => decideHoldExpiry(fresh, { credential, account }, ports.now()));
}

async function resend(job: Job, { queue }: SweepPorts): Promise<number> {
  const message = jobMessage(job);
  return 1 - (await queue.send([{ message, delayMs: 0 }])).length;
}

/** A lost job whose rescue must wait until `at` (ms). */
type Rescue = { readonly job: Job; readonly at: number };

/**
 * The lease first: a worker that lives loses it by this write, or keeps it and is left alone. A worker that froze in a
 * command that changes the mailbox: by the time of the rescue the command is over. When that is still within this sweep
 * it is put down among `soon`.
 */
async function rescue(job: Job, ports: SweepPorts, soon: Rescue[]): Promise<boolean> {
  const { lease_id: leaseId } = job;
  if (leaseId === null) return false;
  const now = ports.now();
  const end = leaseEnd(job, (await ports.leases.read(leaseId))?.expiresAt ?? null);
  const at = rescueAt(job, end);
  if (end <= now && at > now && at - now < ports.remainingMs() - LEAST_LEFT_MS) soon.push({ job, at });
  if (at > now || !(await ports.leases.take(leaseId, now - (at - end)))) return false;
  return appendTo(job, ports, (fresh) => decideAbandon(fresh, leaseId));
}

async function appendTo(
  job: Job,
  { log, now }: SweepPorts,
  decide: (fresh: Job | null) => JobEvent | null,
): Promise<boolean> {
  const fresh = foldJob(await log.read(job.id));
  const event = decide(fresh);
  if (fresh === null || event === null) return false;
  const appended = await log.append([jobEvent(fresh, event, { actor: SYSTEM.sweeper, at: now() })]);
  return appended.kind === 'appended';
}
