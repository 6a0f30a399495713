/**
 * A job as `docs/job-lifecycle.md` describes it, independent of the product's own fold: the state that the API must
 * show after each step.
 */
import { CREDENTIAL, iso } from '../../domain/job/job-stream.ts';

export type Status = 'scheduled' | 'queued' | 'running' | 'retrying' | 'succeeded' | 'failed' | 'resolved';
export type CommandName = 'retry' | 'trigger' | 'cancel' | 'resolve' | 'reopen' | 'update' | 'delete';
/** `run_at` in ms since the epoch. */
export type Changes = {
  readonly priority?: number;
  readonly run_at?: number | null;
  readonly max_attempts?: number | null;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly labels?: readonly string[];
};
export type Outcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'yielded' }
  | { readonly kind: 'failed'; readonly code: 'connection_closed' | 'auth_failed'; readonly unknown: boolean }
  | { readonly kind: 'postponed'; readonly ms: number };

export type Command = {
  readonly name: CommandName;
  readonly force: boolean;
  readonly text: string | null;
  readonly changes: Changes;
  /** Whether If-Match names the present version of the job, or no version. */
  readonly matches: boolean;
  readonly key: string | null;
  readonly body: string;
  readonly now: number;
};
export type Expected =
  | { readonly kind: 'refused'; readonly status: 404 | 409 | 412 | 422; readonly code: string }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'accepted'; readonly status: 200 | 202; readonly version: number }
  /** Answered with the reply of the first request with this key. */
  | { readonly kind: 'replayed'; readonly status: 200 | 202; readonly version: number };

const LEASE = 40_000;
const MAX_LOST = 5;
const TRANSIENT_ATTEMPTS = 20;
const ERRORS = {
  connection_closed: { category: 'transient', detail: 'closed' },
  auth_failed: { category: 'authentication', detail: 'refused' },
  worker_lost: { category: 'interrupted', detail: 'the worker stopped renewing its lease' },
} as const;

const timeOf = (ms: number | null): string | null => (ms === null ? null : iso(ms));

export class JobModel {
  version = 1;
  status: Status;
  deleted = false;
  error: { readonly code: keyof typeof ERRORS; readonly at: number } | null = null;
  #lease: { readonly id: string; readonly startedAt: number; until: number; readonly version: number } | null = null;
  #attempts = 0;
  /** An attempt has several continuations: a yield, a postponement and a lost worker leave it open. */
  #open = false;
  #used = 0;
  #lost = 0;
  #most: number | null = null;
  #priority = 0;
  #labels: readonly string[] = [];
  #payload: unknown = { folder: null };
  #runAt: number | null;
  #next: number | null;
  #created: number;
  #updated: number;
  #started: number | null = null;
  #ended: number | null = null;
  #unknown = false;
  #postponed: number | null = null;
  #result: unknown = null;
  #resolution: { readonly kind: 'resolved' | 'cancelled'; readonly note: string | null; readonly by: string } | null =
    null;
  #keys = new Map<string, { readonly body: string; readonly version: number }>();

  constructor(now: number, runAt: number | null) {
    this.status = runAt !== null && runAt > now ? 'scheduled' : 'queued';
    this.#runAt = runAt;
    this.#next = this.status === 'scheduled' ? runAt : now;
    this.#created = now;
    this.#updated = now;
  }

  /** The result of a queue message; a start is carried out. */
  claim(lease: string, now: number): 'drop' | 'early' | 'start' {
    if (this.deleted || !['scheduled', 'queued', 'retrying'].includes(this.status)) return 'drop';
    if (this.#next !== null && this.#next > now) return 'early';
    this.#event(now);
    if (!this.#open) this.#attempts += 1;
    this.#open = true;
    this.status = 'running';
    this.#lease = { id: lease, startedAt: now, until: now + LEASE, version: this.version };
    this.#next = null;
    this.#started ??= now;
    this.#postponed = null;
    return 'start';
  }

  /** Whether the attempt that started at that version still owns the job. */
  owns(startedAtVersion: number): boolean {
    return this.status === 'running' && !this.deleted && this.#lease?.version === startedAtVersion;
  }

  held(now: number): boolean {
    return this.status === 'running' && this.#lease !== null && this.#lease.until > now;
  }

  mayRenew(lease: string, now: number): boolean {
    return !this.deleted && this.#lease?.id === lease && this.held(now);
  }

  renewed(until: number): void {
    if (this.#lease !== null) this.#lease.until = until;
  }

  retries(outcome: Outcome): boolean {
    if (outcome.kind !== 'failed' || outcome.code !== 'connection_closed') return false;
    return this.#used + 1 < (this.#most ?? TRANSIENT_ATTEMPTS);
  }

  ended(outcome: Outcome, now: number, retryAt: number | null): void {
    this.#event(now);
    this.#lease = null;
    if (outcome.kind === 'yielded') {
      this.#queued(now);
      this.#lost = 0;
      return;
    }
    if (outcome.kind === 'postponed') {
      this.#queued(now + outcome.ms);
      this.#postponed = now + outcome.ms;
      return;
    }
    this.#open = false;
    this.#lost = 0;
    if (outcome.kind === 'succeeded') {
      this.status = 'succeeded';
      this.#result = { folders: 1 };
      this.#unknown = false;
      this.#ended = now;
      return;
    }
    this.#used += 1;
    this.error = { code: outcome.code, at: now };
    this.#unknown ||= outcome.unknown;
    this.#next = retryAt;
    this.status = retryAt === null ? 'failed' : 'retrying';
    if (retryAt === null) this.#ended = now;
  }

  abandoned(now: number): void {
    this.#event(now);
    this.#lease = null;
    this.#lost += 1;
    this.error = { code: 'worker_lost', at: now };
    if (this.#lost < MAX_LOST) {
      this.#queued(now);
      return;
    }
    this.status = 'failed';
    this.#open = false;
    this.#ended = now;
  }

  /** Whether the sweeper moves it to the queue. */
  release(now: number): boolean {
    const waits = !this.deleted && (this.status === 'scheduled' || this.status === 'retrying');
    if (!waits || this.#next === null || this.#next > now) return false;
    this.#event(now);
    this.#queued(now);
    return true;
  }

  /** The expected answer of the API; an accepted command is carried out. */
  command(command: Command): Expected {
    const { name, key, now } = command;
    const status = name === 'retry' || name === 'trigger' ? 202 : 200;
    const earlier = key === null ? undefined : this.#keys.get(key);
    // A deleted job is not shown, except in the reply to its deletion.
    if (this.deleted)
      return name === 'delete' && earlier !== undefined
        ? { kind: 'deleted' }
        : { kind: 'refused', status: 404, code: 'not_found' };
    if (earlier !== undefined)
      return earlier.body === command.body
        ? { kind: 'replayed', status, version: earlier.version }
        : { kind: 'refused', status: 422, code: 'idempotency_key_reused' };
    if (!command.matches) return { kind: 'refused', status: 412, code: 'version_conflict' };
    const refusal = this.#refusal(command);
    if (refusal !== null) return { kind: 'refused', status: 409, code: refusal };
    this.#event(now);
    this.#carryOut(command);
    if (key !== null) this.#keys.set(key, { body: command.body, version: this.version });
    return this.deleted ? { kind: 'deleted' } : { kind: 'accepted', status, version: this.version };
  }

  allowed(now: number): readonly CommandName[] {
    const names: CommandName[] = ['retry', 'trigger', 'cancel', 'resolve', 'reopen', 'update', 'delete'];
    return names.filter((name) => this.#refusal({ name, force: false, changes: {}, now }) === null);
  }

  #refusal({ name, force, changes, now }: Pick<Command, 'name' | 'force' | 'changes' | 'now'>): string | null {
    const running = this.status === 'running';
    if (name === 'retry') return ['failed', 'retrying'].includes(this.status) ? null : 'job_not_retryable';
    if (name === 'trigger') return this.held(now) ? 'job_running' : null;
    if (name === 'delete') return running && !force ? 'job_running' : null;
    if (name === 'cancel')
      return ['succeeded', 'failed', 'resolved'].includes(this.status) ? 'job_not_cancellable' : null;
    if (name === 'resolve') {
      if (this.status === 'succeeded') return 'job_already_succeeded';
      return this.status === 'resolved' ? 'job_already_resolved' : null;
    }
    if (name === 'reopen') return this.status === 'resolved' ? null : 'job_not_resolved';
    if (running) return 'job_running';
    const pending = ['scheduled', 'queued', 'retrying'].includes(this.status);
    if (changes.run_at !== undefined && !pending) return 'job_not_pending';
    return changes.payload !== undefined && this.#unknown ? 'job_not_pending' : null;
  }

  #carryOut({ name, text, changes, now }: Command): void {
    if (name === 'update') {
      this.#update(changes, now);
      return;
    }
    this.#lease = null;
    this.#open = false;
    if (name === 'delete') this.deleted = true;
    else if (name === 'resolve' || name === 'cancel') {
      this.status = 'resolved';
      this.#next = null;
      this.#ended = now;
      this.#resolution = { kind: name === 'cancel' ? 'cancelled' : 'resolved', note: text, by: 'ann' };
    } else if (name === 'reopen') {
      this.status = 'failed';
      this.#ended = now;
      this.#resolution = null;
    } else {
      this.#queued(now);
      this.#ended = null;
      this.#postponed = null;
      this.#result = null;
      this.#resolution = null;
      if (name === 'retry') {
        this.#used = 0;
        this.#lost = 0;
      }
    }
  }

  #update({ priority, run_at, max_attempts, payload, labels }: Changes, now: number): void {
    this.#priority = priority ?? this.#priority;
    this.#labels = labels ?? this.#labels;
    if (max_attempts !== undefined) this.#most = max_attempts;
    if (payload !== undefined) this.#payload = { full: false, ...payload };
    if (run_at === undefined) return;
    this.#runAt = run_at;
    const later = run_at !== null && run_at > now;
    this.#queued(later ? run_at : now);
    if (later) this.status = 'scheduled';
  }

  #queued(next: number): void {
    this.status = 'queued';
    this.#next = next;
  }

  #event(now: number): void {
    this.version += 1;
    this.#updated = now;
  }

  /** The job as every read and reply must show it. */
  resource(id: string, accountId: string, now: number): Record<string, unknown> {
    const { status, error } = this;
    const terminal = status === 'succeeded' || status === 'failed' || status === 'resolved';
    const waits = !terminal && status !== 'running' && this.#postponed !== null && this.#postponed > now;
    return {
      id,
      account_id: accountId,
      task_id: null,
      credential_id: CREDENTIAL,
      credential_label: null,
      host: null,
      allowed_commands: this.allowed(now),
      action: 'imap_sync_messages',
      payload: this.#payload,
      status,
      priority: this.#priority,
      labels: this.#labels,
      waiting_on: waits ? 'connection_slot' : null,
      waiting_until: waits ? timeOf(this.#postponed) : null,
      attempt_count: this.#attempts,
      max_attempts: this.#most,
      attempts_left: terminal ? 0 : this.#attemptsLeft(),
      run_at: timeOf(this.#runAt),
      next_attempt_at: timeOf(this.#next),
      created_at: iso(this.#created),
      updated_at: iso(this.#updated),
      started_at: timeOf(this.#started),
      finished_at: terminal ? timeOf(this.#ended) : null,
      failed_at: status === 'failed' ? timeOf(error?.at ?? this.#ended) : null,
      resolved_at: status === 'resolved' ? timeOf(this.#ended) : null,
      last_error_code: error?.code ?? null,
      last_error_category: error === null ? null : ERRORS[error.code].category,
      last_error_detail: error === null ? null : ERRORS[error.code].detail,
      last_error_at: error === null ? null : iso(error.at),
      outcome_unknown: this.#unknown,
      progress: null,
      result: this.#result,
      resolution: this.#resolution,
      source: { kind: 'task', id: 'tsk_01jgx000000000000000000001' },
      bulk_id: null,
      stalled: !terminal && !waits && this.#forgotten(now),
      version: this.version,
    };
  }

  #attemptsLeft(): number {
    const once = this.#used > 0 && this.error?.code === 'auth_failed';
    return Math.max(1, (once ? 1 : (this.#most ?? TRANSIENT_ATTEMPTS)) - this.#used);
  }

  #forgotten(now: number): boolean {
    if (this.status === 'running') return this.#lease !== null && this.#lease.until + 120_000 < now;
    return this.#next !== null && this.#next + 600_000 < now;
  }
}
