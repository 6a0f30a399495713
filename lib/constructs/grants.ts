/** Permissions as narrow as AWS allows: named actions on named tables, indexes, rows, and purposes of the data key. */
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Grants exactly these actions on the table itself. */
export function grantTable(table: TableV2, grantee: IGrantable, ...actions: string[]): void {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn] });
}

/** Grants queries of these indexes by name: a wildcard would include indexes that are added later. */
export function grantIndexes(
  table: TableV2,
  grantee: IGrantable,
  ...indexes: readonly { readonly name: string }[]
): void {
  const resourceArns = indexes.map(({ name }) => `${table.tableArn}/index/${name}`);
  Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns });
}

/** Grants actions only on rows whose partition key is one of these; `*` matches any end. */
export function grantRows(table: TableV2, grantee: IGrantable, keys: readonly string[], ...actions: string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions,
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
    }),
  );
}

/** Grants use of the data key for this purpose only: the purpose is part of the encryption context that KMS checks. */
export function grantKey(key: IKey, grantee: IGrantable, purpose: string, ...actions: string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions,
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:purpose': purpose } },
    }),
  );
}
