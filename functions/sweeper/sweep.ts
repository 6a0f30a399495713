/**
 * The sweeper finds open work that is due and that no worker has. It reads the open index, which is eventually
 * consistent, and decides by the row. Each event is then appended at the version that the decision was made on. So of
 * two sweepers, or of a sweeper and a worker, exactly one wins. The work on one kind of partition of the index is a
 * duty; each duty has a file in `duties/`.
 *
 * One slow or broken entry must not stop the others. So all partitions are read in parallel (`walk.ts`), and entries
 * that fail are skipped and reported at the end.
 */

import {
  LISTENING,
  OPEN_JOB_KEYS,
  PENDING_DELIVERY_KEYS,
  PROBES,
  RUNNING_BULKS,
  SCHEDULED_TASK_KEYS,
} from '../domain/views/keys.ts';
import type { Backlog, Waiting } from '../ports/backlog.ts';
import type { ScanCycles } from '../ports/scan-cycles.ts';
import { pacedQueue } from '../queueing/paced-queue.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { rescue, sweepJobs } from './duties/open-jobs.ts';
import { makeLateJobs } from './duties/pending-deliveries.ts';
import { askForProbes } from './duties/probes.ts';
import { resumeBulks } from './duties/running-bulks.ts';
import { fireTasks } from './duties/scheduled-tasks.ts';
import { noteSilences } from './duties/silent-endpoints.ts';
import type { Rescue, Sweep, SweepPorts, SweepResult } from './sweep-ports.ts';
import { attempt, type Duty, type Failures, walkLately, walkOn } from './walk.ts';

const NAMED = 10;

/** Some entries failed. All others have been handled: see `result`. */
export class SweepFailed extends Error {
  readonly result: SweepResult;

  constructor(result: SweepResult, failures: Failures) {
    const [[, cause] = []] = failures;
    const some = [...failures.keys()].slice(0, NAMED);
    super(`the sweeper could not handle ${failures.size} entries, among them ${some.join(', ')}`, { cause });
    this.name = 'SweepFailed';
    this.result = result;
  }
}

const DUTIES: readonly Duty<Sweep>[] = [
  ...OPEN_JOB_KEYS.map((key) => ({ key, work: sweepJobs })),
  { key: RUNNING_BULKS, work: resumeBulks },
  { key: PROBES, work: askForProbes },
  { key: LISTENING, work: noteSilences },
  ...SCHEDULED_TASK_KEYS.map((key) => ({ key, work: fireTasks })),
  ...PENDING_DELIVERY_KEYS.map((key) => ({ key, work: makeLateJobs })),
];

/**
 * Runs one sweep and returns its counts. Throws SweepFailed, after all other entries have been handled, if some failed.
 */
export async function sweepOnce(ports: SweepPorts): Promise<SweepResult> {
  const result: SweepResult = {
    examined: 0,
    released: 0,
    resent: 0,
    rescued: 0,
    givenUp: 0,
    refused: 0,
    probed: 0,
    bulksResumed: 0,
    delivered: 0,
    silenced: 0,
    fired: 0,
    skipped: 0,
    suspended: 0,
    complete: true,
  };
  const failures: Failures = new Map();
  const soon: Rescue[] = [];
  const begun = { ...ports, result, failures };
  const waiting = await waitingIn(ports.backlog);
  const sweep: Sweep = { ...begun, queue: pacedQueue(ports.queue), waiting, soon };
  let cycles: ScanCycles = new Map();
  await attempt('scan cycles', sweep, async () => {
    cycles = await ports.cycles.read();
  });
  const now = ports.now();
  const walked = await Promise.all(
    DUTIES.map(async (duty) => {
      const cycle = walkOn(duty, now, cycles.get(duty.key) ?? null, sweep);
      await walkLately(duty, now, sweep);
      return [duty.key, await cycle] as const;
    }),
  );
  const next = new Map(walked.flatMap(([key, cycle]) => (cycle === null ? [] : [[key, cycle] as const])));
  if (cycles.size > 0 || next.size > 0) await attempt('scan cycles', sweep, () => ports.cycles.keep(next, now));
  for (const { job, at } of soon.sort((one, other) => one.at - other.at)) {
    await ports.wait(Math.max(0, at - ports.now()));
    await attempt(job.id, sweep, async () => {
      if (await rescue(job, sweep)) result.rescued += 1;
    });
  }
  if (failures.size > 0) throw new SweepFailed(result, failures);
  return result;
}

/**
 * The number of messages in the queues. If AWS does not report it, messages may be sent again too early, which is
 * harmless, so the sweep does not fail.
 */
async function waitingIn(backlog: Backlog): Promise<Waiting> {
  try {
    return await backlog.waiting();
  } catch (error) {
    logger.warn('waiting messages not counted', errorFields(error));
    return { work: 0, priority: 0 };
  }
}
