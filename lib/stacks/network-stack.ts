import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Egress, type EgressProps } from '../constructs/egress.ts';

/**
 * The network of stages that need fixed addresses. It is a separate stack, so that the addresses outlive the functions.
 */
export class NetworkStack extends Stack {
  readonly egress: Egress;

  constructor(scope: Construct, id: string, { natGateways, ports, ...props }: StackProps & EgressProps) {
    super(scope, id, props);
    this.egress = new Egress(this, 'Egress', { natGateways, ports });
  }

  /** The zones are chosen at deployment, so that a synthesis makes no AWS call. */
  override get availabilityZones(): string[] {
    return [0, 1].map((at) => Fn.select(at, Fn.getAzs()));
  }
}
