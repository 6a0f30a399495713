import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { list, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { oneOf, timeOrAge, words } from '../command-line/values.ts';
import { fieldOf } from '../output/fields.ts';
import type { Column } from '../output/table.ts';
import { AUDIT_ACTIONS, AUDIT_SUBJECTS } from '../vocabulary.ts';
import { NO_HOST } from './failure-group-views.ts';
import { period } from './job-filters.ts';

/** The width of ids of all kinds but failure groups. */
const ID_WIDTH = 30;

const COLUMNS: readonly Column<Schemas['LogEntry']>[] = [
  { title: 'AT', value: ({ at }) => at.slice(5, 19).replace('T', ' ') },
  { title: 'ACTOR', value: ({ actor }) => actor.id, least: 6 },
  { title: 'ACTION', value: ({ action }) => action, least: 12 },
  { title: 'SUBJECT', value: subjectOf, least: ID_WIDTH },
  { title: 'REASON', value: ({ data }) => text(fieldOf(data, 'reason') ?? fieldOf(data, 'note')), least: 6 },
];

/**
 * The subject of an entry. The id of a failure group is too long, so it is shown as the code and host that commands
 * accept.
 */
function subjectOf({ subject, subject_id: id, data }: Schemas['LogEntry']): string {
  const code = text(fieldOf(data, 'code'));
  return subject === 'failure_group' && code !== null ? `${code} ${text(fieldOf(data, 'host')) ?? NO_HOST}` : id;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function audit(program: Command, app: Application): void {
  const command = program.command('audit').description('show who did what, the newest first');
  const subject = list(command, '--subject <kind>', AUDIT_SUBJECTS.join(', '), oneOf(AUDIT_SUBJECTS));
  const id = list(command, '--id <id>', 'of the resource that was changed', words);
  const action = list(command, '--action <action>', 'like job_deleted', oneOf(AUDIT_ACTIONS));
  const actor = list(command, '--actor <id>', 'who did it', words);
  const since = value(command, '--since <time>', 'after: 24h, or an instant', timeOrAge);
  const until = value(command, '--until <time>', 'before: 2h, or an instant', timeOrAge);
  const paged = pages(command);
  app.does(command, async ({ client, out, account }) => {
    const filter = {
      subject: subject(),
      subject_id: id(),
      action: action(),
      actor_id: actor(),
      at: period(since(), until()),
    };
    const found = client.audit.search.each({ account_id: await account(), body: { filter, limit: paged.pageSize() } });
    await paged.print(out, found, COLUMNS, 'No entry matches.');
  });
}
