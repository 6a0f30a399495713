import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { LEASE_MS } from '../../domain/job/due.ts';
import { type HostRecords, hostRecordsSchema } from '../../domain/sharing/silent-hosts.ts';
import type { LastUse, Slots } from '../../ports/slots.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { LEASES, SLOTS_PREFIX } from './tables.ts';

/** How long a row is kept after its last slot has expired; longer than any slot is held. */
const KEEP_SECONDS = 86_400;
/** How long a row with a last use is kept after it. */
const KEEP_USE_SECONDS = 400 * 86_400;

const usedRow = z.object({
  [LEASES.partitionKey]: z.string(),
  used: z.iso.datetime().optional(),
  synced: z.iso.datetime().optional(),
});

/** The last use in a row, by holder. An unreadable one counts as none. */
function lastUseIn(row: unknown): readonly (readonly [string, LastUse])[] {
  const { data } = usedRow.safeParse(row);
  if (data?.used === undefined && data?.synced === undefined) return [];
  const { id, used, synced } = data;
  const use = {
    ...(used === undefined ? {} : { lastUsedAt: used }),
    ...(synced === undefined ? {} : { lastSyncedAt: synced }),
  };
  return [[id.slice(SLOTS_PREFIX.length), use]];
}

/** An unreadable record counts as empty: the next timeouts are counted again. */
const hostsOf = (stored: unknown): HostRecords => hostRecordsSchema.safeParse(stored).data ?? {};

/**
 * All slots of a credential are attributes of one row of the leases table: `o<n>` is the owner, `u<n>` the expiry, `m`
 * the number of slots. `hosts` (version `hv`): the mail servers recorded beside them. `used` and `synced`: the last use.
 */
export function dynamoSlots(client: DynamoDBDocumentClient, table: string): Slots {
  const key = (holder: string) => ({ [LEASES.partitionKey]: `${SLOTS_PREFIX}${holder}` });
  const names = (slot: number) => ({ '#o': `o${slot}`, '#u': `u${slot}` });
  const ttlOf = (until: number): number => Math.ceil(until / 1000) + KEEP_SECONDS;

  const updated = (input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> =>
    conditional(() => client.send(new UpdateCommand({ TableName: table, ...input })));

  return {
    async take(holder, owner, most, now, until) {
      const Key = key(holder);
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      // A row with a last use has a later end already.
      const hasUse = lastUseIn(Item).length > 0;
      const free = Array.from({ length: most }, (_, slot) => slot).filter(
        (slot) => !(Number(Item?.[`u${slot}`]) > now),
      );
      for (const number of free) {
        const taken = await updated({
          Key,
          UpdateExpression: `SET #o = :owner, #u = :until, m = :most${hasUse ? '' : ', #ttl = :ttl'}`,
          // True for our own write, if the answer to a first try was lost.
          ConditionExpression: 'attribute_not_exists(#u) OR #u <= :now OR #o = :owner',
          ExpressionAttributeNames: { ...names(number), ...(hasUse ? {} : { '#ttl': LEASES.ttl }) },
          ExpressionAttributeValues: {
            ':owner': owner,
            ':until': until,
            ':now': now,
            ':most': most,
            ...(hasUse ? {} : { ':ttl': ttlOf(until) }),
          },
        });
        if (taken) return { holder, owner, number };
      }
      return null;
    },

    renew({ holder, owner, number }, now, until) {
      return updated({
        Key: key(holder),
        UpdateExpression: 'SET #u = :until',
        ConditionExpression: '#o = :owner AND #u > :now',
        ExpressionAttributeNames: names(number),
        ExpressionAttributeValues: { ':owner': owner, ':until': until, ':now': now },
      });
    },

    async fullUntil(holder, now) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: key(holder) }));
      const most = Number(Item?.m ?? 0);
      const ends = Array.from({ length: most }, (_, slot) => Number(Item?.[`u${slot}`] ?? 0)).filter(
        (end) => end > now,
      );
      return most > 0 && ends.length === most ? Math.min(...ends) : null;
    },

    async look(holder, now) {
      const { Item = {} } = await client.send(new GetCommand({ TableName: table, Key: key(holder) }));
      const held = Object.entries(Item).filter(([name, until]) => /^u\d+$/.test(name) && Number(until) > now);
      return { taken: held.length, hosts: hostsOf(Item.hosts) };
    },

    async hosts(holder) {
      const Key = key(holder);
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return { version: Number(Item?.hv ?? 0), hosts: hostsOf(Item?.hosts) };
    },

    keepHosts(holder, version, hosts, now) {
      return updated({
        Key: key(holder),
        UpdateExpression: 'SET hosts = :hosts, hv = :next, #ttl = :ttl',
        ConditionExpression: version === 0 ? 'attribute_not_exists(hv)' : 'hv = :version',
        ExpressionAttributeNames: { '#ttl': LEASES.ttl },
        ExpressionAttributeValues: {
          ':hosts': hosts,
          ':next': version + 1,
          ':ttl': ttlOf(now + LEASE_MS),
          ...(version === 0 ? {} : { ':version': version }),
        },
      });
    },

    async release({ holder, owner, number }, { lastUsedAt, lastSyncedAt } = {}) {
      const times = { used: lastUsedAt, synced: lastSyncedAt };
      const set = Object.entries(times).flatMap(([name, at]) => (at === undefined ? [] : [[name, at] as const]));
      const [latest] = set.map(([, at]) => Date.parse(at)).toSorted((one, other) => other - one);
      const kept = latest === undefined ? {} : { ':ttl': Math.ceil(latest / 1000) + KEEP_USE_SECONDS };
      const uses = set.map(([name]) => `${name} = :${name}, `).join('');
      await updated({
        Key: key(holder),
        UpdateExpression: `${latest === undefined ? '' : `SET ${uses}#ttl = :ttl `}REMOVE #o, #u`,
        ConditionExpression: '#o = :owner',
        ExpressionAttributeNames: { ...names(number), ...(latest === undefined ? {} : { '#ttl': LEASES.ttl }) },
        ExpressionAttributeValues: {
          ':owner': owner,
          ...Object.fromEntries(set.map(([name, at]) => [`:${name}`, at])),
          ...kept,
        },
      });
    },

    async lastUses(holders) {
      const rows = await batchGet(client, table, [...new Set(holders)].map(key), { consistent: false });
      return new Map(rows.flatMap(lastUseIn));
    },
  };
}
