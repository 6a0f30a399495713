/** How bulk operations and their jobs look to people. */
import type { Schemas } from '../../client/index.ts';
import { age, count } from '../output/ages.ts';
import type { Line } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { bulkProgress } from '../progress.ts';

type Operation = Schemas['BulkOperation'];

export const OPERATION_COLUMNS: readonly Column<Operation>[] = [
  { title: 'OPERATION', value: ({ id }) => id },
  { title: 'ACTION', value: ({ action }) => action, least: 3 },
  { title: 'STATUS', value: ({ status }) => status, least: 4 },
  { title: 'DONE', value: ({ done }) => count(done) },
  { title: 'FAILED', value: ({ failed }) => count(failed) },
  { title: 'SKIPPED', value: ({ skipped }) => count(skipped) },
  { title: 'AGE', value: ({ created_at: at }) => age(at) },
];

export const ITEM_COLUMNS: readonly Column<Schemas['BulkItem']>[] = [
  { title: 'JOB', value: ({ job_id: id }) => id },
  { title: 'OUTCOME', value: ({ outcome }) => outcome },
  { title: 'CODE', value: ({ code }) => code, least: 8 },
  { title: 'DETAIL', value: ({ detail }) => detail, least: 10 },
];

export function bulkLines(operation: Operation): Line[] {
  return [
    ['operation', operation.id],
    ['action', operation.action],
    ['status', operation.aborting && operation.status === 'running' ? 'running, to be aborted' : operation.status],
    ['progress', operation.status === 'running' ? bulkProgress(operation) : null],
    ['done', count(operation.done)],
    ['skipped', count(operation.skipped)],
    ['failed', count(operation.failed)],
    ['reason', operation.reason],
    ['by', operation.by],
    ['created', operation.created_at],
    ['finished', operation.finished_at],
  ];
}
