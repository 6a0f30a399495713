import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { tapDynamoDb } from '../../bench/dynamodb-tap.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Sends a request through the tap to an engine that answers this. Returns what the tap counted and the engine saw. */
async function counted(operation: string, asked: object, status: number, answered: object) {
  const seen: unknown[] = [];
  const server = createServer(async (request, answer) => {
    seen.push(JSON.parse(`${await buffer(request)}`));
    answer.writeHead(status).end(JSON.stringify(answered));
  });
  const engine = await listenOnLoopback(server, 0);
  stops.push(engine.stop);
  const tap = await tapDynamoDb(engine.url);
  stops.push(tap.stop);
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const reply = await fetch(tap.url, { method: 'POST', headers, body: JSON.stringify(asked) });
  expect(await reply.json()).toEqual(answered);
  return { units: tap.read(), seen, later: tap.read() };
}

it('a write is counted by table and index, once', async () => {
  const ConsumedCapacity = {
    TableName: 'TablesViews1A2B3C4D',
    CapacityUnits: 4,
    Table: { CapacityUnits: 1 },
    GlobalSecondaryIndexes: { open: { CapacityUnits: 2 }, by_task: { CapacityUnits: 1 } },
  };
  const { units, seen, later } = await counted('PutItem', { TableName: 'x' }, 200, { ConsumedCapacity });
  const row = { operation: 'PutItem', table: 'TablesViews', rows: null, reads: 0 };
  expect(units).toEqual([
    { ...row, index: null, requests: 1, writes: 1 },
    { ...row, index: 'open', requests: 0, writes: 2 },
    { ...row, index: 'by_task', requests: 0, writes: 1 },
  ]);
  expect(seen).toEqual([{ TableName: 'x', ReturnConsumedCapacity: 'INDEXES' }]);
  expect(later).toEqual([]);
});

it('a read counts read units', async () => {
  const ConsumedCapacity = [{ TableName: 'Events', CapacityUnits: 1.5 }];
  const { units } = await counted('BatchGetItem', {}, 200, { ConsumedCapacity });
  expect(units).toMatchObject([{ table: 'Events', reads: 1.5, writes: 0, requests: 1 }]);
});

it('a refused write costs one unit, and in a transaction two for each item', async () => {
  const one = await counted('UpdateItem', { TableName: 'TablesLeases', Key: { id: { S: 'slots#pc_1' } } }, 400, {});
  expect(one.units).toMatchObject([
    { operation: 'UpdateItem refused', table: 'TablesLeases', rows: 'connection slot', writes: 1, requests: 1 },
  ]);
  const TransactItems = [{ Put: { TableName: 'Events' } }, { Update: { TableName: 'TablesLeases' } }];
  const both = await counted('TransactWriteItems', { TransactItems }, 400, {});
  expect(both.units).toMatchObject([
    { operation: 'TransactWriteItems refused', table: 'Events', writes: 2, requests: 1 },
    { operation: 'TransactWriteItems refused', table: 'TablesLeases', writes: 2, requests: 0 },
  ]);
});

it('a request that neither reads nor writes is passed on as it is', async () => {
  const { units, seen } = await counted('DescribeTable', { TableName: 'x' }, 200, { Table: {} });
  expect(units).toEqual([]);
  expect(seen).toEqual([{ TableName: 'x' }]);
});
