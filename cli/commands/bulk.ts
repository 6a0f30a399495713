import type { Command } from 'commander';
import { type Application, group } from '../command-line/application.ts';
import { flag, list, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { oneOf, words } from '../command-line/values.ts';
import { BULK_FIELDS } from '../output/field-names.ts';
import { BULK_STATUSES } from '../vocabulary.ts';
import { bulkChange } from './bulk-change.ts';
import { bulkLines, ITEM_COLUMNS, OPERATION_COLUMNS } from './bulk-views.ts';

export function bulk(program: Command, app: Application): void {
  const parent = group(program, 'bulk', 'change many jobs, and follow such operations');
  bulkChange(parent, app, 'retry', 'retry all jobs that match');
  bulkChange(parent, app, 'resolve', 'resolve all jobs that match');
  bulkChange(parent, app, 'trigger', 'start an attempt of all jobs that match');
  bulkChange(parent, app, 'cancel', 'cancel all jobs that match');
  bulkChange(parent, app, 'delete', 'delete all jobs that match, for good');

  const all = parent.command('list').description('list bulk operations, the newest first');
  const status = list(all, '--status <status>', BULK_STATUSES.join(', '), oneOf(BULK_STATUSES));
  const paged = pages(all);
  app.does(all, async ({ client, out, account }) => {
    const only = status();
    const query = { account_id: await account(), limit: paged.pageSize() };
    const found = client.bulk.list.each({ ...query, ...(only === undefined ? {} : { status: only }) });
    await paged.print(out, found, OPERATION_COLUMNS, 'No bulk operation.');
  });
  get(parent, app);

  const abort = parent.command('abort').description('stop a bulk operation').argument('<id>', 'blk_…');
  const reason = value(abort, '--reason <text>', 'why; it is kept in the audit', words);
  app.does(
    abort,
    async ({ client, out }, [bulk_id = '']) => {
      const { data } = await client.bulk.abort({ bulk_id, body: { reason: reason() } });
      out.thing(data, bulkLines(data));
    },
    BULK_FIELDS,
  );
}

function get(parent: Command, app: Application): void {
  const command = parent.command('get').description('show one operation, or its jobs').argument('<id>', 'blk_…');
  const outcomes = ['done', 'skipped', 'failed'] as const;
  const outcome = list(command, '--outcome <outcome>', 'only such jobs: done, skipped, failed', oneOf(outcomes));
  const items = flag(command, '--items', 'its jobs, each with its outcome');
  const paged = pages(command);
  app.does(command, async ({ client, out }, [bulk_id = '']) => {
    if (!items() && outcome() === undefined) {
      const { data } = await client.bulk.get({ bulk_id });
      return out.thing(data, bulkLines(data));
    }
    const only = outcome();
    const limit = paged.pageSize();
    const found = client.bulk.items.each({ bulk_id, limit, ...(only === undefined ? {} : { outcome: only }) });
    await paged.print(out, found, ITEM_COLUMNS, 'No such job.');
  });
}
