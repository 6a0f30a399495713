import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { LEASES, MAIL, SECRETS, VIEWS } from '../../functions/adapters/dynamodb/tables.ts';

/** The views' indexes that reads go by; the open index is the sweeper's. */
export const SEARCH_INDEXES = [
  VIEWS.accountIndex,
  VIEWS.taskIndex,
  VIEWS.credentialIndex,
  VIEWS.bulkIndex,
  VIEWS.statusIndex,
  VIEWS.errorIndex,
] as const;

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** An index of keys alone: it is read by a query and then a batch get. */
const keysOnly = (index: { name: string; partitionKey: string; sortKey: string }) => ({
  indexName: index.name,
  partitionKey: string(index.partitionKey),
  sortKey: string(index.sortKey),
  projectionType: ProjectionType.KEYS_ONLY,
});

const retained = {
  billing: Billing.onDemand(),
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

const recoverable = { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } } as const;

/** What is not in the log or can be rebuilt from it: views, secrets, leases, mail metadata. */
export class Tables extends Construct {
  readonly views: TableV2;
  readonly secrets: TableV2;
  readonly leases: TableV2;
  readonly mail: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.views = new TableV2(this, 'Views', {
      ...retained,
      ...recoverable,
      partitionKey: string(VIEWS.partitionKey),
      timeToLiveAttribute: VIEWS.ttl,
      globalSecondaryIndexes: [...SEARCH_INDEXES, VIEWS.openIndex].map(keysOnly),
    });
    // No point-in-time recovery: a destroyed secret must be gone.
    this.secrets = new TableV2(this, 'Secrets', { ...retained, partitionKey: string(SECRETS.partitionKey) });
    this.leases = new TableV2(this, 'Leases', {
      ...retained,
      partitionKey: string(LEASES.partitionKey),
      timeToLiveAttribute: LEASES.ttl,
    });
    this.mail = new TableV2(this, 'Mail', {
      ...retained,
      ...recoverable,
      partitionKey: string(MAIL.partitionKey),
      sortKey: string(MAIL.sortKey),
      globalSecondaryIndexes: [MAIL.accountIndex, MAIL.credentialIndex].map(keysOnly),
    });
  }
}
