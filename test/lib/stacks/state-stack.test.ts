import { expect, test } from 'vitest';
import * as z from 'zod';
import { EVENTS, LEASES, MAIL, SECRETS, VIEWS } from '../../../functions/adapters/dynamodb/tables.ts';
import { newApp, ofType, synthesized } from '../synthesized.ts';

const { state } = synthesized();

const key = z.object({ AttributeName: z.string(), KeyType: z.string() });
const tableSchema = z.object({
  KeySchema: z.array(key),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  BillingMode: z.string(),
  TableName: z.undefined().optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(key),
        Projection: z.object({ ProjectionType: z.string() }),
      }),
    )
    .default([]),
  Replicas: z
    .array(
      z.object({
        DeletionProtectionEnabled: z.boolean(),
        PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }).optional(),
      }),
    )
    .length(1),
});

const tables = ofType(state, 'AWS::DynamoDB::GlobalTable');

function tableNamed(name: string) {
  const found = tables.find(({ id }) => id.includes(name));
  const table = tableSchema.parse(found?.Properties);
  const types = new Map(
    table.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  return {
    table,
    keys: table.KeySchema.map(({ AttributeName }) => `${AttributeName} ${types.get(AttributeName)}`),
    indexes: table.GlobalSecondaryIndexes.map(
      ({ IndexName, KeySchema, Projection }) =>
        `${IndexName}: ${KeySchema.map(({ AttributeName }) => AttributeName).join(' ')} (${Projection.ProjectionType})`,
    ).sort(),
    recoverable: table.Replicas[0]?.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
  };
}

const described = (projection: string, ...indexes: { name: string; partitionKey: string; sortKey: string }[]) =>
  indexes.map(({ name, partitionKey, sortKey }) => `${name}: ${partitionKey} ${sortKey} (${projection})`).sort();

test('the event log has stream and numeric version as its key, a stream of new images, and no expiry', () => {
  const events = tableNamed('Events');
  expect(events.keys).toEqual([`${EVENTS.partitionKey} S`, `${EVENTS.sortKey} N`]);
  expect(events.table.StreamSpecification?.StreamViewType).toBe('NEW_IMAGE');
  expect(events.table.TimeToLiveSpecification).toBeUndefined();
  expect(events.indexes).toEqual(described('ALL', EVENTS.auditIndex));
  expect(events.recoverable).toBe(true);
});

test('views have the indexes that the adapter queries, with keys only', () => {
  const views = tableNamed('Views');
  expect(views.keys).toEqual([`${VIEWS.partitionKey} S`]);
  expect(views.indexes).toEqual(
    described('KEYS_ONLY', ...Object.values(VIEWS).filter((entry) => typeof entry === 'object')),
  );
  expect(views.table.TimeToLiveSpecification).toEqual({ AttributeName: VIEWS.ttl, Enabled: true });
  expect(views.recoverable).toBe(true);
});

test('mail has the indexes that the adapter queries, with keys only', () => {
  const mail = tableNamed('Mail');
  expect(mail.keys).toEqual([`${MAIL.partitionKey} S`, `${MAIL.sortKey} S`]);
  expect(mail.indexes).toEqual(described('KEYS_ONLY', MAIL.accountIndex, MAIL.credentialIndex));
  expect(mail.recoverable).toBe(true);
});

test('a destroyed secret cannot be recovered from a backup', () => {
  const secrets = tableNamed('Secrets');
  expect(secrets.keys).toEqual([`${SECRETS.partitionKey} S`]);
  expect(secrets.recoverable).toBe(false);
});

test('leases expire and are not backed up', () => {
  const leases = tableNamed('Leases');
  expect(leases.keys).toEqual([`${LEASES.partitionKey} S`]);
  expect(leases.table.TimeToLiveSpecification).toEqual({ AttributeName: LEASES.ttl, Enabled: true });
  expect(leases.recoverable).toBe(false);
});

test('the resources of the state stack are kept when it is deleted, and no table has a physical name', () => {
  expect(tables).toHaveLength(5);
  for (const { Properties } of tables) {
    const table = tableSchema.parse(Properties);
    expect(table.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table.Replicas[0]?.DeletionProtectionEnabled).toBe(true);
  }
  const keys = ofType(state, 'AWS::KMS::Key');
  expect(keys.map(({ Properties }) => Properties.EnableKeyRotation)).toEqual([true]);
  expect([...tables, ...keys].map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(6).fill('Retain'));
  expect(newApp().state.terminationProtection).toBe(true);
});
