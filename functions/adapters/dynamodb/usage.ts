import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { countUse, HOUR_MS, usesSchema } from '../../domain/limits/window.ts';
import type { Usage } from '../../ports/usage.ts';
import { conditional } from './conditional.ts';
import { pauseWithJitter } from './pause.ts';
import { LEASES, USAGE_PREFIX } from './tables.ts';

const TRIES = 50;
/** The exponent of the pause stops growing here. */
const MAX_PAUSE_EXPONENT = 4;

const rowSchema = z.object({ uses: usesSchema, n: z.int() });

/**
 * One row of the leases table per key, with the times of the last hour. It is written only if the row has not changed
 * since it was read.
 */
export function dynamoUsage(client: DynamoDBDocumentClient, table: string): Usage {
  return {
    async count(key, group, limits, now) {
      const Key = { [LEASES.partitionKey]: `${USAGE_PREFIX}${key}` };
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
        const { uses, n } = Item === undefined ? { uses: [], n: 0 } : rowSchema.parse(Item);
        const decision = countUse(uses, group, limits, now);
        if (decision.kind === 'refused') return decision;
        const update = new UpdateCommand({
          TableName: table,
          Key,
          UpdateExpression: 'SET uses = :uses, n = :next, #ttl = :ttl',
          ConditionExpression: n === 0 ? 'attribute_not_exists(n)' : 'n = :n',
          ExpressionAttributeNames: { '#ttl': LEASES.ttl },
          ExpressionAttributeValues: {
            ':uses': decision.uses,
            ':next': n + 1,
            ':ttl': Math.ceil((now + HOUR_MS) / 1000),
            ...(n === 0 ? {} : { ':n': n }),
          },
        });
        if (await conditional(() => client.send(update))) return null;
        await pauseWithJitter(Math.min(attempt, MAX_PAUSE_EXPONENT));
      }
      throw new Error(`a row of uses stays in conflict after ${TRIES} tries`);
    },
  };
}
