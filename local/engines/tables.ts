import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { Complaint } from '../complaint.ts';
import { REGION, type Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';

const key = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const tableSchema = z.strictObject({
  BillingMode: z.literal('PAY_PER_REQUEST'),
  // One replica, in the table's own region, with all the table's indexes.
  Replicas: z.tuple([
    z.strictObject({
      Region: z.literal(REGION),
      GlobalSecondaryIndexes: z.array(z.strictObject({ IndexName: z.string() })).optional(),
    }),
  ]),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: key,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: key,
        Projection: z.strictObject({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']) }),
      }),
    )
    .optional(),
  StreamSpecification: z
    .strictObject({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});

/** The name of a table's partition key. */
export const partitionKeyOf = (resource: Resource): string | undefined =>
  hosted(resource, tableSchema).KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;

/**
 * Makes the template's table if it does not exist, and returns its stream's ARN, null without a stream. Throws
 * Complaint when an existing table has other keys, indexes or another stream: then the data directory belongs to
 * another release.
 */
export async function ensureTable(client: DynamoDBClient, resource: Resource): Promise<string | null> {
  const wanted = hosted(resource, tableSchema);
  const existing = await describe(client, resource.id);
  if (existing === null) {
    const input: CreateTableCommandInput = {
      TableName: resource.id,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: wanted.AttributeDefinitions,
      KeySchema: wanted.KeySchema,
      GlobalSecondaryIndexes: wanted.GlobalSecondaryIndexes,
      StreamSpecification: wanted.StreamSpecification && { StreamEnabled: true, ...wanted.StreamSpecification },
    };
    await client.send(new CreateTableCommand(input));
    if (wanted.TimeToLiveSpecification !== undefined) {
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName: resource.id,
          TimeToLiveSpecification: wanted.TimeToLiveSpecification,
        }),
      );
    }
  } else if (shapeOf(existing) !== shapeOf(wanted)) {
    throw new Complaint(
      `The data directory is of another release (table ${resource.id} differs): name another one with --data-dir, or delete it.`,
    );
  }
  const table = existing ?? (await describe(client, resource.id));
  return table?.LatestStreamArn ?? null;
}

async function describe(client: DynamoDBClient, name: string) {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

type Keys = readonly { readonly AttributeName?: string | undefined; readonly KeyType?: string | undefined }[];
type Shape = {
  readonly KeySchema?: Keys | undefined;
  readonly StreamSpecification?: { readonly StreamViewType?: string | undefined } | undefined;
  readonly GlobalSecondaryIndexes?:
    | readonly { readonly IndexName?: string | undefined; readonly KeySchema?: Keys | undefined }[]
    | undefined;
};

function shapeOf({ KeySchema, GlobalSecondaryIndexes, StreamSpecification }: Shape): string {
  const keys = (schema: Keys | undefined): string =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${KeyType}:${AttributeName}`).join(',');
  const indexes = (GlobalSecondaryIndexes ?? []).map((index) => `${index.IndexName}=${keys(index.KeySchema)}`).sort();
  return [keys(KeySchema), StreamSpecification?.StreamViewType ?? '', ...indexes].join(';');
}
