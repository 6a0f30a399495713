import { Agent, createServer, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { listenOnLoopback } from '../local/http/listen.ts';
import { merged, type Rows, type Units } from './bill.ts';
import { rowsOf } from './leases-rows.ts';

const part = z.object({ CapacityUnits: z.number() });
const capacity = z.object({
  TableName: z.string(),
  CapacityUnits: z.number(),
  Table: part.optional(),
  GlobalSecondaryIndexes: z.record(z.string(), part).default({}),
});
const answerSchema = z.object({ ConsumedCapacity: z.union([capacity, z.array(capacity)]).optional() });
const askedSchema = z.looseObject({
  TableName: z.string().optional(),
  TransactItems: z.array(z.record(z.string(), z.object({ TableName: z.string() }))).optional(),
});
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

/**
 * An address in front of the engine that adds up the capacity each request consumed, by operation, table and index. A
 * write that failed by its condition counts as one unit (two in a transaction), because AWS bills it like a successful
 * one.
 */
export async function tapDynamoDb(engine: string) {
  let units: Units[] = [];
  let lastAt = performance.now();
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, answer) => {
    const [, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    const body = await buffer(incoming);
    const counted = WRITES.has(operation) || READS.has(operation);
    if (counted) lastAt = performance.now();
    const asked = counted
      ? Buffer.from(JSON.stringify({ ...JSON.parse(`${body}`), ReturnConsumedCapacity: 'INDEXES' }))
      : body;
    const { host: _, 'content-length': __, ...headers } = incoming.headers;
    const upstream = send(new URL(incoming.url ?? '/', engine), {
      method: incoming.method,
      agent,
      headers: { ...headers, 'content-length': asked.byteLength },
    });
    upstream.on('error', () => answer.destroy());
    upstream.on('response', async (reply) => {
      const text = await buffer(reply);
      answer.writeHead(reply.statusCode ?? 500, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
      if (!counted) return;
      units.push(
        ...(reply.statusCode === 200
          ? consumedBy(operation, answerSchema.parse(JSON.parse(`${text}`)), JSON.parse(`${asked}`))
          : refused(operation, JSON.parse(`${asked}`))),
      );
    });
    upstream.end(asked);
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  return {
    url,
    stop,
    /** Returns the milliseconds since the last read or write. */
    quietFor: (): number => performance.now() - lastAt,
    /** Returns the units since the last call. */
    read(): readonly Units[] {
      const reading = merged(units);
      units = [];
      return reading;
    },
  };
}

/** CDK ends logical ids with eight hexadecimal digits. */
const named = (table: string): string => table.replace(/[0-9A-F]{8}$/, '');

function unitsOf(
  operation: string,
  table: string,
  index: string | null,
  requests: number,
  value: number,
  rows: Rows | null,
): Units {
  const isWrite = WRITES.has(operation.replace(REFUSED, ''));
  const units = { reads: isWrite ? 0 : value, writes: isWrite ? value : 0 };
  return { operation, table: named(table), index, rows, requests, ...units };
}

function consumedBy(
  operation: string,
  { ConsumedCapacity }: z.output<typeof answerSchema>,
  asked: unknown,
): readonly Units[] {
  return [ConsumedCapacity ?? []].flat().flatMap(({ TableName, CapacityUnits, Table, GlobalSecondaryIndexes }, at) => {
    const indexes = Object.entries(GlobalSecondaryIndexes);
    const inIndexes = indexes.reduce((sum, [, each]) => sum + each.CapacityUnits, 0);
    const own = Table?.CapacityUnits ?? CapacityUnits - inIndexes;
    return [
      unitsOf(operation, TableName, null, at === 0 ? 1 : 0, own, rowsOf(named(TableName), asked)),
      ...indexes.map(([index, each]) => unitsOf(operation, TableName, index, 0, each.CapacityUnits, null)),
    ];
  });
}

const REFUSED = ' refused';

/** A transaction that was refused costs two units for each of its items. */
function refused(operation: string, asked: unknown): readonly Units[] {
  const { TableName = 'several', TransactItems } = askedSchema.parse(asked);
  const name = `${operation}${REFUSED}`;
  if (TransactItems === undefined) return [unitsOf(name, TableName, null, 1, 1, rowsOf(named(TableName), asked))];
  return TransactItems.flatMap((item, at) =>
    Object.values(item).map(({ TableName: table }) => unitsOf(name, table, null, at === 0 ? 1 : 0, 2, null)),
  );
}
