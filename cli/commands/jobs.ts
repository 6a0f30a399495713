import type { Command } from 'commander';
import { pause } from '../../client/transport.ts';
import { type Application, group } from '../command-line/application.ts';
import { flag, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { oneOf } from '../command-line/values.ts';
import { FollowedWorkFailed } from '../errors.ts';
import { printable } from '../output/text.ts';
import { jobChanges } from './job-changes.ts';
import { jobFilters } from './job-filters.ts';
import { jobStats } from './job-stats.ts';
import { EVENT_COLUMNS, eventLine, JOB_COLUMNS, jobLines, whyLines } from './job-views.ts';
import { jobWatch } from './job-watch.ts';

const SORTS = ['-created_at', 'created_at', '-failed_at', 'failed_at', '-last_error_at', 'last_error_at'] as const;
/** The longest time for which the API lets a reply wait for a job. */
const WAIT_SECONDS = 20;
const LOOK_MS = 500;
const ENDED = ['succeeded', 'failed', 'resolved'];

export function jobs(program: Command, app: Application): void {
  const parent = group(program, 'jobs', 'find, read and change jobs');
  list(parent, app);
  get(parent, app);
  events(parent, app);
  jobStats(parent, app);
  jobWatch(parent, app);
  jobChanges(parent, app);
}

function list(parent: Command, app: Application): void {
  const command = parent
    .command('list')
    .alias('search')
    .description('list jobs, the newest first')
    .argument('[words...]', 'words to search for, like -q');
  const filters = jobFilters(command);
  const sort = value(command, '--sort <order>', 'like -created_at or -last_error_at', oneOf(SORTS));
  const paged = pages(command);
  app.does(command, async ({ client, out, account }, words) => {
    const filter = { ...filters(), ...(words.length === 0 ? {} : { q: words.join(' ') }) };
    const body = { filter, sort: sort() ?? '-created_at', limit: paged.pageSize() };
    const found = client.jobs.search.each({ account_id: await account(), body });
    await paged.print(out, found, JOB_COLUMNS, 'No job matches.');
  });
}

function get(parent: Command, app: Application): void {
  const command = parent.command('get').description('show one job').argument('<id>', 'job_…');
  const why = flag(command, '--why', 'also explain the last error, and what to do');
  app.does(command, async ({ client, out }, [id = '']) => {
    const { data: job } = await client.jobs.get({ job_id: id });
    if (!why()) return out.thing(job, jobLines(job));
    const failures = job.last_error_code === null ? [] : (await client.service.failures({})).data;
    const failure = failures.find(({ code }) => code === job.last_error_code) ?? null;
    out.thing({ ...job, failure }, [...jobLines(job), ...(failure === null ? [] : whyLines(failure))]);
  });
}

function events(parent: Command, app: Application): void {
  const command = parent.command('events').description('show what happened to a job').argument('<id>', 'job_…');
  const follow = flag(command, '-f, --follow', 'continue until the job has ended');
  app.does(command, async ({ client, out, signal }, [id = '']) => {
    let seen = 0;
    if (!follow()) {
      const all = [];
      for await (const event of client.jobs.events.each({ job_id: id })) all.push(event);
      return out.rows(all, EVENT_COLUMNS, 'No event.');
    }
    for (;;) {
      const { data: job } = await client.jobs.get({ job_id: id, signal });
      for await (const event of client.jobs.events.each({ job_id: id, signal })) {
        if (event.version <= seen) continue;
        seen = event.version;
        await out.each(event, printable(eventLine(event)));
      }
      if (job.status === 'failed') throw new FollowedWorkFailed(`The job failed (${job.last_error_code})`);
      if (ENDED.includes(job.status)) return;
      await client.jobs.get({ job_id: id, waitSeconds: WAIT_SECONDS, signal });
      // The service answers at once if too many requests of the account are waiting.
      await pause(LOOK_MS, signal);
    }
  });
}
