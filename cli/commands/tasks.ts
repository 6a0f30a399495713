import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import { type Application, group } from '../command-line/application.ts';
import { flag, list, repeated, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { json, oneOf, whole, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
import { UsageError } from '../errors.ts';
import { age } from '../output/ages.ts';
import { DELETED_FIELDS, JOB_FIELDS, TASK_FIELDS } from '../output/field-names.ts';
import { asText } from '../output/fields.ts';
import type { Line } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { ACTIONS } from '../vocabulary.ts';
import { jobLines, shortAction } from './job-views.ts';

type Task = Schemas['Task'];

const TASK_STATUSES = ['idle', 'active', 'succeeded', 'failed', 'suspended'] as const;

const COLUMNS: readonly Column<Task>[] = [
  { title: 'TASK', value: ({ id }) => id },
  { title: 'STATUS', value: ({ status, paused }) => (paused === null ? status : 'paused') },
  { title: 'TYPE', value: ({ task_type: type }) => shortAction(type), least: 8 },
  { title: 'SCHEDULE', value: (task) => scheduleOf(task), least: 6 },
  { title: 'AGE', value: ({ created_at: at }) => age(at) },
];

function scheduleOf({ schedule }: Task): string | null {
  if (schedule === null) return null;
  return 'every' in schedule ? `every ${schedule.every}` : `${schedule.cron} ${schedule.time_zone}`;
}

function lines(task: Task): Line[] {
  return [
    ['task', task.id],
    ['type', task.task_type],
    ['status', task.status],
    ['credential', task.target_credential_id],
    ['payload', asText(task.payload)],
    ['priority', task.priority],
    ['labels', task.labels.join(', ')],
    ['schedule', scheduleOf(task)],
    ['next runs', task.next_runs.join(', ')],
    ['paused', task.paused === null ? null : `since ${task.paused.at}: ${task.paused.reason ?? ''}`],
    ['suspended', task.suspended === null ? null : `since ${task.suspended.at}: ${task.suspended.code}`],
    ['last job', task.last_job_id],
    ['created', task.created_at],
    ['version', task.version],
  ];
}

export function tasks(program: Command, app: Application): void {
  const parent = group(program, 'tasks', 'what to do on a mailbox, at once or on a schedule');
  listing(parent, app);
  const get = parent.command('get').description('show one task').argument('<id>', 'tsk_…');
  app.does(get, async ({ client, out }, [task_id = '']) => {
    const { data } = await client.tasks.get({ task_id });
    out.thing(data, lines(data));
  });
  create(parent, app);
  update(parent, app);
  deletion(parent, app);

  for (const [name, description] of [
    ['pause', 'keep the schedule from making jobs'],
    ['resume', 'let the schedule make jobs again'],
  ] as const) {
    const command = parent.command(name).description(description).argument('<id>', 'tsk_…');
    const reason = value(command, '--reason <text>', 'why; it is kept in the audit', words);
    app.does(
      command,
      async ({ client, out }, [task_id = '']) => {
        const { data } = await client.tasks[name]({ task_id, body: { reason: reason() } });
        out.thing(data, lines(data));
      },
      TASK_FIELDS,
    );
  }
  const trigger = parent.command('trigger').description('make a job now').argument('<id>', 'tsk_…');
  const reason = value(trigger, '--reason <text>', 'why; it is kept in the audit', words);
  app.does(
    trigger,
    async ({ client, out }, [task_id = '']) => {
      const { data } = await client.tasks.trigger({ task_id, body: { reason: reason() } });
      out.thing(data, jobLines(data));
    },
    JOB_FIELDS,
  );
}

function listing(parent: Command, app: Application): void {
  const command = parent.command('list').description('list tasks, the newest first');
  const status = list(command, '--status <status>', TASK_STATUSES.join(', '), oneOf(TASK_STATUSES));
  const type = list(command, '--type <action>', 'like sync_messages', oneOf(ACTIONS, 'imap_'));
  const credential = list(command, '--credential <id>', 'pc_…', words);
  const label = repeated(command, '--label <label>', 'one of these labels; may be repeated', words);
  const scheduled = flag(command, '--scheduled', 'only those with a schedule');
  const paged = pages(command);
  app.does(command, async ({ client, out, account }) => {
    const filter = {
      status: status(),
      task_type: type(),
      target_credential_id: credential(),
      label: label(),
      scheduled: scheduled() ? true : undefined,
    };
    const body = { filter, limit: paged.pageSize() };
    await paged.print(
      out,
      client.tasks.search.each({ account_id: await account(), body }),
      COLUMNS,
      'No task matches.',
    );
  });
}

type Schedule = { every: string } | { cron: string; time_zone?: string };

/** `--every` and `--cron`; undefined if neither is given. */
function scheduleOptions(command: Command): () => Schedule | undefined {
  const every = value(command, '--every <time>', 'a job at this interval, like 5m', words);
  const cron = value(command, '--cron <expression>', "jobs at these times, like '0 9 * * 1-5'", words);
  const zone = value(command, '--time-zone <name>', 'of --cron, like Europe/Berlin', words);
  return () => {
    const [interval, expression, time_zone] = [every(), cron(), zone()];
    if (interval !== undefined && expression !== undefined) throw new UsageError('Give either --every or --cron.');
    if (interval !== undefined) return { every: interval };
    if (expression === undefined) return undefined;
    return { cron: expression, ...(time_zone === undefined ? {} : { time_zone }) };
  };
}

function create(parent: Command, app: Application): void {
  const command = parent
    .command('create')
    .description('create a task')
    .argument('<type>', 'what its jobs do, like sync_messages')
    .argument('<credential>', 'the mailbox, pc_…');
  const payload = value(command, '--payload <json>', 'JSON, or @file', json);
  const priority = value(command, '--priority <n>', 'from -10 to 10', whole(-10, 10));
  const labels = repeated(command, '--label <label>', 'may be repeated', words);
  const schedule = scheduleOptions(command);
  app.does(
    command,
    async ({ client, out, account }, [type = '', credential = '']) => {
      const body = {
        task_type: oneOf(ACTIONS, 'imap_')(type),
        target_credential_id: credential,
        payload: payload(),
        priority: priority(),
        labels: labels(),
        schedule: schedule(),
      };
      const { data } = await client.tasks.create({ account_id: await account(), body });
      out.thing(data, lines(data));
    },
    TASK_FIELDS,
  );
}

function update(parent: Command, app: Application): void {
  const command = parent.command('update').description('change a task').argument('<id>', 'tsk_…');
  const payload = value(command, '--payload <json>', 'JSON, or @file', json);
  const priority = value(command, '--priority <n>', 'from -10 to 10', whole(-10, 10));
  const labels = repeated(command, '--label <label>', 'replaces the labels; may be repeated', words);
  const schedule = scheduleOptions(command);
  const none = flag(command, '--no-schedule', 'only when it is triggered');
  app.does(
    command,
    async ({ client, out }, [task_id = '']) => {
      const body = {
        payload: payload(),
        priority: priority(),
        labels: labels(),
        schedule: none() ? null : schedule(),
      };
      const { data } = await client.tasks.update({ task_id, body });
      out.thing(data, lines(data));
    },
    TASK_FIELDS,
  );
}

function deletion(parent: Command, app: Application): void {
  const command = parent.command('delete').description('delete a task; its jobs stay').argument('<id>', 'tsk_…');
  const reason = value(command, '--reason <text>', 'why; it is kept in the audit', words);
  const yes = flag(command, '--yes', 'do not ask');
  app.does(
    command,
    async ({ client, out }, [task_id = '']) => {
      await requireConsent({ what: `Delete the task ${task_id}`, isAgreed: yes(), deletions: 1 });
      const why = reason();
      await client.tasks.delete({ task_id, ...(why === undefined ? {} : { reason: why }) });
      out.thing({ id: task_id, deleted: true }, [['deleted', task_id]]);
    },
    DELETED_FIELDS,
  );
}
