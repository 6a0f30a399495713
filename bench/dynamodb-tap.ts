import { Agent, createServer, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { listenOnLoopback } from '../local/http/listen.ts';

/** The consumed capacity of all requests. */
export type Consumed = { requests: number; readUnits: number; writeUnits: number };

const capacity = z.object({ CapacityUnits: z.number() });
const answerSchema = z.object({ ConsumedCapacity: z.union([capacity, z.array(capacity)]).optional() });
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

/**
 * An address in front of the engine that adds up the capacity each request consumed, with indexes. A write that failed
 * by its condition counts as at least one unit, because AWS bills it like a successful one.
 */
export async function tapDynamoDb(engine: string) {
  let consumed: Consumed = { requests: 0, readUnits: 0, writeUnits: 0 };
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, answer) => {
    const [, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    const isWrite = WRITES.has(operation);
    const body = await buffer(incoming);
    const counted = isWrite || READS.has(operation);
    const asked = counted
      ? Buffer.from(JSON.stringify({ ...JSON.parse(`${body}`), ReturnConsumedCapacity: 'TOTAL' }))
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
      const { ConsumedCapacity: told } = answerSchema.parse(JSON.parse(`${text}`));
      const units =
        reply.statusCode === 200 ? [told ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0) : 1;
      consumed.requests += 1;
      if (isWrite) consumed.writeUnits += units;
      else consumed.readUnits += units;
    });
    upstream.end(asked);
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  return {
    url,
    stop,
    /** Returns the counts since the last call. */
    read(): Consumed {
      const reading = consumed;
      consumed = { requests: 0, readUnits: 0, writeUnits: 0 };
      return reading;
    },
  };
}
