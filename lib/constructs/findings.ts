import type { Stack } from 'aws-cdk-lib';
import { NagSuppressions } from 'cdk-nag';

/** Findings of cdk-nag that are meant to be so, each with its reason. */
export function acknowledgeFindings(stack: Stack): void {
  NagSuppressions.addStackSuppressions(stack, []);
}
