import { describe, expect, it } from 'vitest';
import { dynamodbNeeds, kmsNeeds, sqsNeeds, streamsNeeds } from '../../../local/gate/needs.ts';
import type { Need } from '../../../local/gate/policy.ts';

const dynamodb = dynamodbNeeds((table) => (table === 'Views' ? 'id' : 'stream_id'));
const text = ({ action, resource, context }: Need): string =>
  [action, resource.replace('arn:aws:dynamodb:us-east-1:000000000000:', ''), ...Object.values(context).flat()].join(
    ' ',
  );

describe('the permissions that a DynamoDB request needs', () => {
  it.each<[string, object, string[]]>([
    ['GetItem', { TableName: 'Views', Key: { id: { S: 'a' } } }, ['dynamodb:GetItem table/Views a']],
    ['PutItem', { TableName: 'Views', Item: { id: { S: 'a' }, v: { N: '1' } } }, ['dynamodb:PutItem table/Views a']],
    ['UpdateItem', { TableName: 'Views', Key: { id: { S: 'a' } } }, ['dynamodb:UpdateItem table/Views a']],
    ['DeleteItem', { TableName: 'Views', Key: { id: { S: 'a' } } }, ['dynamodb:DeleteItem table/Views a']],
    ['Query', { TableName: 'Views' }, ['dynamodb:Query table/Views']],
    ['Query', { TableName: 'Views', IndexName: 'open' }, ['dynamodb:Query table/Views/index/open']],
    ['Scan', { TableName: 'Views' }, ['dynamodb:Scan table/Views']],
    [
      'BatchGetItem',
      { RequestItems: { Views: { Keys: [{ id: { S: 'a' } }, { id: { S: 'b' } }] }, Mail: { Keys: [] } } },
      ['dynamodb:BatchGetItem table/Views a b', 'dynamodb:BatchGetItem table/Mail'],
    ],
    [
      'BatchWriteItem',
      {
        RequestItems: {
          Views: [{ PutRequest: { Item: { id: { S: 'a' } } } }, { DeleteRequest: { Key: { id: { S: 'b' } } } }],
        },
      },
      ['dynamodb:BatchWriteItem table/Views a b'],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'Views', Item: { id: { S: 'a' } } } },
          { Update: { TableName: 'Views', Key: { id: { S: 'b' } } } },
          { Delete: { TableName: 'Views', Key: { id: { S: 'c' } } } },
          { ConditionCheck: { TableName: 'Events', Key: { stream_id: { S: 'd' }, version: { N: '1' } } } },
        ],
      },
      [
        'dynamodb:PutItem table/Views a',
        'dynamodb:UpdateItem table/Views b',
        'dynamodb:DeleteItem table/Views c',
        'dynamodb:ConditionCheckItem table/Events d',
      ],
    ],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 'Views', Key: { id: { S: 'a' } } } }] },
      ['dynamodb:GetItem table/Views a'],
    ],
    ['ExecuteStatement', { Statement: 'SELECT * FROM Views' }, ['dynamodb:ExecuteStatement *']],
    ['DescribeStream', { StreamArn: 'arn' }, ['dynamodb:DescribeStream *']],
  ])('%s %j', (operation, input, expected) => {
    expect(dynamodb(operation, input).map(text)).toEqual(expected);
  });

  it.each([
    ['GetItem', { Key: {} }],
    ['BatchWriteItem', { RequestItems: { Views: [{ Other: {} }] } }],
    ['TransactWriteItems', { TransactItems: [{ Put: { Item: {} } }] }],
    ['Query', 'text'],
  ])('cannot be worked out for %s %j', (operation, input) => {
    expect(() => dynamodb(operation, input)).toThrow();
  });
});

describe('the permissions that other requests need', () => {
  it('of DynamoDB streams are for the stream, which GetRecords names in its iterator', () => {
    const needs = streamsNeeds((iterator) => `stream of ${iterator}`);
    expect(needs('DescribeStream', { StreamArn: 's' }).map(text)).toEqual(['dynamodb:DescribeStream s']);
    expect(needs('GetShardIterator', { StreamArn: 's' }).map(text)).toEqual(['dynamodb:GetShardIterator s']);
    expect(needs('GetRecords', { ShardIterator: 'i' }).map(text)).toEqual(['dynamodb:GetRecords stream of i']);
    expect(needs('ListStreams', {}).map(text)).toEqual(['dynamodb:ListStreams *']);
  });

  it('of SQS are for the queue, and for a batch those of a single message', () => {
    const QueueUrl = 'http://127.0.0.1:1/000000000000/Work';
    const resource = 'arn:aws:sqs:us-east-1:000000000000:Work';
    const expected = [{ action: 'sqs:SendMessage', resource, context: {} }];
    expect(sqsNeeds('SendMessage', { QueueUrl })).toEqual(expected);
    expect(sqsNeeds('SendMessageBatch', { QueueUrl })).toEqual(expected);
    expect(() => sqsNeeds('ListQueues', {})).toThrow();
  });

  it('of KMS are for the key, with the encryption context', () => {
    const needs = kmsNeeds('own');
    expect(needs('GenerateDataKey', { KeyId: 'other' })).toEqual([
      { action: 'kms:GenerateDataKey', resource: 'other', context: {} },
    ]);
    expect(needs('Decrypt', { CiphertextBlob: 'x', EncryptionContext: { purpose: 'cursor', id: '1' } })).toEqual([
      {
        action: 'kms:Decrypt',
        resource: 'own',
        context: { 'kms:EncryptionContext:purpose': ['cursor'], 'kms:EncryptionContext:id': ['1'] },
      },
    ]);
  });
});
