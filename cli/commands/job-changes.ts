/** Commands on jobs that are named by their ids. */
import type { Command } from 'commander';
import { ApiProblem, type Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { flag, repeated, value } from '../command-line/options.ts';
import { futureTime, json, whole, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
import { SomeFailed } from '../errors.ts';
import { DELETED_FIELDS, JOB_FIELDS } from '../output/field-names.ts';
import type { Column } from '../output/table.ts';
import type { Session } from '../session.ts';
import { JOB_COLUMNS, jobLines } from './job-views.ts';

type Job = Schemas['Job'];

export function jobChanges(parent: Command, app: Application): void {
  const named = (name: string, description: string): Command =>
    parent.command(name).description(description).argument('<ids...>', 'job_…');
  const because = (command: Command, flags = '--reason <text>'): (() => string | undefined) =>
    value(command, flags, 'why; it is kept in the audit', words);

  const retry = named('retry', 'give failed and retrying jobs all their attempts again');
  const retryReason = because(retry);
  app.does(
    retry,
    (session, ids) =>
      changed(session, ids, (job_id) => session.client.jobs.retry({ job_id, body: { reason: retryReason() } })),
    JOB_FIELDS,
  );

  const trigger = named('trigger', 'start one attempt now, whatever the job waits for');
  const triggerReason = because(trigger);
  const repeat = flag(trigger, '--repeat-copy', 'also repeat a copy that has succeeded');
  app.does(
    trigger,
    (session, ids) =>
      changed(session, ids, (job_id) => {
        const body = { reason: triggerReason(), ...(repeat() ? { force: true } : {}) };
        return session.client.jobs.trigger({ job_id, body });
      }),
    JOB_FIELDS,
  );

  const cancel = named('cancel', 'stop jobs that have not ended');
  const cancelReason = because(cancel);
  app.does(
    cancel,
    (session, ids) =>
      changed(session, ids, (job_id) => session.client.jobs.cancel({ job_id, body: { reason: cancelReason() } })),
    JOB_FIELDS,
  );

  const resolve = named('resolve', 'say that jobs need no more work');
  const note = because(resolve, '--note <text>');
  app.does(
    resolve,
    (session, ids) =>
      changed(session, ids, (job_id) => session.client.jobs.resolve({ job_id, body: { note: note() } })),
    JOB_FIELDS,
  );

  const reopen = named('reopen', 'make resolved jobs failed again; nothing runs');
  const reopenReason = because(reopen);
  app.does(
    reopen,
    (session, ids) =>
      changed(session, ids, (job_id) => session.client.jobs.reopen({ job_id, body: { reason: reopenReason() } })),
    JOB_FIELDS,
  );

  deletion(named('delete', 'delete jobs for good'), app);
  update(parent, app);
}

function deletion(command: Command, app: Application): void {
  const reason = value(command, '--reason <text>', 'why; it is kept in the audit', words);
  const force = flag(command, '--force', 'also a running job');
  const yes = flag(command, '--yes', 'do not ask');
  app.does(
    command,
    async (session, ids) => {
      const what = ids.length === 1 ? `Delete the job ${ids[0]}` : `Delete ${ids.length} jobs`;
      await requireConsent({ what, isAgreed: yes(), deletions: ids.length });
      const why = reason();
      await each(
        session,
        ids,
        async (job_id) => {
          await session.client.jobs.delete({
            job_id,
            ...(why === undefined ? {} : { reason: why }),
            ...(force() ? { force: true } : {}),
          });
          return { id: job_id, deleted: true };
        },
        [{ title: 'DELETED', value: ({ id }) => id }],
      );
    },
    DELETED_FIELDS,
  );
}

function update(parent: Command, app: Application): void {
  const command = parent.command('update').description('change a job that waits or failed').argument('<id>', 'job_…');
  const priority = value(command, '--priority <n>', 'from -10 to 10', whole(-10, 10));
  const runAt = value(command, '--run-at <time>', 'not before: in 2h, or an instant', futureTime);
  const attempts = value(command, '--max-attempts <n>', 'instead of what the failure allows', whole(1, 100));
  const payload = value(command, '--payload <json>', 'JSON, or @file', json);
  const labels = repeated(command, '--label <label>', 'replaces the labels; may be repeated', words);
  app.does(
    command,
    async ({ client, out }, [job_id = '']) => {
      const body = {
        priority: priority(),
        run_at: runAt(),
        max_attempts: attempts(),
        payload: payload(),
        labels: labels(),
      };
      const { data } = await client.jobs.update({ job_id, body });
      out.thing(data, jobLines(data));
    },
    JOB_FIELDS,
  );
}

const changed = (
  session: Session,
  ids: readonly string[],
  change: (id: string) => Promise<{ readonly data: Job }>,
): Promise<void> => each(session, ids, async (id) => (await change(id)).data, JOB_COLUMNS);

/**
 * Sends one command after the other. If a job is refused, the other jobs are still changed. It stops if the service
 * does not answer, if a sign-in is needed, or if the user ends it. Changed jobs are printed in any case. Throws the
 * refusal itself if there is one job, SomeFailed if there are several.
 */
async function each<Row>(
  { out, signal }: Session,
  ids: readonly string[],
  change: (id: string) => Promise<Row>,
  columns: readonly Column<Row>[],
): Promise<void> {
  const after: Row[] = [];
  const failures: { id: string; error: unknown }[] = [];
  try {
    for (const id of ids) {
      try {
        after.push(await change(id));
      } catch (error) {
        const isRefusal = error instanceof ApiProblem && error.status !== 401;
        if (!isRefusal || signal.aborted || ids.length === 1) throw error;
        failures.push({ id, error });
      }
    }
  } finally {
    if (after.length > 0) out.rows(after, columns, '');
  }
  if (failures.length > 0) throw new SomeFailed(failures, ids.length);
}
