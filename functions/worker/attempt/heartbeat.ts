/**
 * Renews an attempt's lease, and informs the attempt when it has lost its job. Every 13 s it renews the 40 s lease
 * and checks whether another writer has appended an event after `AttemptStarted` (resolved, deleted, abandoned). If the
 * lease or the job is lost, the signal is aborted, which closes the connection. After `stop` nothing is aborted,
 * because the connection may already serve the next job.
 *
 * Progress is stored with the renewals. An attempt that has progress after 3 s stores it then, with one extra renewal,
 * so that it is visible early. A shorter attempt writes nothing for it.
 *
 * The timers of a frozen worker are late. So the lease is also checked against the monotonic clock: an attempt is lost
 * when its lease has expired, even if no event says so.
 */

import type { Progress } from '../../domain/attempt/outcome.ts';
import { workerActor } from '../../domain/event/actors.ts';
import type { Envelope } from '../../domain/event/event.ts';
import { LEASE_MS, LEASE_RENEWAL_MS } from '../../domain/job/due.ts';
import type { WorkerPorts } from '../worker-ports.ts';

/**
 * From this time on an attempt's progress is stored by a write of its own: one write and one read of 1 unit each, once
 * per continuation.
 */
export const PROGRESS_AFTER_MS = 3_000;

export type Heartbeat = {
  readonly signal: AbortSignal;
  /** Whether the attempt may still act, by this worker's clock. */
  alive(): boolean;
  /** Renews the lease if necessary. Returns whether it lasts `ms` from now. */
  outlasts(ms: number): Promise<boolean>;
  report(progress: Progress): void;
  /** Stops the heartbeat. Resolves when no renewal is running any more. */
  stop(): Promise<void>;
};

export type Attempt = {
  readonly jobId: string;
  /**
   * Version of the attempt's own newest event. A later event of another writer means that the attempt has lost its job.
   */
  version: number;
  readonly leaseId: string;
  readonly leaseStart: number;
};

export function startHeartbeat(attempt: Attempt, ports: WorkerPorts, everyMs = LEASE_RENEWAL_MS): Heartbeat {
  const controller = new AbortController();
  let leaseEnd = attempt.leaseStart + LEASE_MS;
  let progress: Progress | null = null;
  let isShown = false;
  let beating: Promise<void> | null = null;
  let stopped = false;
  const self = workerActor(ports.workerId);
  const isOurs = ({ actor }: Envelope): boolean => actor.kind === self.kind && actor.id === self.id;

  function abort(reason: string): void {
    if (!stopped) controller.abort(new Error(reason));
  }

  /** Runs one renewal at a time; a caller during a renewal waits for that one. */
  function beat(): Promise<void> {
    beating ??= beatOnce().finally(() => {
      beating = null;
    });
    return beating;
  }

  async function beatOnce(): Promise<void> {
    if (stopped || controller.signal.aborted) return;
    try {
      const start = ports.monotonic();
      const now = ports.now();
      isShown ||= progress !== null;
      const renewed = start < leaseEnd && (await ports.leases.renew(attempt.leaseId, now, now + LEASE_MS, progress));
      if (!renewed) return abort('lease lost');
      leaseEnd = start + LEASE_MS;
      const since = await ports.log.read(attempt.jobId, attempt.version);
      if (!since.every(isOurs)) abort('job lost');
    } catch {
      // The store did not answer. The next renewal tries again, and the attempt stops when its lease expires.
      if (ports.monotonic() >= leaseEnd) abort('lease expired');
    }
  }

  function showEarly(): void {
    if (!isShown && progress !== null) void beat();
  }

  const timer = setInterval(() => void beat(), everyMs);
  const lasted = (): number => ports.monotonic() - attempt.leaseStart;
  // Timers may fire a fraction of a millisecond early, so this one does not compare the clock again.
  const early = setTimeout(showEarly, PROGRESS_AFTER_MS - lasted());
  return {
    signal: controller.signal,
    async outlasts(ms) {
      if (leaseEnd - ports.monotonic() < ms) await beat();
      return !controller.signal.aborted && leaseEnd - ports.monotonic() >= ms;
    },
    alive: () => !controller.signal.aborted && ports.monotonic() < leaseEnd,
    report: (latest) => {
      progress = latest;
      if (lasted() >= PROGRESS_AFTER_MS) showEarly();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(early);
      await beating;
    },
  };
}
