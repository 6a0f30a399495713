/**
 * Jobs and mail servers that only time out: which job may go there, what becomes of the others, and what an attempt says
 * of its server. What an operator triggered goes wherever it leads.
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
import { jobEvent } from '../../streams/job-event.ts';
import type { Turn } from '../attempt/turn.ts';
import type { WorkerPorts } from '../worker-ports.ts';

/** What was handed back comes over so long a time after it. */
const SPREAD_MS = 10_000;
/** When a job is looked at again that somebody else has just changed. */
const CONFLICT_MS = 1_000;

/** Whether the job may go to its server. Only one that would start asks: no probe is spent on another. */
export async function hostFor(job: Job | null, at: MailServer | null, ports: WorkerPorts): Promise<HostAdmission> {
  if (job === null || at === null || job.forced) return { kind: 'free' };
  return decideClaim(job, '', ports.now()).kind === 'start' ? ports.hosts.admit(at) : { kind: 'free' };
}

/**
 * Hands the job back untried until its server is to be looked at again. The event brings its next message. Where another
 * event was faster, this message comes again: that event may bring none.
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
  const appended = await ports.log.append([jobEvent(job, event, by)]);
  return appended.kind === 'appended'
    ? { did: 'waits', outcome: event.type, againIn: null }
    : { did: 'waits', outcome: null, againIn: CONFLICT_MS };
}

/** Notes what the attempt says of the server that it came to, if anything. */
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

/** Categories of failures that a server answers with: it does not time out. */
const ANSWERS: ReadonlySet<FailureCategory> = new Set([
  ...(['rate_limit', 'quota', 'server', 'authentication', 'authorization', 'not_found', 'conflict'] as const),
]);

const hasAnswered = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'succeeded' ||
  outcome.kind === 'yielded' ||
  (outcome.kind === 'failed' && ANSWERS.has(categoryOf(outcome.failure.code)));
