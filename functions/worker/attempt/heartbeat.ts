/**
 * Keeps an attempt's lease alive and tells the attempt when it is no longer its worker's. Every 13 s it renews the
 * 40 s lease and looks whether somebody else has appended an event behind `AttemptStarted` (resolved, deleted,
 * abandoned): either way the signal is aborted, and with it the connection is closed. Once it is stopped it aborts
 * nothing: by then the connection may serve the next job.
 * Progress is stored with the renewals. An attempt that has some after 3 s stores it then, by one renewal more: so it is
 * seen early, and a shorter attempt writes nothing for it.
 * The danger is a worker that froze: its timers fire late. So the lease is also checked against the monotonic clock,
 * and an attempt past its lease's end counts as lost even if nothing has been written about it.
 */

import type { Progress } from '../../domain/attempt/outcome.ts';
import { workerActor } from '../../domain/event/actors.ts';
import type { Envelope } from '../../domain/event/event.ts';
import { LEASE_MS, LEASE_RENEWAL_MS } from '../../domain/job/due.ts';
import type { WorkerPorts } from '../worker-ports.ts';

/** From then on an attempt's progress is worth a write of its own: one write and one read of 1 unit each, once a part. */
export const PROGRESS_AFTER_MS = 3_000;

export type Heartbeat = {
  readonly signal: AbortSignal;
  /** Whether the attempt may still act, by this worker's own clock. */
  alive(): boolean;
  /** Whether the lease, renewed if need be, lasts this long from now, ms. */
  outlasts(ms: number): Promise<boolean>;
  report(progress: Progress): void;
  /** Resolves when no beat is under way any more. */
  stop(): Promise<void>;
};

export type Attempt = {
  readonly jobId: string;
  /** Of its newest own event. A later event of somebody else means that the attempt has lost its job. */
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

  /** One beat at a time; who asks during one waits for it. */
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
      // The store did not answer: the lease runs on, the next beat tries again, and at its end the attempt stops.
      if (ports.monotonic() >= leaseEnd) abort('lease expired');
    }
  }

  function showEarly(): void {
    if (!isShown && progress !== null) void beat();
  }

  const timer = setInterval(() => void beat(), everyMs);
  const lasted = (): number => ports.monotonic() - attempt.leaseStart;
  // Timers count whole milliseconds and may fire a fraction too soon, so this one does not look at the clock again.
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
