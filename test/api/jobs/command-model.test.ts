import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import { decideAbandon, decideClaim, decideOutcome, decideRelease } from '../../../functions/domain/job/decide.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { CREDENTIAL, iso, requested, T0 } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { type Changes, type CommandName, JobModel, type Outcome } from './job-model.ts';

const SEED = 20_261_124;

let api: JobApi;
let accounts = 0;
/** What the sequences covered: a test fails if a case never occurred. */
const happened = new Set<string>();
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 });
  api = await startJobApi();
});
afterAll(async () => {
  vi.useRealTimers();
  await api?.stop();
});

type Match = 'none' | 'any' | 'fresh' | 'weak' | 'stale' | 'ahead';
type CommandStep = {
  readonly kind: 'command';
  readonly name: CommandName;
  readonly force: boolean;
  readonly text: string;
  readonly changes: Changes;
  readonly match: Match;
  /** Idempotency-Key; a number is one of a few, so that keys repeat. */
  readonly key: number | null;
  /** With a key: how many identical requests are sent at once. */
  readonly times: number;
};
type ClientRequest = Omit<CommandStep, 'kind'>;
type Step =
  | CommandStep
  /** Repeats the request of an earlier step with an Idempotency-Key. */
  | { readonly kind: 'again'; readonly which: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'message' }
  | { readonly kind: 'heartbeat' | 'end'; readonly worker: number; readonly outcome: Outcome }
  | { readonly kind: 'sweep' };

const HOUR = 3_600_000;
/** `run_at` in ms from now. */
const changes: fc.Arbitrary<Changes> = fc
  .record(
    {
      priority: fc.integer({ min: -10, max: 10 }),
      run_at: fc.constantFrom(null, -HOUR, 1, 60_000, HOUR),
      max_attempts: fc.constantFrom(null, 1, 2, 3),
      payload: fc.constantFrom({ folder: 'INBOX' }, { folder: null, full: true }),
      labels: fc.constantFrom([], ['vip'], ['a', 'b']),
    },
    { requiredKeys: [] },
  )
  .filter((given) => Object.keys(given).length > 0);
const commandStep: fc.Arbitrary<CommandStep> = fc.record({
  kind: fc.constant('command'),
  name: fc.oneof(
    { weight: 10, arbitrary: fc.constant('retry' as const) },
    { weight: 8, arbitrary: fc.constant('trigger' as const) },
    { weight: 4, arbitrary: fc.constant('cancel' as const) },
    { weight: 4, arbitrary: fc.constant('resolve' as const) },
    { weight: 4, arbitrary: fc.constant('reopen' as const) },
    { weight: 8, arbitrary: fc.constant('update' as const) },
    // After this step the model stops: nothing more happens to the job.
    { weight: 1, arbitrary: fc.constant('delete' as const) },
  ),
  force: fc.boolean(),
  text: fc.constantFrom('', '', 'why'),
  changes,
  match: fc.oneof(
    { weight: 5, arbitrary: fc.constant('none' as const) },
    { weight: 3, arbitrary: fc.constantFrom('any', 'fresh', 'weak', 'stale', 'ahead') },
  ),
  key: fc.option(fc.nat(1), { freq: 2 }),
  times: fc.constantFrom(1, 1, 3),
});
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'succeeded' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('failed' as const),
      code: fc.constantFrom('connection_closed', 'connection_closed', 'auth_failed'),
      unknown: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'yielded' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('postponed' as const), ms: fc.constantFrom(1000, 60_000, HOUR) }),
  },
);
const worker = fc.constantFrom(0, 0, 0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: commandStep },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('again'), which: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('time'),
      ms: fc.constantFrom(1, 1000, 39_999, 40_000, 60_000, 160_001, 600_001, HOUR),
    }),
  },
  { weight: 7, arbitrary: fc.constant({ kind: 'message' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heartbeat'), worker, outcome }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('end'), worker, outcome }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'sweep' }) },
);

/** Late states are rare in random steps, so some steps come in fixed sequences. */
const hour: Step = { kind: 'time', ms: HOUR };
const message: Step = { kind: 'message' };
const sweep: Step = { kind: 'sweep' };
const end = outcome.map((one): Step => ({ kind: 'end', worker: 0, outcome: one }));
const attempt = end.map((one): Step[] => [hour, message, one]);
const recovery = fc
  .tuple(attempt, commandStep)
  .map(([tried, command]): Step[] => [...tried, { ...command, name: 'retry', match: 'fresh' }]);
const interrupted = fc
  .tuple(end, commandStep, fc.boolean())
  .map(([late, command, lost]): Step[] => [hour, message, ...(lost ? [hour, sweep] : [command]), late]);
const repeated = commandStep.map((command): Step[] => [command, { kind: 'again', which: 0 }]);
const reopened = commandStep.map((command): Step[] => [
  { ...command, name: 'resolve', match: 'none', key: null },
  { ...command, name: 'reopen', match: 'none', key: 0 },
  { kind: 'again', which: 0 },
]);
const steps = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: step.map((one) => [one]) },
      { weight: 3, arbitrary: attempt },
      { weight: 2, arbitrary: recovery },
      { weight: 3, arbitrary: interrupted },
      { weight: 3, arbitrary: repeated },
      { weight: 1, arbitrary: reopened },
    ),
    { maxLength: 20, size: 'max' },
  )
  .map((company) => company.flat());

const OPERATIONS = {
  retry: 'retryJob',
  trigger: 'triggerJob',
  cancel: 'cancelJob',
  resolve: 'resolveJob',
  reopen: 'reopenJob',
  update: 'updateJob',
  delete: 'deleteJob',
} as const;

function bodyOf(name: CommandName, force: boolean, text: string, changes: Changes): object | undefined {
  const reason = text === '' ? {} : { reason: text };
  switch (name) {
    case 'retry':
    case 'reopen':
    case 'cancel':
      return text === '' ? undefined : reason;
    case 'trigger':
      return { ...reason, force };
    case 'resolve':
      return text === '' ? {} : { note: text };
    case 'update':
      return { ...changes, ...(typeof changes.run_at === 'number' ? { run_at: iso(changes.run_at) } : {}) };
    case 'delete':
      return undefined;
  }
}

function outcomeOf(outcome: Outcome, now: number): AttemptOutcome {
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'succeeded', result: { folders: 1 } };
    case 'yielded':
      return { kind: 'yielded', checkpoint: { window: 1 } };
    case 'postponed':
      return { kind: 'postponed', until: now + outcome.ms, because: 'connection_slot' };
    case 'failed': {
      const detail = outcome.code === 'auth_failed' ? 'refused' : 'closed';
      return {
        kind: 'failed',
        failure: { code: outcome.code, detail, retryAfterMs: null, outcomeUnknown: outcome.unknown },
      };
    }
  }
}

/** A reply without the values that depend on the time of the request. */
const withoutWaits = ({ waiting_on, waiting_until, stalled, ...rest }: Json): Json => rest;

/** The system under test and its model: every step is done to both, and then both must agree. */
class Run {
  readonly id = ids.next('job');
  readonly account: string;
  readonly model: JobModel;
  /** Versions of the start events of workers, the newest first. */
  readonly workers: { readonly lease: string; readonly version: number }[] = [];
  readonly sent: ClientRequest[] = [];
  readonly firstReplies = new Map<string, Json>();

  constructor(runAt: number | null) {
    accounts += 1;
    this.account = `acc_model_${accounts}`;
    this.model = new JobModel(Date.now(), runAt);
  }

  async append(event: JobEvent, version: number): Promise<boolean> {
    const { kind } = await api.log.append([
      {
        streamId: this.id,
        version,
        accountId: this.account,
        actor: { kind: 'worker', id: 'w' },
        at: iso(Date.now()),
        credentialId: CREDENTIAL,
        event,
      },
    ]);
    return kind === 'appended';
  }

  async job() {
    return foldJob(await api.log.read(this.id));
  }

  async do(one: Step): Promise<void> {
    switch (one.kind) {
      case 'time':
        vi.setSystemTime(Date.now() + one.ms);
        return;
      case 'message':
        return this.message();
      case 'heartbeat':
        return this.heartbeat(one.worker);
      case 'end':
        return this.end(one.worker, one.outcome);
      case 'sweep':
        return this.sweep();
      case 'command':
        return this.command(one);
      case 'again':
        return this.again(one.which);
    }
  }

  private async message(): Promise<void> {
    const lease = ids.token();
    const job = await this.job();
    const decision = decideClaim(job, lease, Date.now());
    expect(decision.kind).toBe(this.model.claim(lease, Date.now()));
    if (decision.kind !== 'start' || job === null) return;
    expect(await this.append(decision.event, job.version + 1)).toBe(true);
    this.workers.unshift({ lease, version: job.version + 1 });
  }

  private async heartbeat(which: number): Promise<void> {
    const held = this.workers[which];
    if (held === undefined || !this.model.mayRenew(held.lease, Date.now())) return;
    const until = Date.now() + 40_000;
    expect(await api.leases.renew(held.lease, Date.now(), until, null)).toBe(true);
    this.model.renewed(until);
  }

  /** A worker appends its outcome at the version that it knows, even if it lost the job long ago. */
  private async end(which: number, result: Outcome): Promise<void> {
    const [held] = this.workers.splice(which, 1);
    if (held === undefined) return;
    const seen = foldJob((await api.log.read(this.id)).filter(({ version }) => version <= held.version));
    if (seen === null) throw new Error('no job');
    const now = Date.now();
    const event = decideOutcome(seen, outcomeOf(result, now), now, 0.5);
    const owns = this.model.owns(held.version);
    expect(await this.append(event, held.version + 1)).toBe(owns);
    happened.add(owns ? `attempt ${result.kind}` : 'worker lost the job');
    if (!owns) return;
    const retryAt =
      event.type === 'AttemptFailed' && event.data.retry_at !== null ? Date.parse(event.data.retry_at) : null;
    expect(retryAt !== null).toBe(this.model.retries(result));
    this.model.ended(result, now, retryAt);
  }

  private async sweep(): Promise<void> {
    const now = Date.now();
    const job = await this.job();
    const release = decideRelease(job, now);
    expect(release !== null).toBe(this.model.release(now));
    if (release !== null && job !== null) expect(await this.append(release, job.version + 1)).toBe(true);
    const lease = job?.status === 'running' && !job.deleted ? job.lease_id : null;
    if (lease === null || this.model.held(now)) return;
    expect(await api.leases.take(lease, now)).toBe(true);
    const lost = decideAbandon(job, lease);
    if (lost === null || job === null) throw new Error('the rescued attempt is not the running one');
    expect(await this.append(lost, job.version + 1)).toBe(true);
    this.model.abandoned(now);
    happened.add('worker lost');
  }

  private async command({ kind, changes, ...step }: CommandStep): Promise<void> {
    const runAt = typeof changes.run_at === 'number' ? Date.now() + changes.run_at : changes.run_at;
    const request = { ...step, changes: { ...changes, ...(runAt === undefined ? {} : { run_at: runAt }) } };
    this.sent.unshift(request);
    return this.send(request);
  }

  private async again(which: number): Promise<void> {
    const request = this.sent.filter(({ key }) => key !== null)[which];
    if (request !== undefined) await this.send(request);
  }

  private async send({ name, force, text, changes, match, key, times }: ClientRequest): Promise<void> {
    const { model } = this;
    const now = Date.now();
    const body = bodyOf(name, force, text, changes);
    const matches = match !== 'stale' && match !== 'ahead';
    const ifMatch = {
      none: null,
      any: '*',
      fresh: `"${model.version}"`,
      weak: `W/"${model.version}"`,
      stale: `"${model.version - 1}"`,
      ahead: `"${model.version + 1}"`,
    }[match];
    const call = {
      account: this.account,
      id: this.id,
      ...(body === undefined ? {} : { body }),
      ...(name === 'delete' ? { query: `force=${force}` } : {}),
      headers: {
        ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
        ...(key === null ? {} : { 'idempotency-key': `key-${key}` }),
      },
    };
    const scope = key === null ? null : `${name} ${key}`;
    const expected = model.command({
      name,
      force,
      text: text === '' ? null : text,
      changes,
      matches,
      key: scope,
      body: JSON.stringify(body ?? {}),
      now,
    });
    const together = key === null || name === 'delete' ? 1 : times;
    const replies = await Promise.all(Array.from({ length: together }, () => api.call(OPERATIONS[name], call)));
    happened.add(expected.kind === 'refused' ? expected.code : `${name} ${expected.kind}`);
    if (expected.kind === 'accepted' && together > 1) happened.add('sent at once');
    for (const reply of replies) {
      switch (expected.kind) {
        case 'refused':
          expect(reply).toMatchObject({ status: expected.status, body: { code: expected.code } });
          if (expected.status === 409)
            expect(reply.body).toMatchObject({ job_status: model.status, allowed_commands: model.allowed(now) });
          break;
        case 'deleted':
          expect(reply).toMatchObject({ status: 204, text: '' });
          break;
        case 'accepted':
          expect(reply).toMatchObject({ status: expected.status, etag: `"${expected.version}"` });
          expect(reply.body.data).toEqual(model.resource(this.id, this.account, now));
          this.firstReplies.set(scope ?? '', reply.body.data);
          break;
        case 'replayed':
          expect(reply).toMatchObject({ status: expected.status, etag: `"${expected.version}"` });
          expect(reply.body.data).toEqual(this.firstReplies.get(scope ?? ''));
      }
    }
  }

  /** The strongly consistent read, the log and the model must be equal. */
  async agree(): Promise<void> {
    const now = Date.now();
    const reply = await api.call('getJob', { account: this.account, id: this.id });
    if (this.model.deleted) expect(reply).toMatchObject({ status: 404, body: { code: 'not_found' } });
    else {
      expect(reply).toMatchObject({ status: 200, etag: `"${this.model.version}"` });
      expect(reply.body.data).toEqual(this.model.resource(this.id, this.account, now));
    }
  }

  /** The view and the counters of the account, after the projector has received every record in some order. */
  async agreeInTheView(): Promise<void> {
    const items = await api.items(this.id);
    expect(items.map((item) => item.version)).toEqual(items.map((_, at) => at + 1));
    expect(items).toHaveLength(this.model.version);
    expect(await api.project([...items.filter((_, at) => at % 2 === 1), ...items])).toEqual({ batchItemFailures: [] });
    const [list, stats] = await Promise.all([
      api.call('listJobs', { account: this.account, id: this.account }),
      api.call('jobStats', { account: this.account, id: this.account }),
    ]);
    const { deleted, status, error } = this.model;
    const there = deleted ? [] : [this.model.resource(this.id, this.account, Date.now())];
    expect(list.body.data.map(withoutWaits)).toEqual(there.map(withoutWaits));
    const inError = !deleted && (status === 'failed' || status === 'retrying');
    expect(stats.body.data).toMatchObject({ total: there.length, ...(deleted ? {} : { by_status: { [status]: 1 } }) });
    expect(stats.body.data.by_error_code).toEqual(inError && error !== null ? { [error.code]: 1 } : {});
  }
}

describe('a job under any sequence of commands, attempts, sweeps and time', () => {
  it('answers, reads and counts like the independent model of a job', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(null, null, 1000, HOUR), steps, async (wait, taken) => {
        const runAt = wait === null ? null : Date.now() + wait;
        const run = new Run(runAt);
        const event = requested(runAt === null ? {} : { run_at: iso(runAt) });
        expect(await run.append(event, 1)).toBe(true);
        await run.agree();
        for (const one of taken) {
          await run.do(one);
          await run.agree();
        }
        await run.agreeInTheView();
      }),
      { seed: SEED, numRuns: 80 },
    );
    expect([...happened].sort()).toEqual([
      'attempt failed',
      'attempt postponed',
      'attempt succeeded',
      'attempt yielded',
      'cancel accepted',
      'cancel replayed',
      'delete deleted',
      'idempotency_key_reused',
      'job_already_resolved',
      'job_already_succeeded',
      'job_not_cancellable',
      'job_not_pending',
      'job_not_resolved',
      'job_not_retryable',
      'job_running',
      'not_found',
      'reopen accepted',
      'reopen replayed',
      'resolve accepted',
      'resolve replayed',
      'retry accepted',
      'retry replayed',
      'sent at once',
      'trigger accepted',
      'trigger replayed',
      'update accepted',
      'update replayed',
      'version_conflict',
      'worker lost',
      'worker lost the job',
    ]);
  });
});
