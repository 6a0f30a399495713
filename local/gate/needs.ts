/** The IAM actions and resources that a request needs, by the Service Authorization Reference of each service. */
import * as z from 'zod';
import { ACCOUNT, REGION } from '../template/assembly.ts';
import { ENCRYPTION_CONTEXT, LEADING_KEYS, type Need } from './policy.ts';

/** Throws for an unknown form of input: such a call cannot be evaluated and is denied. */
export type NeedsOf = (operation: string, input: unknown) => readonly Need[];

const attribute = z.record(z.string(), z.union([z.string(), z.unknown()]));
const item = z.record(z.string(), attribute);
const onItem = z.object({ TableName: z.string(), Key: item.optional(), Item: item.optional() });
const onTable = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const batchGet = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(item) })) });
const written = z.union([
  z.object({ PutRequest: z.object({ Item: item }) }).transform(({ PutRequest }) => PutRequest.Item),
  z.object({ DeleteRequest: z.object({ Key: item }) }).transform(({ DeleteRequest }) => DeleteRequest.Key),
]);
const batchWrite = z.object({ RequestItems: z.record(z.string(), z.array(written)) });
const parts = z.object({ TransactItems: z.array(z.record(z.string(), onItem)) });

/**
 * The parts of a transaction are checked as the operations that they stand for ("Using IAM with DynamoDB transactions",
 * developer guide). A batch has an action of its own.
 */
const PARTS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

export const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

/** DynamoDB; `partitionKeyOf` is the name of a table's partition key. */
export function dynamodbNeeds(partitionKeyOf: (table: string) => string | undefined): NeedsOf {
  const rows = (action: string, table: string, items: readonly z.infer<typeof item>[]): Need => {
    const name = partitionKeyOf(table);
    const values = name === undefined ? [] : items.flatMap((each) => Object.values(each[name] ?? {}).map(String));
    return { action: `dynamodb:${action}`, resource: tableArn(table), context: { [LEADING_KEYS]: values } };
  };
  const ofItem = (action: string, { TableName, Key, Item }: z.infer<typeof onItem>): Need =>
    rows(action, TableName, [Key ?? Item ?? {}]);
  return (operation, input) => {
    switch (operation) {
      case 'GetItem':
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return [ofItem(operation, onItem.parse(input))];
      case 'BatchGetItem':
        return Object.entries(batchGet.parse(input).RequestItems).map(([table, { Keys }]) =>
          rows(operation, table, Keys),
        );
      case 'BatchWriteItem':
        return Object.entries(batchWrite.parse(input).RequestItems).map(([table, items]) =>
          rows(operation, table, items),
        );
      case 'TransactGetItems':
      case 'TransactWriteItems':
        return parts
          .parse(input)
          .TransactItems.flatMap((part) =>
            Object.entries(part).map(([kind, each]) => ofItem(PARTS[kind] ?? kind, each)),
          );
      case 'Query':
      case 'Scan': {
        const { TableName, IndexName } = onTable.parse(input);
        const resource = `${tableArn(TableName)}${IndexName === undefined ? '' : `/index/${IndexName}`}`;
        return [{ action: `dynamodb:${operation}`, resource, context: {} }];
      }
      default:
        return [{ action: `dynamodb:${operation}`, resource: '*', context: {} }];
    }
  };
}

const ofStream = z.object({ StreamArn: z.string() });
const ofIterator = z.object({ ShardIterator: z.string() });

/** DynamoDB Streams; `streamOf` is the ARN of the stream that an iterator belongs to. */
export function streamsNeeds(streamOf: (iterator: string) => string): NeedsOf {
  return (operation, input) => {
    const resource =
      operation === 'GetRecords'
        ? streamOf(ofIterator.parse(input).ShardIterator)
        : operation === 'ListStreams'
          ? '*'
          : ofStream.parse(input).StreamArn;
    return [{ action: `dynamodb:${operation}`, resource, context: {} }];
  };
}

const ofQueue = z.object({ QueueUrl: z.string() });

/** SQS. The batch operations are checked as those for one message. */
export const sqsNeeds: NeedsOf = (operation, input) => {
  const name = ofQueue.parse(input).QueueUrl.split('/').at(-1) ?? '';
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: queueArn(name), context: {} }];
};

const ofKey = z.object({
  KeyId: z.string().optional(),
  EncryptionContext: z.record(z.string(), z.string()).default({}),
});

/** KMS. `keyArn` is the only key: a ciphertext names its key. */
export function kmsNeeds(keyArn: string): NeedsOf {
  return (operation, input) => {
    const { KeyId = keyArn, EncryptionContext } = ofKey.parse(input);
    const context = Object.fromEntries(
      Object.entries(EncryptionContext).map(([name, value]) => [`${ENCRYPTION_CONTEXT}${name}`, [value]]),
    );
    return [{ action: `kms:${operation}`, resource: KeyId, context }];
  };
}
