import { createHash } from 'node:crypto';

/** Shards of one stream. A shard holds the partition keys whose hash leaves `remainder` when divided by `modulus`. */
export type Shard = {
  readonly modulus: number;
  readonly remainder: number;
  readonly parent: string | null;
  /**
   * Sequence numbers: the shard begins after `after` and ends with `until`. Null: it begins with the stream, and is
   * open.
   */
  readonly after: string | null;
  readonly until: string | null;
};

/** The name of a shard, from its share of the keys. */
export const shardName = ({ modulus, remainder }: Pick<Shard, 'modulus' | 'remainder'>): string =>
  `${remainder}of${modulus}`;

/** Which of `count` shards holds the records of an item with this partition key. */
export function shardOf(partitionKey: string, count: number): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE() % count;
}

/** The shards that a stream begins with. */
export const firstShards = (count: number): readonly Shard[] =>
  Array.from({ length: count }, (_, remainder) => ({
    modulus: count,
    remainder,
    parent: null,
    after: null,
    until: null,
  }));

/** Closes a shard at this sequence number; two new ones continue, each with half of its keys. */
export function split(shards: readonly Shard[], name: string, sequence: string): readonly Shard[] {
  const parent = shards.find((shard) => shardName(shard) === name);
  if (parent === undefined || parent.until !== null) throw new Error(`no shard ${name} is open`);
  const modulus = 2 * parent.modulus;
  const child = { modulus, parent: name, after: sequence, until: null };
  return [
    ...shards.map((shard) => (shard === parent ? { ...parent, until: sequence } : shard)),
    { ...child, remainder: parent.remainder },
    { ...child, remainder: parent.remainder + parent.modulus },
  ];
}

/** Whether a shard holds the record with this partition key and sequence number. */
export function isIn({ modulus, remainder, after, until }: Shard, partitionKey: string, sequence: string): boolean {
  return (
    shardOf(partitionKey, modulus) === remainder &&
    (after === null || BigInt(sequence) > BigInt(after)) &&
    !isPast(until, sequence)
  );
}

/** Whether a sequence number comes after the one that a shard closed with. */
export const isPast = (until: string | null, sequence: string): boolean =>
  until !== null && BigInt(sequence) > BigInt(until);
