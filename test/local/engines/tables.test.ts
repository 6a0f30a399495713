import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTable } from '../../../local/engines/tables.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';

let engine: Dynoxide;
let client: DynamoDBClient;
beforeAll(async () => {
  engine = await startDynoxide();
  client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
});
afterAll(async () => {
  client?.destroy();
  await engine?.stop();
});

const key = (name: string) => [{ AttributeName: name, KeyType: 'HASH' }];
const resource = (id: string, more: object = {}) => ({
  id,
  type: 'AWS::DynamoDB::GlobalTable',
  properties: {
    BillingMode: 'PAY_PER_REQUEST',
    Replicas: [{ Region: 'us-east-1' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: key('id'),
    ...more,
  },
});

describe('a table of the template', () => {
  it('is created with its index, its stream and its time to live', async () => {
    const streamArn = await ensureTable(
      client,
      resource('Full', {
        AttributeDefinitions: ['id', 'by'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        GlobalSecondaryIndexes: [
          { IndexName: 'ByIndex', KeySchema: key('by'), Projection: { ProjectionType: 'KEYS_ONLY' } },
        ],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      }),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Full' }));
    expect(Table).toMatchObject({
      LatestStreamArn: streamArn,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      GlobalSecondaryIndexes: [{ IndexName: 'ByIndex', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'Full' }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'ttl', TimeToLiveStatus: 'ENABLED' });
  });

  it('is kept when it already exists', async () => {
    const wanted = resource('Kept', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    const made = await ensureTable(client, wanted);
    expect(made).not.toBeNull();
    expect(await ensureTable(client, wanted)).toBe(made);
  });

  it('that exists with other keys is refused in one sentence', async () => {
    await ensureTable(client, resource('Changed'));
    const other = resource('Changed', {
      AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
      KeySchema: key('other'),
    });
    await expect(ensureTable(client, other)).rejects.toThrow(/of another release \(table Changed differs\)/);
  });

  it.each<[string, object]>([
    ['another billing mode', { BillingMode: 'PROVISIONED' }],
    ['a second region', { Replicas: [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }] }],
    ['local indexes', { LocalSecondaryIndexes: [] }],
  ])('cannot be hosted with %s', async (_, more) => {
    await expect(ensureTable(client, resource('Other', more))).rejects.toThrow(/cannot host Other/);
  });
});
