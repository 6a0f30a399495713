/** Commands on jobs that are named by their ids. */
import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { flag, repeated, value } from '../command-line/options.ts';
import { futureTime, json, whole, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
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
  app.does(retry, (session, ids) =>
    changed(session, ids, (job_id) => session.client.jobs.retry({ job_id, body: { reason: retryReason() } })),
  );

  const trigger = named('trigger', 'start one attempt now, whatever the job waits for');
  const triggerReason = because(trigger);
  const repeat = flag(trigger, '--repeat-copy', 'also repeat a copy that has succeeded');
  app.does(trigger, (session, ids) =>
    changed(session, ids, (job_id) => {
      const body = { reason: triggerReason(), ...(repeat() ? { force: true } : {}) };
      return session.client.jobs.trigger({ job_id, body });
    }),
  );

  const cancel = named('cancel', 'stop jobs that have not ended');
  const cancelReason = because(cancel);
  app.does(cancel, (session, ids) =>
    changed(session, ids, (job_id) => session.client.jobs.cancel({ job_id, body: { reason: cancelReason() } })),
  );

  const resolve = named('resolve', 'say that jobs need no more work');
  const note = because(resolve, '--note <text>');
  app.does(resolve, (session, ids) =>
    changed(session, ids, (job_id) => session.client.jobs.resolve({ job_id, body: { note: note() } })),
  );

  const reopen = named('reopen', 'make resolved jobs failed again; nothing runs');
  const reopenReason = because(reopen);
  app.does(reopen, (session, ids) =>
    changed(session, ids, (job_id) => session.client.jobs.reopen({ job_id, body: { reason: reopenReason() } })),
  );

  deletion(named('delete', 'delete jobs for good'), app);
  update(parent, app);
}

function deletion(command: Command, app: Application): void {
  const reason = value(command, '--reason <text>', 'why; it is kept in the audit', words);
  const force = flag(command, '--force', 'also a running job');
  const yes = flag(command, '--yes', 'do not ask');
  app.does(command, async ({ client, out }, ids) => {
    const what = ids.length === 1 ? `Delete the job ${ids[0]}` : `Delete ${ids.length} jobs`;
    await requireConsent({ what, isAgreed: yes(), deletions: ids.length });
    const why = reason();
    for (const job_id of ids)
      await client.jobs.delete({
        job_id,
        ...(why === undefined ? {} : { reason: why }),
        ...(force() ? { force: true } : {}),
      });
    out.rows(
      ids.map((id) => ({ id, deleted: true })),
      [{ title: 'DELETED', value: ({ id }) => id }],
      '',
    );
  });
}

function update(parent: Command, app: Application): void {
  const command = parent.command('update').description('change a job that waits or failed').argument('<id>', 'job_…');
  const priority = value(command, '--priority <n>', 'from -10 to 10', whole(-10, 10));
  const runAt = value(command, '--run-at <time>', 'not before: in 2h, or an instant', futureTime);
  const attempts = value(command, '--max-attempts <n>', 'instead of what the failure allows', whole(1, 100));
  const payload = value(command, '--payload <json>', 'JSON, or @file', json);
  const labels = repeated(command, '--label <label>', 'replaces the labels; may be repeated', words);
  app.does(command, async ({ client, out }, [job_id = '']) => {
    const body = {
      priority: priority(),
      run_at: runAt(),
      max_attempts: attempts(),
      payload: payload(),
      labels: labels(),
    };
    const { data } = await client.jobs.update({ job_id, body });
    out.thing(data, jobLines(data));
  });
}

/** One command after the other. A refusal ends it; jobs before it stay changed, and are printed. */
async function changed(
  { out }: Session,
  ids: readonly string[],
  change: (id: string) => Promise<{ readonly data: Job }>,
): Promise<void> {
  const after: Job[] = [];
  try {
    for (const id of ids) after.push((await change(id)).data);
  } finally {
    if (after.length > 0) out.rows(after, JOB_COLUMNS, '');
  }
}
