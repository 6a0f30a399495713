import fc from 'fast-check';
import { type Account, foldAccount } from '../../../functions/domain/account/account.ts';
import { type PostponeReason, postponeReason } from '../../../functions/domain/attempt/outcome.ts';
import type { Credential } from '../../../functions/domain/credential/credential.ts';
import type { CredentialEvent } from '../../../functions/domain/credential/events.ts';
import { foldCredential } from '../../../functions/domain/credential/history.ts';
import type { Envelope } from '../../../functions/domain/event/event.ts';
import { categoryOf, type FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { JOB_STATUSES, type Job } from '../../../functions/domain/job/job.ts';
import type { JobFilter } from '../../../functions/domain/search/job-filter.ts';
import { iso, requested, started, T0, yielded } from '../job/job-stream.ts';

/** Few different values, so that filters match. Every job is made within one minute, so that many have equal times. */
export const NOW = T0 + 3_600_000;
const MADE_WITHIN_MS = 60_000;
const id = (prefix: string, n: number): string => `${prefix}_01jgx000000000000000${String(n).padStart(6, '0')}`;
export const jobId = (n: number): string => id('job', n);
export const ACCOUNTS = ['acc_one', 'acc_two', 'acc_one-too'] as const;
const TASKS = [id('tsk', 1), id('tsk', 2), id('tsk', 3)];
export const CREDENTIALS = [id('pc', 1), id('pc', 2), id('pc', 3), id('pc', 4)];
const BULKS = [id('blk', 1), id('blk', 2)];
const ACTIONS = ['imap_sync_messages', 'imap_sync_mailboxes'];
const LABELS = ['vip', 'Night Shift', 'eu'];
const CODES = [
  'connection_closed',
  'provider_timeout',
  'auth_failed',
  'rate_limited',
  'mailbox_not_found',
  'worker_lost',
] as const satisfies readonly FailureCode[];
const DETAILS = ['NO such mailbox', 'Connection reset by peer', ''];

const timesOf = (from: number, step: number, least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((n) => iso(from + n * step));
const later = timesOf(NOW, 600_000, -5, 5);
const failure = (retryAt: string | null, code: FailureCode, detail: string, unknown: boolean): JobEvent => ({
  type: 'AttemptFailed',
  data: { code, category: categoryOf(code), detail, retry_at: retryAt, outcome_unknown: unknown },
});
const resolved = (bulkId: string | undefined): JobEvent => ({
  type: 'JobResolved',
  data: { note: null, ...(bulkId === undefined ? {} : { bulk_id: bulkId }) },
});

/** Possible lives of a job after it was requested; it can end in every status. */
const lives: fc.Arbitrary<{ readonly runAt: string | null; readonly events: readonly JobEvent[] }> = fc
  .record({
    kind: fc.constantFrom(
      ...(['queued', 'scheduled', 'postponed', 'running', 'yielded', 'abandoned', 'retrying', 'failed'] as const),
      ...(['triggered', 'succeeded', 'succeeded', 'succeeded', 'recovered', 'resolved', 'cancelled'] as const),
    ),
    code: fc.constantFrom(...CODES),
    detail: fc.constantFrom(...DETAILS),
    unknown: fc.boolean(),
    at: later,
    because: fc.constantFrom<PostponeReason[]>(...postponeReason.options),
    bulkId: fc.constantFrom(undefined, ...BULKS),
    lease: fc.integer({ min: 1, max: 40 }).map((n) => `lease-${n}`),
  })
  .map(({ kind, code, detail, unknown, at, because, bulkId, lease }) => {
    const start = started(1, 1, lease);
    const fails = failure(null, code, detail, unknown);
    const succeeds: JobEvent = { type: 'AttemptSucceeded', data: { result: { folders: 1 } } };
    const triggers: JobEvent = {
      type: 'JobTriggered',
      data: { reason: null, force: false, ...(bulkId === undefined ? {} : { bulk_id: bulkId }) },
    };
    const events: Record<typeof kind, readonly JobEvent[]> = {
      queued: [],
      scheduled: [],
      postponed: [{ type: 'JobPostponed', data: { until: at, because } }],
      running: [start],
      yielded: [start, yielded],
      abandoned: [start, { type: 'AttemptAbandoned', data: { lease_id: lease, gives_up: false } }],
      retrying: [start, failure(at, code, detail, unknown)],
      failed: [start, fails],
      triggered: [start, fails, triggers],
      succeeded: [start, succeeds],
      recovered: [start, fails, triggers, started(2), succeeds],
      resolved: [start, fails, resolved(bulkId)],
      cancelled: [resolved(bulkId)],
    };
    return { runAt: kind === 'scheduled' ? at : null, events: events[kind] };
  });

export type Seed = {
  readonly accountId: string;
  readonly taskId: string | null;
  readonly credentialId: string;
  readonly createdAt: number;
  readonly action: string;
  readonly labels: string[];
  readonly priority: number;
  readonly life: { readonly runAt: string | null; readonly events: readonly JobEvent[] };
};

export const seeds: fc.Arbitrary<Seed> = fc.record({
  accountId: fc.constantFrom(...ACCOUNTS),
  taskId: fc.constantFrom(null, ...TASKS),
  credentialId: fc.constantFrom(...CREDENTIALS),
  createdAt: fc.integer({ min: 0, max: MADE_WITHIN_MS / 1000 }).map((second) => T0 + second * 1000),
  action: fc.constantFrom(...ACTIONS),
  labels: fc.subarray(LABELS),
  priority: fc.integer({ min: -2, max: 2 }),
  life: lives,
});

/** The job of a seed under an id; the same seed always makes the same job. */
export function jobOfSeed(seed: Seed, n: number, more: readonly JobEvent[] = []): Job {
  const first = requested({
    action: seed.action,
    task_id: seed.taskId,
    credential_id: seed.credentialId,
    priority: seed.priority,
    labels: seed.labels,
    run_at: seed.life.runAt,
  });
  const envelopes = [first, ...seed.life.events, ...more].map(
    (event, at): Envelope => ({
      stream_id: jobId(n),
      version: at + 1,
      schema: 1,
      account_id: seed.accountId,
      at: iso(seed.createdAt + at * 500),
      actor: { kind: 'system', id: 'test' },
      append_id: `append-${at}`,
      ...event,
    }),
  );
  const job = foldJob(envelopes);
  if (job === null) throw new Error('a seed makes a job');
  return job;
}

export const randomJob: fc.Arbitrary<Job> = fc
  .tuple(seeds, fc.integer({ min: 1, max: 99_999 }))
  .map(([seed, n]) => jobOfSeed(seed, n));

/** A credential in one of the states that block its jobs, or in none. */
export const randomCredential = (credentialId: string, accountId: string): fc.Arbitrary<Credential> => {
  const refused: CredentialEvent = {
    type: 'CredentialRefused',
    data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: jobId(1) },
  };
  const limited = (until: number): CredentialEvent => ({
    type: 'CredentialRateLimited',
    data: { until: iso(until), code: 'rate_limited' },
  });
  const states: readonly (readonly CredentialEvent[])[] = [
    [],
    [refused],
    [refused, refused],
    [limited(NOW + 60_000)],
    [limited(NOW - 60_000)],
    [refused, { type: 'CredentialVerified', data: { by: 'test' } }],
    [{ type: 'CredentialPaused', data: { reason: null, until: null } }],
    [{ type: 'CredentialPaused', data: { reason: null, until: iso(NOW - 60_000) } }],
  ];
  return fc.constantFrom(...states).map((state) => {
    const added: CredentialEvent = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };
    const credential = foldCredential(
      [added, ...state].map((event, at) => ({
        stream_id: credentialId,
        version: at + 1,
        schema: 1,
        account_id: accountId,
        at: iso(NOW - 600_000 + at),
        actor: { kind: 'system', id: 'test' },
        append_id: `append-${at}`,
        ...event,
      })),
    );
    if (credential === null) throw new Error('it was added');
    return credential;
  });
};

/** An account that is paused, was paused, or has no stream. */
export const randomAccount = (accountId: string): fc.Arbitrary<Account | null> =>
  fc.constantFrom(undefined, undefined, null, iso(NOW + 60_000), iso(NOW - 60_000)).map((until) =>
    until === undefined
      ? null
      : foldAccount([
          {
            stream_id: accountId,
            version: 1,
            type: 'AccountPaused',
            schema: 1,
            account_id: accountId,
            at: iso(NOW - 300_000),
            actor: { kind: 'user', id: 'test' },
            append_id: 'append',
            data: { reason: null, until },
          },
        ]),
  );

const some = <Value>(values: readonly Value[]) => fc.subarray([...values], { minLength: 1 });
const periodAround = (times: fc.Arbitrary<string>) =>
  fc.oneof(
    times.map((gte) => ({ gte })),
    times.map((lt) => ({ lt })),
    fc.tuple(times, times).map(([gte, lt]) => ({ gte, lt })),
  );
const during = timesOf(T0, 500, -2, (MADE_WITHIN_MS / 1000) * 2 + 8);
const WORDS = ['imap', 'VIP night', 'closed', 'no SUCH', 'tsk_01', jobId(7), 'job_', 'mailboxes eu', 'nowhere'];

const FIELDS: { readonly [Field in keyof JobFilter]-?: fc.Arbitrary<NonNullable<JobFilter[Field]>> } = {
  status: some(JOB_STATUSES),
  action: some(ACTIONS),
  task_id: some(TASKS),
  credential_id: some(CREDENTIALS),
  last_error_code: some(CODES),
  last_error_category: some(CODES.map(categoryOf)).map((categories) => [...new Set(categories)]),
  label: some(LABELS),
  waiting_on: some(postponeReason.options),
  bulk_id: some(BULKS),
  host: some(['imap.one.example', 'IMAP.one.example:143', 'imap.two.example:993', 'nowhere.example']),
  attempt_count: fc.constantFrom({ gte: 1 }, { lte: 0 }, { gte: 1, lte: 1 }),
  priority: fc.constantFrom({ gte: 0 }, { lte: -1 }, { gte: -1, lte: 1 }, { gte: 2, lte: 1 }),
  created_at: periodAround(during),
  updated_at: periodAround(during),
  failed_at: periodAround(during),
  last_error_at: periodAround(during),
  next_attempt_at: periodAround(fc.oneof(during, later)),
  q: fc.constantFrom(...WORDS),
  stalled: fc.boolean(),
  outcome_unknown: fc.boolean(),
};

/** The mail servers of the credentials; the last credential has lost its connection fields. */
export const SERVERS: ReadonlyMap<string, { readonly host: string; readonly port: number }> = new Map(
  CREDENTIALS.slice(0, 3).map((credential, n) => [
    credential,
    { host: n < 2 ? 'imap.one.example' : 'imap.two.example', port: n === 0 ? 143 : 993 },
  ]),
);

/** A frozen filter of at most four fields. */
export const randomFilter: fc.Arbitrary<JobFilter> = fc
  .record(FIELDS)
  .chain((all) =>
    fc.subarray(Object.entries(all), { maxLength: 4 }).map((chosen): JobFilter => Object.fromEntries(chosen)),
  );
