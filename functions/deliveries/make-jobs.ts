/**
 * From deliveries to jobs. A delivery's last event and the event of the job that it led to are written in one
 * transaction, each at the version it was decided for: whoever dies in between has done nothing, and whoever comes
 * second finds the delivery handled. So each has exactly one job, made for it or for others that ask for the same.
 *
 * The danger is the note of which job was made last for some work: it is written before the job. So whoever writes it
 * has looked again whether there is a job to be made.
 *
 * The first of a burst makes a job that runs at once; those that come while it runs share a second one that starts a
 * little later, and so sees all that they tell of.
 */
import { providerActor } from '../domain/event/actors.ts';
import { foldJob } from '../domain/job/history.ts';
import { isTerminal, type Job } from '../domain/job/job.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { openOfCredential } from '../domain/views/keys.ts';
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
import { jobEvent } from '../streams/job-event.ts';
import { requestJob } from '../streams/request-job.ts';

export type MakeJobsPorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'get' | 'page'>;
  readonly ids: Pick<Ids, 'derive' | 'digest'>;
  readonly coalescing: Coalescing;
  now(): number;
  pause(attempt: number): Promise<void>;
};

/** With the job's own event within the 100 items of a transaction (AWS limit). */
const MOST_IN_GROUP = 90;
const TRIES = 10;
/** How long the next of a burst waits for those after it. */
const GATHER_MS = 5_000;
/** A job younger than this belongs to the same burst. */
const BURST_MS = 5_000;
const NAMED = 10;
/** Open jobs of the credential that are looked at, latest first. */
const MOST_LOOKED_AT = 20;

export type MadeJobs = { made: number; folded: number };

/** Leads pending deliveries to their jobs; others are passed over. Throws when one could not be, others may have been. */
export async function makeJobs(deliveries: readonly Delivery[], ports: MakeJobsPorts): Promise<MadeJobs> {
  const result = { made: 0, folded: 0 };
  for (const group of groupsOf(deliveries, MOST_IN_GROUP)) {
    const { made, handled } = await handleGroup(group, ports);
    result.made += made;
    result.folded += handled - made;
  }
  return result;
}

async function handleGroup(group: Group, ports: MakeJobsPorts): Promise<{ made: 0 | 1; handled: number }> {
  let pending: Group = group;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) {
      await ports.pause(attempt);
      const [left] = groupsOf(await reread(group, ports), MOST_IN_GROUP);
      if (left === undefined) return { made: 0, handled: 0 };
      pending = left;
    }
    const [first] = pending;
    const work = ports.ids.digest(sameWork(first.account_id, first.request));
    const latest = coalesces(first.request) ? await ports.coalescing.latest(work) : null;
    const job = latest === null ? null : foldJob(await ports.log.current(latest));
    const now = ports.now();
    const waiting = await waitingJob(job, first, now, ports);
    if (waiting !== null) {
      const appended = await ports.log.append([
        folding(waiting, pending, now),
        ...pending.map((each) => handled(each, waiting.id, true, now)),
      ]);
      if (appended.kind === 'appended') return { made: 0, handled: pending.length };
      continue;
    }
    // Those of a batch that comes again have their job, and none may be named for them.
    const [left] = coalesces(first.request) ? groupsOf(await reread(pending, ports), MOST_IN_GROUP) : [pending];
    if (left === undefined) return { made: 0, handled: 0 };
    const [maker] = left;
    const jobId = ports.ids.derive('job', ['webhook', maker.id]);
    // Named, and not there yet: somebody else is about to make it. After a while it is taken that they died.
    if (latest !== null && latest !== jobId && job === null && attempt < TRIES / 2) continue;
    if (coalesces(maker.request) && !(await ports.coalescing.replace(work, latest, jobId, now))) continue;
    const appended = await ports.log.append([
      request(jobId, left, isBurst(job, now) ? now + GATHER_MS : null, now),
      ...left.map((each) => handled(each, jobId, each !== maker, now)),
    ]);
    if (appended.kind === 'appended') return { made: 1, handled: left.length };
  }
  throw new Error(`deliveries stay in conflict after ${TRIES} tries`);
}

/** The job that may take these deliveries: the one made last for such, or one that somebody else has asked for. */
async function waitingJob(
  latest: Job | null,
  delivery: PendingDelivery,
  now: number,
  { log, views }: MakeJobsPorts,
): Promise<Job | null> {
  if (latest !== null && stillWaitsFor(latest, delivery, now)) return latest;
  if (!coalesces(delivery.request)) return null;
  const key = openOfCredential(delivery.account_id, delivery.request.credential_id);
  const range = { newestFirst: true, limit: MOST_LOOKED_AT, above: null, below: null };
  const { entries } = await views.page({ index: 'credential', key, ...range });
  const rows = await views.get(
    entries.map(({ id }) => id),
    { consistent: false },
  );
  const seen = [...rows.values()].map(jobOf).find((job) => job !== null && stillWaitsFor(job, delivery, now));
  // The views may be behind: the log decides.
  const job = seen === undefined || seen === null ? null : foldJob(await log.current(seen.id));
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
