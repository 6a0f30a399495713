import { RemovalPolicy } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { grantKey } from './grants.ts';

/** The purposes whose boxes share keys, which are stored in the secrets table. */
export const SHARED_KEYS = ['credential', 'webhook'] as const;

/** The purposes of keys, as they are in the encryption context. */
export type KeyPurpose = (typeof SHARED_KEYS)[number] | 'cursor';

/**
 * The KMS key that wraps the keys of secrets and cursors. Each grant is for one purpose, which is part of the encryption context that KMS
 * checks.
 */
export class DataKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Wraps the data keys of credentials and cursors',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Allows unwrapping keys and making new ones. */
  allowSeal(fn: IGrantable, ...purposes: readonly KeyPurpose[]): void {
    for (const purpose of purposes) grantKey(this, fn, purpose, 'kms:GenerateDataKey', 'kms:Decrypt');
  }

  /** Allows unwrapping keys. */
  allowOpen(fn: IGrantable, purpose: KeyPurpose): void {
    grantKey(this, fn, purpose, 'kms:Decrypt');
  }
}
