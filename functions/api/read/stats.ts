import * as z from 'zod';
import { accountCounterRow, COUNTER_SHARDS, hourCounterRow } from '../../domain/views/counters.ts';
import { hoursBetween, toStats } from '../../domain/views/stats.ts';
import { endpoint, noBody, noQuery } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { accountParams } from '../parameters.ts';
import type { ReadPorts } from './ports.ts';

/** Exact counts of the account's jobs: four counter rows, however many jobs there are. */
export const jobStats = ({ views }: ReadPorts) =>
  endpoint({
    operation: 'jobStats',
    params: accountParams,
    query: noQuery,
    body: noBody,
    async handle({ accountId }) {
      const shards = Array.from({ length: COUNTER_SHARDS }, (_, shard) => accountCounterRow(accountId, shard));
      return { status: 200, data: toStats((await views.counters(shards)).values()) };
    },
  });

const MOST_HOURS = 24 * 31;
const DAY_MS = 24 * 3_600_000;

const seriesQuery = z.strictObject({
  bucket: z.literal('1h').default('1h'),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});

/** Jobs by the hour they were made in, each with the status it has now. Without bounds the last 24 hours. */
export const jobStatsSeries = ({ views }: ReadPorts) =>
  endpoint({
    operation: 'jobStatsSeries',
    params: accountParams,
    query: seriesQuery,
    body: noBody,
    async handle({ accountId, query: { bucket, from, to }, now }) {
      const end = to === undefined ? now : Date.parse(to);
      const hours = hoursBetween(from === undefined ? end - DAY_MS : Date.parse(from), end);
      if (hours.length === 0 || hours.length > MOST_HOURS) {
        throw new Problem('invalid_request', {
          errors: [{ pointer: '?from', message: `must be before to, by at most ${MOST_HOURS} hours` }],
        });
      }
      const rows = await views.counters(hours.map((hour) => hourCounterRow(accountId, hour)));
      const points = hours.map((at) => {
        const row = rows.get(hourCounterRow(accountId, at));
        const { total, by_status } = toStats(row === undefined ? [] : [row]);
        return { at, total, by_status };
      });
      return { status: 200, data: { bucket, points } };
    },
  });
