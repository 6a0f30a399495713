/**
 * The capacity units that DynamoDB bills for a request, computed from the request and its reply by the rules of its
 * documentation. A strongly consistent read is one read unit per 4 KB, an eventually consistent one half of that. A
 * query is rounded up once for all its items, a batch get for each item (a missing item counts as the smallest). A
 * write is one write unit per KB and item, twice that in a transaction. Key-only indexes are counted by the caller.
 */
import { marshall } from '@aws-sdk/util-dynamodb';

export type Units = { readonly reads: number; readonly writes: number };

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;

/**
 * Bytes of an item as DynamoDB counts them: names and values in UTF-8, numbers by their digits, a few per container.
 */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  const marshalled = marshall(item, { removeUndefinedValues: true });
  return Object.entries(marshalled).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: object): number {
  const [[type, content] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return Math.ceil(String(content).replace(/[-.]/g, '').length / 2) + 1;
    case 'M':
      return Object.entries(Object(content)).reduce(
        (sum, [name, inner]) => sum + 1 + Buffer.byteLength(name) + valueBytes(Object(inner)),
        3,
      );
    case 'L':
      return Object.values(Object(content)).reduce((sum: number, inner) => sum + 1 + valueBytes(Object(inner)), 3);
    default:
      return 1;
  }
}

const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_BYTES)) * (consistent ? 1 : 0.5);

/** Read units of one query with these items. */
export function queryUnits(items: readonly Readonly<Record<string, unknown>>[], consistent: boolean): number {
  return readUnits(
    items.reduce((sum, item) => sum + itemBytes(item), 0),
    consistent,
  );
}

/** Read units of a batch get with `asked` keys that found these items. */
export function batchGetUnits(
  items: readonly Readonly<Record<string, unknown>>[],
  asked: number,
  consistent: boolean,
): number {
  const found = items.reduce((sum, item) => sum + readUnits(itemBytes(item), consistent), 0);
  return found + readUnits(0, consistent) * Math.max(0, asked - items.length);
}

/** Write units of one item. */
export function writeUnits(item: Readonly<Record<string, unknown>>, transaction: boolean): number {
  return Math.max(1, Math.ceil(itemBytes(item) / WRITE_BYTES)) * (transaction ? 2 : 1);
}
