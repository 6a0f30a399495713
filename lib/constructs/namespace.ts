import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The namespace of this deployment's metrics: stages can share an AWS account and must not ring each other's alarms.
 */
export const namespaceOf = (scope: IConstruct): string => Stack.of(scope).stackName.replace(/-service$/, '');
