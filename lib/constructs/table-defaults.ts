import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';

/** Settings of all tables: paid by request, and not deleted with their stack. */
export const RETAINED = {
  billing: Billing.onDemand(),
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

/** Point-in-time recovery: any second of the last 35 days can be restored (AWS default). */
export const RECOVERABLE = { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } } as const;

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** An index with keys only: a query on it is followed by a batch get. */
export const keysOnly = (index: {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}) => ({
  indexName: index.name,
  partitionKey: string(index.partitionKey),
  sortKey: string(index.sortKey),
  projectionType: ProjectionType.KEYS_ONLY,
});
