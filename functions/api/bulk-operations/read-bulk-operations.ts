import * as z from 'zod';
import { type BulkResult, bulkEventSchema } from '../../domain/bulk/events.ts';
import { within } from '../../domain/search/values.ts';
import { BULK_PROJECTION } from '../../domain/views/bulk-view.ts';
import { bulksOf } from '../../domain/views/keys.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openIndexPosition, openPosition, sealIndexPosition, sealPosition } from '../../http/positions.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import type { ReadPorts } from '../read-ports.ts';
import { getBulkOperationContract, listBulkItemsContract, listBulkOperationsContract } from './contracts.ts';
import { ownBulk } from './own-bulk.ts';
import { toBulkItem, toBulkResource } from './resource.ts';

/** Lists the account's bulk operations, newest first. */
export const listBulkOperations = ({ views, cursors }: ReadPorts) =>
  endpoint(listBulkOperationsContract, async ({ accountId, query: { limit, cursor, offset, ...filter }, now }) => {
    const binding = { account: accountId, operation: 'listBulkOperations', filter };
    const after = await openIndexPosition(cursors, cursor, binding);
    const partition = { index: 'account', key: bulksOf(accountId) } as const;
    const page = await pageOfViews(views, partition, { limit, offset, after }, (row) => {
      const bulk = BULK_PROJECTION.fromRow(row);
      return bulk?.account_id === accountId && within(filter.status, bulk.status) ? bulk : null;
    });
    return {
      status: 200,
      data: page.items.map((bulk) => toBulkResource(bulk, now)),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });

/** Gets one operation, with its present state in the log. */
export const getBulkOperation = (ports: ReadPorts) =>
  endpoint(getBulkOperationContract, async ({ accounts, params, now }) => {
    const bulk = await ownBulk(ports.log, params.bulk_id, accounts);
    return { status: 200, data: toBulkResource(bulk, now), etag: bulk.version };
  });

/**
 * A position in the results: the version of the event that holds them, and how many of its results were already listed.
 */
const itemPosition = z.strictObject({ version: z.int(), told: z.int() });
const EVENTS_AT_ONCE = 20;
const MAX_EVENTS = 60;

/** Lists the result of each job, in the order of execution. Reads a bounded number of chunks beyond the offset. */
export const listBulkItems = (ports: ReadPorts) =>
  endpoint(listBulkItemsContract, async ({ accounts, params, query: { limit, cursor, offset, outcome } }) => {
    const { log, cursors } = ports;
    const bulk = await ownBulk(ports.log, params.bulk_id, accounts);
    const binding = { account: bulk.account_id, operation: 'listBulkItems', filter: { ...params, outcome } };
    const start = (await openPosition(cursors, cursor, binding, itemPosition)) ?? { version: 0, told: 0 };
    const items: BulkResult[] = [];
    let skip = offset;
    let position = start;
    let looked = 0;
    let ended = false;
    while (!ended && items.length < limit && looked < MAX_EVENTS) {
      const events = await log.read(bulk.id, position.version, EVENTS_AT_ONCE);
      ended = events.length < EVENTS_AT_ONCE;
      for (const event of events) {
        if (skip === 0) looked += 1;
        const results = resultsOf(event);
        let listed = position.told;
        for (const result of results.slice(listed)) {
          if (items.length >= limit) break;
          listed += 1;
          if (outcome !== undefined && !outcome.includes(result.outcome)) continue;
          if (skip > 0) skip -= 1;
          else items.push(result);
        }
        if (listed < results.length) {
          position = { version: event.version - 1, told: listed };
          ended = false;
          break;
        }
        position = { version: event.version, told: 0 };
      }
    }
    return {
      status: 200,
      data: items.map(toBulkItem),
      page: { limit, next_cursor: await sealPosition(cursors, ended ? null : position, binding) },
    };
  });

function resultsOf(event: { readonly type: string; readonly data: unknown }): readonly BulkResult[] {
  if (event.type !== 'BulkChunkApplied') return [];
  const parsed = bulkEventSchema.parse(event);
  return parsed.type === 'BulkChunkApplied' ? parsed.data.results : [];
}
