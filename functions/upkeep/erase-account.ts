/**
 * Erases an account: destroys its secrets, closes everything that would make more jobs, removes its mail metadata and
 * deletes its jobs. The resources of the account are found in the log and in the Secrets table, because views may be
 * behind. Each step may be repeated, so a run that was killed can be started again. Retention finishes the work: it
 * erases events of the jobs after 48 hours, and records of mailboxes after a quarter of an hour.
 */
import { type AccountEvent, foldAccount } from '../domain/account/account.ts';
import { foldBulk } from '../domain/bulk/bulk.ts';
import type { BulkEvent } from '../domain/bulk/events.ts';
import type { CredentialEvent } from '../domain/credential/events.ts';
import { foldCredential } from '../domain/credential/history.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import type { Envelope } from '../domain/event/event.ts';
import { foldJob } from '../domain/job/history.ts';
import { foldTask, type TaskEvent } from '../domain/task/task.ts';
import { foldWebhookEndpoint, type WebhookEvent } from '../domain/webhook/endpoint.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';
import type { EventLog, NewEvent } from '../ports/event-log.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { WebhookVault } from '../ports/webhook-vault.ts';
import { decideAndAppend } from '../streams/decide-and-append.ts';
import { jobEvent } from '../streams/job-event.ts';
import { withinRequest } from '../streams/retries.ts';

/** The types of first events of resources that are erased before the jobs, so that no more jobs are made. */
const MAKERS = ['CredentialAdded', 'WebhookEndpointCreated', 'TaskCreated', 'BulkRequested'] as const;
const JOBS = ['JobRequested'] as const;
const PARALLEL = 10;
const NAMED = 20;
const MAIL_TRIES = 5;
const REASON = 'the account was erased';

export type ErasePorts = {
  readonly log: Pick<EventLog, 'read' | 'append'>;
  /**
   * Reads the first events of streams of the account, for these event types. The log is read in `parts` parts; `part`
   * selects one.
   */
  firstEvents(part: number, parts: number, types: readonly string[]): AsyncIterable<Envelope>;
  /** Ids of the account's rows in the Secrets table. */
  secretIds(): AsyncIterable<string>;
  readonly credentials: Pick<CredentialVault, 'destroy'>;
  readonly webhooks: Pick<WebhookVault, 'destroy'>;
  readonly mail: Pick<MailStore, 'eraseCredential' | 'mailboxes'>;
  /** ms since the epoch. */
  now(): number;
  /** Called after every few resources. */
  onProgress(soFar: EraseReport): void;
};

export type EraseOptions = {
  readonly accountId: string;
  readonly reason: string | null;
  /** False: nothing is written, and `done` counts what a run would do. */
  readonly apply: boolean;
  readonly parts: number;
};

/** `found`: how many of these resources are in the log. `done`: how many of them this run has closed or deleted. */
export type Tally = { found: number; done: number };

export type EraseReport = {
  readonly credentials: Tally;
  readonly webhook_endpoints: Tally;
  readonly tasks: Tally;
  readonly bulk_operations: Tally;
  readonly jobs: Tally;
  /** Mailboxes that had records. */
  mailboxes: number;
  /** Rows of the Secrets table. */
  secrets: number;
  /** How many resources could not be erased. */
  failed: number;
  readonly failures: { readonly id: string; readonly error: unknown }[];
};

type Kind = 'credentials' | 'webhook_endpoints' | 'tasks' | 'bulk_operations' | 'jobs';
type Closing = { readonly kind: Kind; next(history: readonly Envelope[]): NewEvent | null };
type Run = EraseOptions & EraseReport & { readonly ports: ErasePorts };

/**
 * One run. Afterwards an event of the account says that it is erased, unless something failed or nothing was left to
 * do. The account stays paused. Throws when the log or the Secrets table cannot be read.
 */
export async function eraseAccount(options: EraseOptions, ports: ErasePorts): Promise<EraseReport> {
  const { accountId, apply } = options;
  const report: EraseReport = {
    credentials: { found: 0, done: 0 },
    webhook_endpoints: { found: 0, done: 0 },
    tasks: { found: 0, done: 0 },
    bulk_operations: { found: 0, done: 0 },
    jobs: { found: 0, done: 0 },
    mailboxes: 0,
    secrets: 0,
    failed: 0,
    failures: [],
  };
  const run: Run = Object.assign(report, { ...options, ports });
  if (apply) await append(accountId, (history) => pauseOf(history, run), run);
  for await (const id of ports.secretIds()) {
    run.secrets += 1;
    if (apply) await attempt(id, run, () => destroySecret(id, ports));
  }
  await eachFirst(MAKERS, run, eraseMaker);
  await eachFirst(JOBS, run, (id) => close(id, jobClosing(run), run));
  if (apply && run.failed === 0) await append(accountId, (history) => erasedOf(history, run), run);
  return run;
}

/** Runs the work for every resource whose first event has one of these types, a few at a time. */
async function eachFirst(
  types: readonly string[],
  run: Run,
  work: (id: string, type: string, run: Run) => Promise<void>,
): Promise<void> {
  const inPart = async (part: number): Promise<void> => {
    let some: Promise<void>[] = [];
    for await (const { stream_id: id, type } of run.ports.firstEvents(part, run.parts, types)) {
      some.push(attempt(id, run, () => work(id, type, run)));
      if (some.length < PARALLEL) continue;
      await Promise.all(some);
      run.ports.onProgress(run);
      some = [];
    }
    await Promise.all(some);
  };
  const ends = await Promise.allSettled(Array.from({ length: run.parts }, (_, part) => inPart(part)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** A resource that cannot be erased must not block the others. */
async function attempt(id: string, run: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    run.failed += 1;
    if (run.failures.length < NAMED) run.failures.push({ id, error });
  }
}

async function eraseMaker(id: string, type: string, run: Run): Promise<void> {
  const { apply, ports } = run;
  if (apply && (type === 'CredentialAdded' || type === 'WebhookEndpointCreated')) await destroySecret(id, ports);
  await close(id, makerClosing(type, run), run);
  if (type !== 'CredentialAdded') return;
  run.mailboxes += (await ports.mail.mailboxes(id)).length;
  if (apply) await eraseMail(id, ports);
}

async function destroySecret(id: string, { credentials, webhooks }: ErasePorts): Promise<void> {
  await (id.startsWith('whk_') ? webhooks : credentials).destroy(id);
}

/** Records of mailboxes stay, hidden, until no worker can still store anything. Retention removes them. */
async function eraseMail(credentialId: string, { mail }: ErasePorts): Promise<void> {
  for (let tries = 0; tries < MAIL_TRIES; tries += 1) if (await mail.eraseCredential(credentialId, false)) return;
  throw new Error('its mailboxes keep changing');
}

async function close(id: string, { kind, next }: Closing, run: Run): Promise<void> {
  run[kind].found += 1;
  const isDue = run.apply ? await append(id, next, run) : next(await run.ports.log.read(id)) !== null;
  if (isDue) run[kind].done += 1;
}

/**
 * Appends the decided events on the present stream, and decides again if another event was faster. Returns false if
 * nothing was to be done.
 */
async function append(
  id: string,
  next: (history: readonly Envelope[]) => NewEvent | null,
  { ports: { log } }: Run,
): Promise<boolean> {
  // Each kind of resource folds its own events: here a stream's state is its events.
  const fold = (events: readonly Envelope[]): readonly Envelope[] => events;
  const read = async () => ({ events: await log.read(id), onto: null });
  const stream = { id, fold, read, commandId: async () => null, retries: withinRequest };
  const { kind } = await decideAndAppend(log, stream, (_, history) => {
    const event = next(history);
    return { events: event === null ? null : [event], result: null };
  });
  if (kind !== 'conflict') return kind === 'appended';
  throw new Error('others keep changing it');
}

type Closer = AccountEvent | BulkEvent | CredentialEvent | TaskEvent | WebhookEvent;
type Entity = { readonly id: string; readonly version: number };

const by = (run: Run, { id, version }: Entity, event: Closer): NewEvent => ({
  streamId: id,
  version: version + 1,
  accountId: run.accountId,
  actor: SYSTEM.erasure,
  at: new Date(run.ports.now()).toISOString(),
  event,
  audited: true,
});

/** The event has no last state: it would stay in the audit, and may name people by labels or hosts. */
function makerClosing(type: string, run: Run): Closing {
  const deletion = (state: (Entity & { readonly deleted: boolean }) | null, event: Closer): NewEvent | null =>
    state === null || state.deleted ? null : by(run, state, event);
  const data = { reason: REASON };
  switch (type) {
    case 'CredentialAdded':
      return {
        kind: 'credentials',
        next: (history) =>
          deletion(foldCredential(history), { type: 'CredentialDeleted', data: { ...data, force: true } }),
      };
    case 'WebhookEndpointCreated':
      return {
        kind: 'webhook_endpoints',
        next: (history) => deletion(foldWebhookEndpoint(history), { type: 'WebhookEndpointDeleted', data }),
      };
    case 'TaskCreated':
      return { kind: 'tasks', next: (history) => deletion(foldTask(history), { type: 'TaskDeleted', data }) };
    default:
      return {
        kind: 'bulk_operations',
        next(history) {
          const bulk = foldBulk(history);
          if (bulk === null || bulk.status !== 'running' || bulk.aborting) return null;
          return by(run, bulk, { type: 'BulkAbortRequested', data });
        },
      };
  }
}

/**
 * Deletes as the system does, not as an operator does, so that retention erases the events after 48 hours. A running
 * worker loses its lease.
 */
function jobClosing({ ports }: Run): Closing {
  return {
    kind: 'jobs',
    next(history) {
      const job = foldJob(history);
      if (job === null || job.deleted) return null;
      const event = { type: 'JobDeleted', data: { reason: REASON } } as const;
      return jobEvent(job, event, { actor: SYSTEM.erasure, at: ports.now() });
    },
  };
}

function pauseOf(history: readonly Envelope[], run: Run): NewEvent | null {
  const account = foldAccount(history);
  if (account !== null && account.paused !== null && account.paused.until === null) return null;
  const entity = { id: run.accountId, version: account?.version ?? 0 };
  return by(run, entity, { type: 'AccountPaused', data: { reason: REASON, until: null } });
}

/** Null if the last event already says that the account is erased. */
function erasedOf(history: readonly Envelope[], run: Run): NewEvent | null {
  const { credentials, webhook_endpoints: endpoints, tasks, bulk_operations: bulks, jobs, secrets, reason } = run;
  const last = history.at(-1);
  const hasDone = secrets > 0 || [credentials, endpoints, tasks, bulks, jobs].some(({ done }) => done > 0);
  if (last?.type === 'AccountErased' && !hasDone) return null;
  const counts = {
    credentials: credentials.found,
    webhook_endpoints: endpoints.found,
    tasks: tasks.found,
    jobs: jobs.found,
  };
  const entity = { id: run.accountId, version: last?.version ?? 0 };
  return by(run, entity, { type: 'AccountErased', data: { reason, ...counts } });
}
