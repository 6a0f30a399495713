import { RemovalPolicy } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { grantKey } from './grants.ts';

/** The purposes of data keys, as they are in the encryption context. */
export type KeyPurpose = 'credential' | 'cursor' | 'webhook';

/**
 * The KMS key that wraps data keys. Each grant is for one purpose, which is part of the encryption context that KMS
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

  /** Allows opening data keys and making new ones. */
  allowSeal(fn: IGrantable, ...purposes: readonly KeyPurpose[]): void {
    for (const purpose of purposes) grantKey(this, fn, purpose, 'kms:GenerateDataKey', 'kms:Decrypt');
  }

  /** Allows opening data keys. */
  allowOpen(fn: IGrantable, purpose: KeyPurpose): void {
    grantKey(this, fn, purpose, 'kms:Decrypt');
  }
}
