import { workerActor } from '../../domain/event/actors.ts';
import { MUTATION_MARGIN_MS, MUTATION_MS } from '../../domain/job/due.ts';
import type { Job } from '../../domain/job/job.ts';
import type { MailboxFailure } from '../../ports/mailbox.ts';
import { jobEvent } from '../../streams/job-event.ts';
import type { ActionContext } from '../action.ts';
import type { ShareCut } from '../share-cut.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { deadlineExceeded } from './deadline-exceeded.ts';
import type { Attempt, Heartbeat } from './heartbeat.ts';

/** What an attempt may go by: its lease, and whether its account is within its share. */
export type AttemptGuard = Heartbeat & Pick<ShareCut, 'unbroken'>;

/**
 * What lets an attempt change a mailbox: its plan goes into the log before, at the version that the attempt owns, and
 * each command starts only while the lease is sure to outlast it.
 */
export function mutationOf(
  job: Job,
  attempt: Attempt,
  guard: AttemptGuard,
  ports: WorkerPorts,
): Pick<ActionContext, 'plan' | 'record' | 'mutate'> {
  return {
    plan: job.plan,
    async record(plan) {
      const by = { actor: workerActor(ports.workerId), at: ports.now() };
      const planned = jobEvent({ ...job, version: attempt.version }, { type: 'MutationPlanned', data: { plan } }, by);
      const appended = await ports.log.append([planned]);
      if (appended.kind === 'conflict') throw notOurs();
      attempt.version = planned.version;
    },
    async mutate(command) {
      if (!(await guard.outlasts(MUTATION_MS + MUTATION_MARGIN_MS))) throw notOurs();
      return guard.unbroken(command);
    },
  };
}

/** If the job is somebody else's by now, this outcome finds no place in its log. */
const notOurs = (): MailboxFailure => deadlineExceeded('The lease would not have outlasted the command.');
