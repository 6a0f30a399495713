import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ScanCycleStore } from '../../ports/scan-cycles.ts';
import { LEASES, SWEEP_ROW } from './tables.ts';

const KEY = { [LEASES.partitionKey]: SWEEP_ROW };
/** After this time without a write the sweeper starts again at the beginning. */
const KEEP_SECONDS = 86_400;
const rowSchema = z.object({
  laps: z.record(z.string(), z.object({ began: z.number(), before: z.number(), position: z.string().nullable() })),
});

/** One row of the leases table. Its key and attribute have the stored name `laps`. */
export function dynamoScanCycleStore(client: DynamoDBDocumentClient, table: string): ScanCycleStore {
  return {
    async read() {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: KEY }));
      return new Map(Item === undefined ? [] : Object.entries(rowSchema.parse(Item).laps));
    },

    async keep(cycles, now) {
      const ttl = Math.ceil(now / 1000) + KEEP_SECONDS;
      const Item = { ...KEY, laps: Object.fromEntries(cycles), [LEASES.ttl]: ttl };
      await client.send(new PutCommand({ TableName: table, Item }));
    },
  };
}
