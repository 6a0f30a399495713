import { byOwner } from '../domain/views/keys.ts';
import { DELIVERY_PROJECTION } from '../domain/views/webhook-views.ts';
import type { WebhookEndpoint } from '../domain/webhook/endpoint.ts';
import type { IndexEntry, Views } from '../ports/views.ts';
import { indexChunks } from '../queries/index-chunks.ts';

const DAY_MS = 24 * 3_600_000;
/** Counted entries of each kind: only their keys are read. */
const MAX_COUNTED = 1_000;

export type DeliveryCounts = {
  /** Verified deliveries of the provider, each event once. Samples that the service sent itself are not counted. */
  readonly verified: number;
  /** Samples of refused requests: the first of each reason in ten minutes. */
  readonly refused: number;
  /** False: there are more than were counted. */
  readonly exact: boolean;
};

/** The deliveries to an endpoint in the 24 hours before `now` (ms). Usually less than a second behind. */
export async function countDeliveries(
  views: Views,
  { account_id: accountId, id }: WebhookEndpoint,
  now: number,
): Promise<DeliveryCounts> {
  const range = { newestFirst: true, above: new Date(now - DAY_MS).toISOString(), below: null };
  const newest = (index: 'task' | 'credential') =>
    indexChunks(views, [{ index, key: byOwner(accountId, id) }], range, MAX_COUNTED + 1)(MAX_COUNTED);
  const [all, verified] = await Promise.all([newest('task'), newest('credential')]);
  const known = new Set(verified.chunk.map((entry) => entry.id));
  const others = all.chunk.filter((entry) => !known.has(entry.id));
  return {
    verified: verified.chunk.length,
    refused: await refusedAmong(views, others),
    exact: all.last && verified.last,
  };
}

/**
 * The number of refused deliveries. The others are samples of our own, or verified deliveries that only one of the two
 * indexes shows yet.
 */
async function refusedAmong(views: Pick<Views, 'get'>, entries: readonly IndexEntry[]): Promise<number> {
  const rows = await views.get(
    entries.map(({ id }) => id),
    { consistent: false },
  );
  return [...rows.values()].filter((row) => DELIVERY_PROJECTION.fromRow(row)?.verified === false).length;
}
