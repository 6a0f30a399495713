import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { value } from '../command-line/options.ts';
import { oneOf, words } from '../command-line/values.ts';
import { age, count } from '../output/ages.ts';
import type { Line } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { STATUSES } from '../vocabulary.ts';

type Group = NonNullable<Schemas['JobStats']['groups']>['items'][number];

const GROUPS = { host: 'host', credential: 'credential_id', code: 'last_error_code', waiting: 'waiting_on' } as const;
const NAMES = ['host', 'credential', 'code', 'waiting'] as const;

const COLUMNS: readonly Column<Group>[] = [
  { title: 'KEY', value: ({ key }) => key, least: 20 },
  { title: 'JOBS', value: ({ total }) => count(total) },
  { title: 'FAILED', value: ({ by_status: by }) => count(by.failed ?? 0) },
  { title: 'RETRYING', value: ({ by_status: by }) => count(by.retrying ?? 0) },
  { title: 'QUEUED', value: ({ by_status: by }) => count(by.queued ?? 0) },
  { title: 'SINCE', value: ({ first_failed_at: at }) => age(at) },
];

/** What is due and does not start. The service examines at most 100 open jobs for it. */
function dueLines({ oldest_due_at: due, stalled, by_waiting_on: waits, open_coverage }: Schemas['JobStats']): Line[] {
  const atLeast = open_coverage.complete ? '' : 'at least ';
  const reasons = Object.entries(waits).map(([reason, jobs]) => `${reason} ${atLeast}${count(jobs)}`);
  return [
    ['stalled', stalled === 0 ? null : `${atLeast}${count(stalled)}`, 'red'],
    ['oldest due', due === null ? null : `${atLeast}${age(due)}`],
    ['waiting on', reasons.join(', ')],
  ];
}

export function jobStats(parent: Command, app: Application): void {
  const command = parent.command('stats').description('count jobs by status, and open and failed jobs by a group');
  const by = value(command, '--by <group>', NAMES.join(', '), oneOf(NAMES));
  const host = value(command, '--host <host>', 'only jobs on this mail server', words);
  app.does(command, async ({ client, out, account }) => {
    const named = by();
    const only = host();
    const { data } = await client.jobs.stats({
      account_id: await account(),
      ...(named === undefined ? {} : { group_by: GROUPS[named] }),
      ...(only === undefined ? {} : { host: [only] }),
    });
    out.thing(data, [
      ['jobs', count(data.total)],
      ...STATUSES.map((status) => [status, count(data.by_status[status])] as const),
      ...dueLines(data),
    ]);
    if (data.groups === null || out.isJson) return;
    out.say('');
    out.rows(data.groups.items, COLUMNS, 'No open or failed job.');
    if (!data.groups.coverage.complete)
      out.note(`Of the ${count(data.groups.coverage.examined)} newest open and failed jobs.`);
  });
}
