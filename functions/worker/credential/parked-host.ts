/**
 * Jobs for mail servers that only time out: which job may connect, what happens to the others, and what an attempt says
 * about its server. Jobs that an operator triggered always connect.
 */
import { foldAccount } from '../../domain/account/account.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { workerActor } from '../../domain/event/actors.ts';
import { categoryOf, type FailureCategory } from '../../domain/failure/catalogue.ts';
import { decideClaim, decidePark } from '../../domain/job/decide.ts';
import { MAX_QUEUE_DELAY_MS } from '../../domain/job/due.ts';
import type { Job } from '../../domain/job/job.ts';
import type { HostAdmission, MailServer } from '../../domain/sharing/silent-hosts.ts';
import type { HostUse } from '../../sharing/host-watch.ts';
import { appendOnce } from '../../streams/append-once.ts';
import { jobEvent } from '../../streams/job-event.ts';
import type { Turn } from '../attempt/turn.ts';
import type { WorkerPorts } from '../worker-ports.ts';

/** Jobs that were handed back start at random times within this period after the wait. */
const SPREAD_MS = 10_000;
/** Time until a job is checked again that another writer has just changed. */
const CONFLICT_MS = 1_000;

/** Whether the job may connect to its server. Only a job that would start asks: others must not use up the probe. */
export async function hostFor(job: Job | null, at: MailServer | null, ports: WorkerPorts): Promise<HostAdmission> {
  if (job === null || at === null || job.forced) return { kind: 'free' };
  return decideClaim(job, '', ports.now()).kind === 'start' ? ports.hosts.admit(at) : { kind: 'free' };
}

/**
 * Hands the job back without an attempt until its server may be tried again. The event sends its next message. If
 * another event was faster, this message is sent again, because that event may send none.
 */
export async function handBack(
  job: Job,
  credential: Credential | null,
  { until, since }: Extract<HostAdmission, { kind: 'parked' }>,
  ports: WorkerPorts,
): Promise<Turn> {
  const account = foldAccount(await ports.log.current(job.account_id));
  const now = ports.now();
  const comesAt = Math.min(until + Math.round(ports.random() * SPREAD_MS), now + MAX_QUEUE_DELAY_MS);
  const event = decidePark(job, { since, until: comesAt }, { credential, account }, now);
  if (event === null) return { did: 'waits', outcome: null, againIn: null };
  const by = { actor: workerActor(ports.workerId), at: now };
  return (await appendOnce(ports.log, [jobEvent(job, event, by)]))
    ? { did: 'waits', outcome: event.type, againIn: null }
    : { did: 'waits', outcome: null, againIn: CONFLICT_MS };
}

/** Records what the attempt says about the server that it reached, if anything. */
export async function noteHost(
  server: MailServer | null,
  outcome: AttemptOutcome,
  use: Omit<HostUse, 'how'>,
  { hosts }: WorkerPorts,
): Promise<void> {
  if (server === null) return;
  if (hasAnswered(outcome)) await hosts.note(server, { ...use, how: 'served' });
  if (outcome.kind === 'failed' && outcome.failure.code === 'provider_timeout')
    await hosts.note(server, { ...use, how: 'timed_out' });
}

/** Categories of failures that are answers of a server: it did not time out. */
const ANSWERS: ReadonlySet<FailureCategory> = new Set([
  ...(['rate_limit', 'quota', 'server', 'authentication', 'authorization', 'not_found', 'conflict'] as const),
]);

const hasAnswered = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'succeeded' ||
  outcome.kind === 'yielded' ||
  (outcome.kind === 'failed' && ANSWERS.has(categoryOf(outcome.failure.code)));
