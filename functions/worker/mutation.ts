import { workerActor } from '../domain/event/actors.ts';
import { MUTATION_MARGIN_MS, MUTATION_MS } from '../domain/job/due.ts';
import type { Job } from '../domain/job/job.ts';
import { jobEvent } from '../jobs/job-event.ts';
import { MailboxFailure } from '../ports/mailbox.ts';
import type { ActionContext } from './action.ts';
import type { Attempt, Heartbeat } from './heartbeat.ts';
import type { WorkerPorts } from './ports.ts';

/**
 * What lets an attempt change a mailbox: its plan goes into the log before, at the version that the attempt owns, and
 * each command starts only while the lease is sure to outlast it.
 */
export function mutationOf(
  job: Job,
  attempt: Attempt,
  heartbeat: Heartbeat,
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
      if (!(await heartbeat.outlasts(MUTATION_MS + MUTATION_MARGIN_MS))) throw notOurs();
      return command();
    },
  };
}

/** Nothing was sent. If the job is somebody else's by now, this outcome finds no place in its log. */
function notOurs(): MailboxFailure {
  return new MailboxFailure({
    code: 'deadline_exceeded',
    detail: 'The lease would not have outlasted the command.',
    retryAfterMs: null,
    outcomeUnknown: false,
  });
}
