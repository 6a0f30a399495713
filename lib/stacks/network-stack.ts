import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Egress, type EgressProps } from '../constructs/egress.ts';

/** The network of the stages that ask for one: a stack of its own, so that addresses outlive what uses them. */
export class NetworkStack extends Stack {
  readonly egress: Egress;

  constructor(scope: Construct, id: string, { natGateways, ports, ...props }: StackProps & EgressProps) {
    super(scope, id, props);
    this.egress = new Egress(this, 'Egress', { natGateways, ports });
  }

  /** Chosen at deployment: a synthesis asks AWS nothing. */
  override get availabilityZones(): string[] {
    return [0, 1].map((at) => Fn.select(at, Fn.getAzs()));
  }
}
