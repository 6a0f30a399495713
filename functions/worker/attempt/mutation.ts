import { workerActor } from '../../domain/event/actors.ts';
import { MUTATION_MARGIN_MS, MUTATION_MS } from '../../domain/job/due.ts';
import type { Job } from '../../domain/job/job.ts';
import type { MailboxFailure } from '../../ports/mailbox.ts';
import { appendOnce } from '../../streams/append-once.ts';
import { jobEvent } from '../../streams/job-event.ts';
import type { ActionContext } from '../action.ts';
import type { ShareCut } from '../share-cut.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { deadlineExceeded } from './deadline-exceeded.ts';
import type { Attempt, Heartbeat } from './heartbeat.ts';

/** Checks before a command: the attempt's lease, and the account's share of workers. */
export type AttemptGuard = Heartbeat & Pick<ShareCut, 'unbroken'>;

/**
 * How an attempt changes a mailbox. Its plan is appended to the log first, at the version that the attempt owns. Each
 * command starts only if the lease certainly lasts longer than the command.
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
      if (!(await appendOnce(ports.log, [planned]))) throw notOurs();
      attempt.version = planned.version;
    },
    async mutate(command) {
      if (!(await guard.outlasts(MUTATION_MS + MUTATION_MARGIN_MS))) throw notOurs();
      return guard.unbroken(command);
    },
  };
}

/** If another worker has the job, the log refuses this outcome. */
const notOurs = (): MailboxFailure => deadlineExceeded('The lease could have expired during the command.');
