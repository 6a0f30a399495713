/**
 * Makes jobs from deliveries. A delivery's last event and its job's event are written in one transaction, each at the
 * version it was decided for. A run that fails before that has changed nothing, and a second run finds the delivery
 * handled. So each delivery has exactly one job, its own or one shared with deliveries that ask for the same work.
 *
 * The record of the last job for some work is written before the job itself. So before writing it, the deliveries are
 * read again, to make sure that a job is needed.
 *
 * The first delivery of a burst makes a job that runs at once. Deliveries that arrive while it runs share a second
 * job, which starts a little later and so sees everything they report.
 */
import { providerActor } from '../domain/event/actors.ts';
import { foldJob } from '../domain/job/history.ts';
import { isTerminal, type Job } from '../domain/job/job.ts';
import {
  coalesces,
  type Group,
  groupsOf,
  type PendingDelivery,
  sameWork,
  stillWaitsFor,
} from '../domain/webhook/coalesce.ts';
import { type Delivery, foldDelivery } from '../domain/webhook/delivery.ts';
import type { Coalescing } from '../ports/coalescing.ts';
import type { EventLog, NewEvent } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Views } from '../ports/views.ts';
import { someOpenJobs } from '../queries/open-jobs.ts';
import { type Decide, decideAndAppend, OVERTAKEN } from '../streams/decide-and-append.ts';
import { jobEvent } from '../streams/job-event.ts';
import { requestJob } from '../streams/request-job.ts';
import { atMost } from '../streams/retries.ts';
import { eventsRead, streamOf } from '../streams/stream-of.ts';

export type MakeJobsPorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'get' | 'page'>;
  readonly ids: Pick<Ids, 'derive' | 'digest'>;
  readonly coalescing: Coalescing;
  now(): number;
  pause(attempt: number): Promise<void>;
};

/** Together with the job's own event this is within the 100 items of a transaction (AWS limit). */
const MAX_IN_GROUP = 90;
const ROUNDS = 10;
/** How long the second job of a burst waits for further deliveries. */
const GATHER_MS = 5_000;
/** A job younger than this belongs to the same burst. */
const BURST_MS = 5_000;
const NAMED = 10;
/** Maximum number of open jobs of the credential to check, latest first. */
const MAX_CHECKED = 20;

export type MadeJobs = { made: number; folded: number };

/** Makes jobs for pending deliveries and skips others. Throws when one delivery failed; others may have succeeded. */
export async function makeJobs(deliveries: readonly Delivery[], ports: MakeJobsPorts): Promise<MadeJobs> {
  const result = { made: 0, folded: 0 };
  for (const group of groupsOf(deliveries, MAX_IN_GROUP)) {
    const { made, handled } = await handleGroup(group, ports);
    result.made += made;
    result.folded += handled - made;
  }
  return result;
}

async function handleGroup(group: Group, ports: MakeJobsPorts): Promise<{ made: 0 | 1; handled: number }> {
  const { log, ids, coalescing } = ports;
  const [{ account_id: accountId, request: wanted }] = group;
  const work = ids.digest(sameWork(accountId, wanted));
  const stream = {
    ...streamOf<Delivery>(log, group[0].id, foldDelivery, atMost(ROUNDS, ports.pause)),
    // The deliveries of a group belong to different streams, so `decide` itself reads those that are left.
    read: async () => eventsRead([]),
  };
  const decide: Decide<Delivery, { made: 0 | 1; handled: number }> = async (_state, _events, round) => {
    const none = { events: null, result: { made: 0, handled: 0 } } as const;
    const [pending] = round === 0 ? [group] : groupsOf(await reread(group, ports), MAX_IN_GROUP);
    if (pending === undefined) return none;
    const [first] = pending;
    const latest = coalesces(first.request) ? await coalescing.latest(work) : null;
    const job = latest === null ? null : foldJob(await log.current(latest));
    const now = ports.now();
    const waiting = await waitingJob(job, first, now, ports);
    if (waiting !== null) {
      const folded = pending.map((each) => handled(each, waiting.id, true, now));
      return { events: [folding(waiting, pending, now), ...folded], result: { made: 0, handled: pending.length } };
    }
    // Deliveries of a repeated batch may already have their job: no new job must be recorded for them.
    const [left] = coalesces(first.request) ? groupsOf(await reread(pending, ports), MAX_IN_GROUP) : [pending];
    if (left === undefined) return none;
    const [maker] = left;
    const jobId = ids.derive('job', ['webhook', maker.id]);
    // The recorded job does not exist yet: another run is about to make it. After some rounds that run counts as lost.
    if (latest !== null && latest !== jobId && job === null && round < ROUNDS / 2) return OVERTAKEN;
    if (coalesces(maker.request) && !(await coalescing.replace(work, latest, jobId, now))) return OVERTAKEN;
    const made = request(jobId, left, isBurst(job, now) ? now + GATHER_MS : null, now);
    const all = left.map((each) => handled(each, jobId, each !== maker, now));
    return { events: [made, ...all], result: { made: 1, handled: left.length } };
  };
  const outcome = await decideAndAppend(log, stream, decide);
  if (outcome.kind === 'appended' || outcome.kind === 'unchanged') return outcome.result;
  throw new Error(`deliveries stay in conflict after ${ROUNDS} rounds`);
}

/**
 * The job that these deliveries may be folded into: the last one made for such deliveries, or one requested in another
 * way.
 */
async function waitingJob(
  latest: Job | null,
  delivery: PendingDelivery,
  now: number,
  { log, views }: MakeJobsPorts,
): Promise<Job | null> {
  if (latest !== null && stillWaitsFor(latest, delivery, now)) return latest;
  if (!coalesces(delivery.request)) return null;
  const credential = { accountId: delivery.account_id, credentialId: delivery.request.credential_id };
  const jobs = await someOpenJobs(views, credential, { newestFirst: true, page: MAX_CHECKED });
  const seen = jobs.find((job) => stillWaitsFor(job, delivery, now));
  // The views may be behind: the log decides.
  const job = seen === undefined ? null : foldJob(await log.current(seen.id));
  return job !== null && stillWaitsFor(job, delivery, now) ? job : null;
}

async function reread(group: Group, { log }: MakeJobsPorts): Promise<readonly Delivery[]> {
  const found = await Promise.all(group.map(async ({ id }) => foldDelivery(await log.read(id))));
  return found.filter((delivery) => delivery !== null);
}

const isBurst = (job: Job | null, now: number): boolean =>
  job !== null && (!isTerminal(job.status) || now - Date.parse(job.created_at) < BURST_MS);

const named = (group: Group) => ({ count: group.length, ids: group.slice(0, NAMED).map(({ id }) => id) });

function folding(job: Job, group: Group, now: number): NewEvent {
  const actor = providerActor(group[0].endpoint_id);
  return jobEvent(job, { type: 'DeliveriesFolded', data: { deliveries: named(group) } }, { actor, at: now });
}

function request(jobId: string, group: Group, runAt: number | null, now: number): NewEvent {
  const [{ account_id: accountId, endpoint_id: endpointId, request: wanted }] = group;
  return requestJob(
    jobId,
    {
      ...wanted,
      run_at: runAt === null ? null : new Date(runAt).toISOString(),
      source: { kind: 'webhook', id: endpointId },
      deliveries: named(group),
    },
    { accountId, actor: providerActor(endpointId), at: new Date(now).toISOString() },
  );
}

function handled(delivery: PendingDelivery, jobId: string, folded: boolean, now: number): NewEvent {
  return {
    streamId: delivery.id,
    version: delivery.version + 1,
    accountId: delivery.account_id,
    actor: providerActor(delivery.endpoint_id),
    at: new Date(now).toISOString(),
    event: { type: 'DeliveryHandled', data: { job_id: jobId, folded } },
  };
}
