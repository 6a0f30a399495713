import type { Command } from 'commander';
import type { Application } from '../command-line/application.ts';
import { flag, value } from '../command-line/options.ts';
import { words } from '../command-line/values.ts';
import { FollowedWorkFailed, UsageError } from '../errors.ts';
import { ACCEPTED_FIELDS, JOB_FIELDS } from '../output/field-names.ts';
import { jobProgress, progressLine } from '../progress.ts';
import { jobLines } from './job-views.ts';

export function sync(program: Command, app: Application): void {
  const command = program
    .command('sync')
    .description('sync the messages of a mailbox, and follow it to its end')
    .argument('<credential>', 'pc_…');
  const folder = value(command, '--folder <path>', 'only this folder', words);
  const full = flag(command, '--full', 'compare every message again');
  const mailboxes = flag(command, '--mailboxes', 'sync the list of folders instead');
  const noWait = flag(command, '--no-wait', 'do not follow it to its end');
  app.does(
    command,
    async ({ client, out, account, signal, remember }, [credential_id = '']) => {
      if (mailboxes() && (folder() !== undefined || full()))
        throw new UsageError('--mailboxes goes with neither --folder nor --full.');
      const account_id = await account();
      const { data: accepted } = mailboxes()
        ? await client.sync.mailboxes({ account_id, body: { credential_id } })
        : await client.sync.messages({ account_id, body: { credential_id, folder: folder(), full: full() } });
      const { job_id, task_id } = accepted;
      remember('job_id', job_id);
      if (noWait())
        return out.thing({ job_id, task_id }, [
          ['job', job_id],
          ['task', task_id],
        ]);
      const line = progressLine(out, app.isQuiet());
      const job = await client.jobs
        .waitFor(job_id, { signal, onProgress: (now) => line.show(jobProgress(now)) })
        .finally(() => line.end());
      out.thing(job, jobLines(job));
      if (job.status !== 'succeeded')
        throw new FollowedWorkFailed(`The sync ended as ${job.status} (${job.last_error_code})`);
    },
    () => (noWait() ? ACCEPTED_FIELDS : JOB_FIELDS),
  );
}
