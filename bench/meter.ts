import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batchGetUnits, queryUnits, writeUnits } from './capacity.ts';

/** The counts of a meter. */
export type Reading = {
  /** Requests by operation. */
  readonly requests: ReadonlyMap<string, number>;
  readonly readUnits: number;
  readonly writeUnits: number;
};

type Item = Readonly<Record<string, unknown>>;
const itemsOf = (value: unknown): readonly Item[] => (Array.isArray(value) ? value.map((item) => Object(item)) : []);

/** Counts every request of the client and its cost, without changes to the product. Index writes are not included. */
export function meter(client: DynamoDBDocumentClient) {
  let requests = new Map<string, number>();
  let readUnits = 0;
  let written = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = String(context.commandName).replace(/Command$/, '');
      requests.set(name, (requests.get(name) ?? 0) + 1);
      let output: unknown;
      try {
        const answer = await next(args);
        output = answer.output;
        return answer;
      } finally {
        // A write that failed by its condition is billed like a successful one.
        const cost = costOf(name, Object(args.input), Object(output));
        readUnits += cost.reads;
        written += cost.writes;
      }
    },
    { step: 'initialize', name: 'meter' },
  );
  return {
    /** Returns the counts since the last call. */
    read(): Reading {
      const reading = { requests, readUnits, writeUnits: written };
      requests = new Map();
      readUnits = 0;
      written = 0;
      return reading;
    },
  };
}

function costOf(name: string, input: Item, output: Item): { reads: number; writes: number } {
  switch (name) {
    case 'Query':
      return { reads: queryUnits(itemsOf(output.Items), input.ConsistentRead === true), writes: 0 };
    case 'GetItem':
      return {
        reads: batchGetUnits(output.Item === undefined ? [] : [Object(output.Item)], 1, input.ConsistentRead === true),
        writes: 0,
      };
    case 'BatchGetItem': {
      const [[table, asked] = ['', {}]] = Object.entries(Object(input.RequestItems));
      const { Keys, ConsistentRead } = Object(asked);
      const items = itemsOf(Object(output.Responses)[table]);
      return { reads: batchGetUnits(items, itemsOf(Keys).length, ConsistentRead === true), writes: 0 };
    }
    case 'PutItem':
      return { reads: 0, writes: writeUnits(Object(input.Item), false) };
    case 'TransactWriteItems':
      return { reads: 0, writes: itemsOf(input.TransactItems).reduce((sum, item) => sum + transactUnits(item), 0) };
    default:
      return { reads: 0, writes: name === 'UpdateItem' || name === 'DeleteItem' ? 1 : 0 };
  }
}

/** A counter row is small: one unit, twice for the transaction. */
function transactUnits({ Put }: Item): number {
  return Put === undefined ? 2 : writeUnits(Object(Object(Put).Item), true);
}
