import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, startDatabase } from '../../../local/engines/database.ts';
import { mayWrite, noticedWrites } from '../../../local/engines/noticed-writes.ts';
import { CREDENTIALS, GATE } from '../../fixtures/engine-credentials.ts';

const FOREVER_MS = 1_000_000_000;

describe('a wait for a write', () => {
  it('ends with the next write for all that wait', async () => {
    const writes = noticedWrites();
    const waits = [writes.next(FOREVER_MS), writes.next(FOREVER_MS)];
    writes.notice();
    await expect(Promise.all(waits)).resolves.toHaveLength(2);
  });

  it('ends without a write when its time is over', async () => {
    await expect(noticedWrites().next(1)).resolves.toBeUndefined();
  });
});

it.each(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems', 'ExecuteStatement'])(
  '%s may write',
  (operation) => expect(mayWrite(operation)).toBe(true),
);

it.each(['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan', 'DescribeTable'])(
  '%s only reads',
  (operation) => expect(mayWrite(operation)).toBe(false),
);

describe('the database of the stack', () => {
  const Item = { id: { S: 'one' } };
  const folder = mkdtempSync(join(tmpdir(), 'noticed-writes-'));
  const stops: (() => Promise<void> | void)[] = [];
  let database: Database;
  let client: DynamoDBClient;
  beforeAll(async () => {
    database = await startDatabase(join(folder, 'events.db'), GATE, () => 'id', stops, undefined);
    client = new DynamoDBClient({ region: 'us-east-1', endpoint: database.url, credentials: CREDENTIALS });
    await client.send(
      new CreateTableCommand({
        TableName: 'Things',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
  });
  afterAll(async () => {
    client?.destroy();
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['a single write', () => client.send(new PutItemCommand({ TableName: 'Things', Item }))],
    [
      'a transaction',
      () => client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: 'Things', Item } }] })),
    ],
  ])('notices %s once it has been made', async (_, write) => {
    const noticed = database.writes.next(FOREVER_MS);
    await write();
    await noticed;
    const { Item: found } = await client.send(new GetItemCommand({ TableName: 'Things', Key: Item }));
    expect(found).toEqual(Item);
  });
});
