/**
 * The sweeper: finds open work whose time has come and that no worker has. It reads the open index (eventually
 * consistent), decides by the row, and then acts on the log alone: each event is appended at the version it was decided
 * on, so of two sweepers, or a sweeper and a worker, exactly one wins. What is looked for in a partition of the index is
 * a duty; each has a file in `duties/`.
 *
 * The danger is that one thing keeps it from all others. So all partitions are walked side by side (`walk.ts`), and what
 * cannot be handled is passed over and reported at the end.
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
import type { Laps } from '../ports/sweep-laps.ts';
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

/** Not everything could be handled. All else has been: `result` tells. */
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

/** One sweep. Throws SweepFailed, after everything else has been done, when single entries could not be handled. */
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
  let laps: Laps = new Map();
  await attempt('laps', sweep, async () => {
    laps = await ports.laps.read();
  });
  const now = ports.now();
  const walked = await Promise.all(
    DUTIES.map(async (duty) => {
      const lap = walkOn(duty, now, laps.get(duty.key) ?? null, sweep);
      await walkLately(duty, now, sweep);
      return [duty.key, await lap] as const;
    }),
  );
  const next = new Map(walked.flatMap(([key, lap]) => (lap === null ? [] : [[key, lap] as const])));
  if (laps.size > 0 || next.size > 0) await attempt('laps', sweep, () => ports.laps.keep(next, now));
  for (const { job, at } of soon.sort((one, other) => one.at - other.at)) {
    await ports.wait(Math.max(0, at - ports.now()));
    await attempt(job.id, sweep, async () => {
      if (await rescue(job, sweep)) result.rescued += 1;
    });
  }
  if (failures.size > 0) throw new SweepFailed(result, failures);
  return result;
}

/** Without these counts messages are sent again too early, which is harmless: it is no reason to report a failed sweep. */
async function waitingIn(backlog: Backlog): Promise<Waiting> {
  try {
    return await backlog.waiting();
  } catch (error) {
    logger.warn('waiting messages not counted', errorFields(error));
    return { work: 0, priority: 0 };
  }
}
