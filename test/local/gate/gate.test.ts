import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forwardTo } from '../../../local/engines/forward.ts';
import { guardedServer } from '../../../local/engines/guard.ts';
import {
  newCredentials,
  newStartCredentials,
  type StartCredentials,
} from '../../../local/engines/start-credentials.ts';
import { createGate, type Denial, type Gate } from '../../../local/gate/gate.ts';
import { dynamodbNeeds, tableArn } from '../../../local/gate/needs.ts';
import { permissionText } from '../../../local/gate/policy.ts';
import { type Listening, listenOnLoopback } from '../../../local/http/listen.ts';
import { type Dynoxide, partitionKeyOf, startDynoxide } from '../../fixtures/dynoxide.ts';

let engine: Dynoxide;
let front: Listening;
let gate: Gate;
let table: string;
let reader: StartCredentials;
const denials: Denial[] = [];
const used = new Set<string>();
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  engine = await startDynoxide();
  gate = createGate(newStartCredentials(), {
    onDenied: (denial) => denials.push(denial),
    onUsed: (name, permission) => used.add(permissionText(name, permission)),
  });
  front = await listenOnLoopback(guardedServer(gate, dynamodbNeeds(partitionKeyOf), forwardTo(engine.endpoint)), 0);
  table = (await engine.createTables()).VIEWS_TABLE;
  const [actions, resources] = [['dynamodb:GetItem'], [tableArn(table)]];
  reader = gate.admit('Reader', [{ actions, resources, conditions: [] }]);
});
beforeEach(() => {
  denials.length = 0;
  used.clear();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await front?.stop();
  await engine?.stop();
});

function clientOf(credentials: StartCredentials): DynamoDBClient {
  const client = new DynamoDBClient({ endpoint: front.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

const get = () => new GetItemCommand({ TableName: table, Key: { id: { S: 'a' } } });
const put = () => new PutItemCommand({ TableName: table, Item: { id: { S: 'a' }, big: { S: 'x'.repeat(300_000) } } });

describe('the gate before an engine', () => {
  it('allows calls that the function’s role allows, and names the permission that was used', async () => {
    await clientOf(gate.credentials).send(put());
    const { Item } = await clientOf(reader).send(get());
    expect(Item?.id?.S).toBe('a');
    expect([...used]).toEqual([`Reader dynamodb:GetItem ${tableArn(table)}`]);
    expect(denials).toEqual([]);
  });

  it('denies calls that the function’s role does not allow, as AWS does, and reports them', async () => {
    await expect(clientOf(reader).send(put())).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `is not authorized to perform: dynamodb:PutItem on resource: ${tableArn(table)}`,
      ),
      $metadata: { httpStatusCode: 400 },
    });
    expect(denials).toEqual([{ function: 'Reader', action: 'dynamodb:PutItem', resource: tableArn(table) }]);
  });

  it('denies calls that it cannot evaluate', async () => {
    await expect(clientOf(reader).send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(denials).toEqual([{ function: 'Reader', action: 'dynamodb:ListTables', resource: '*' }]);
  });

  it('allows every call with the stack’s own credentials', async () => {
    expect((await clientOf(gate.credentials).send(new ListTablesCommand({}))).TableNames).toContain(table);
  });

  it.each<[string, () => StartCredentials]>([
    ['a function that was not admitted', () => newCredentials('Other')],
    ['a function with the token of another start', () => newCredentials('Reader')],
    ['a function with the token of the stack', () => ({ ...reader, sessionToken: gate.credentials.sessionToken })],
    ['the stack with the token of a function', () => ({ ...gate.credentials, sessionToken: reader.sessionToken })],
  ])('refuses %s', async (_, credentials) => {
    await expect(clientOf(credentials()).send(get())).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(denials).toEqual([]);
  });
});
