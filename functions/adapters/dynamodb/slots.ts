import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Slots } from '../../ports/slots.ts';
import { conditional } from './conditional.ts';
import { LEASES } from './tables.ts';

/** How long a row is kept after its last slot has ended. */
const KEEP_SECONDS = 86_400;

/** All slots of a credential are attributes of one row of the leases table: `o<n>` its owner, `u<n>` until when, `m` how many there are. */
export function dynamoSlots(client: DynamoDBDocumentClient, table: string): Slots {
  const key = (credentialId: string) => ({ [LEASES.partitionKey]: `slots#${credentialId}` });
  const names = (slot: number) => ({ '#o': `o${slot}`, '#u': `u${slot}` });
  const ttlOf = (until: number): number => Math.ceil(until / 1000) + KEEP_SECONDS;

  const updated = (input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> =>
    conditional(() => client.send(new UpdateCommand({ TableName: table, ...input })));

  return {
    async take(credentialId, owner, most, now, until) {
      const Key = key(credentialId);
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      const free = Array.from({ length: most }, (_, slot) => slot).filter(
        (slot) => !(Number(Item?.[`u${slot}`]) > now),
      );
      for (const number of free) {
        const taken = await updated({
          Key,
          UpdateExpression: 'SET #o = :owner, #u = :until, m = :most, #ttl = :ttl',
          // Our own, when the answer to a first try was lost.
          ConditionExpression: 'attribute_not_exists(#u) OR #u <= :now OR #o = :owner',
          ExpressionAttributeNames: { ...names(number), '#ttl': LEASES.ttl },
          ExpressionAttributeValues: {
            ':owner': owner,
            ':until': until,
            ':now': now,
            ':most': most,
            ':ttl': ttlOf(until),
          },
        });
        if (taken) return { credentialId, owner, number };
      }
      return null;
    },

    renew({ credentialId, owner, number }, now, until) {
      return updated({
        Key: key(credentialId),
        UpdateExpression: 'SET #u = :until, #ttl = :ttl',
        ConditionExpression: '#o = :owner AND #u > :now',
        ExpressionAttributeNames: { ...names(number), '#ttl': LEASES.ttl },
        ExpressionAttributeValues: { ':owner': owner, ':until': until, ':now': now, ':ttl': ttlOf(until) },
      });
    },

    async fullUntil(credentialId, now) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: key(credentialId) }));
      const most = Number(Item?.m ?? 0);
      const ends = Array.from({ length: most }, (_, slot) => Number(Item?.[`u${slot}`] ?? 0)).filter(
        (end) => end > now,
      );
      return most > 0 && ends.length === most ? Math.min(...ends) : null;
    },

    async taken(credentialId, now) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: key(credentialId) }));
      return Object.entries(Item ?? {}).filter(([name, until]) => /^u\d+$/.test(name) && Number(until) > now).length;
    },

    async release({ credentialId, owner, number }) {
      await updated({
        Key: key(credentialId),
        UpdateExpression: 'REMOVE #o, #u',
        ConditionExpression: '#o = :owner',
        ExpressionAttributeNames: names(number),
        ExpressionAttributeValues: { ':owner': owner },
      });
    },
  };
}
