import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Acknowledges findings of cdk-nag below this construct: rule → reason. */
export function acknowledge(scope: IConstruct, findings: Readonly<Record<string, string>>): void {
  for (const [rule, reason] of Object.entries(findings)) {
    const pack = rule.startsWith('Serverless') ? 'Serverless' : 'AwsSolutions';
    Validations.of(scope).acknowledge({ id: `${pack}::${rule}`, reason });
  }
}
