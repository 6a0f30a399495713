import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import { pause } from '../../client/transport.ts';
import type { Application } from '../command-line/application.ts';
import { value } from '../command-line/options.ts';
import { durationFrom } from '../command-line/values.ts';
import { printable } from '../output/text.ts';
import { jobFilters } from './job-filters.ts';
import { shortAction } from './job-views.ts';

const INTERVAL_MS = 2_000;
/** A shorter pause would use up the account's requests of a minute. */
const INTERVAL = durationFrom(200, 3_600_000, 'from 200ms to 1h');
/** Views may show a change this much later, so each read begins this long before the newest known change. */
const OVERLAP_MS = 10_000;
const PAGE = 100;

export function jobWatch(parent: Command, app: Application): void {
  const command = parent
    .command('watch')
    .description('print each change of the jobs that match, from 10 seconds ago until Ctrl-C');
  const filters = jobFilters(command);
  const interval = value(command, '--interval <time>', 'the time between two reads (default 2s)', INTERVAL);
  app.does(command, async ({ client, out, account, signal }) => {
    const account_id = await account();
    /** What was printed of the jobs that the next read may find again. */
    const printed = new Map<string, Schemas['Job']>();
    // Only times of the service are compared, so the clock of this machine does not matter.
    let newest: string | null = null;
    let lastLook = performance.now();
    for (;;) {
      // Before the first change, only the age of the last read is known.
      const since = Math.ceil((OVERLAP_MS + performance.now() - lastLook) / 1_000);
      lastLook = performance.now();
      const from: string = newest === null ? `-${since}s` : new Date(Date.parse(newest) - OVERLAP_MS).toISOString();
      const body = { filter: { ...filters(), updated_at: { gte: from } }, limit: PAGE };
      const changed: Schemas['Job'][] = [];
      for await (const job of client.jobs.search.each({ account_id, body, signal })) changed.push(job);
      changed.sort((one, other) => one.updated_at.localeCompare(other.updated_at));
      for (const job of changed) {
        if ((printed.get(job.id)?.version ?? 0) >= job.version) continue;
        printed.set(job.id, job);
        if (newest === null || job.updated_at > newest) newest = job.updated_at;
        await out.each(job, lineOf(job));
      }
      const kept = newest === null ? 0 : Date.parse(newest) - 2 * OVERLAP_MS;
      for (const [id, job] of printed) if (Date.parse(job.updated_at) < kept) printed.delete(id);
      await pause(interval() ?? INTERVAL_MS, signal);
    }
  });
}

function lineOf({
  updated_at: at,
  id,
  status,
  action,
  last_error_code: code,
  waiting_on: wait,
}: Schemas['Job']): string {
  return printable(
    `${at.slice(11, 19)}  ${id}  ${status.padEnd(9)}  ${shortAction(action)}  ${code ?? wait ?? ''}`,
  ).trimEnd();
}
