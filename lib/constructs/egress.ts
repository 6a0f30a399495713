import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnEIP,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';

/** The addresses and the allowed ports of the network. */
export type EgressProps = {
  /** 1 or 2: one for both availability zones, or one for each. */
  readonly natGateways: number;
  /** Ports of mail servers. */
  readonly ports: readonly number[];
};

/** For AWS services and the token endpoints of providers. */
const HTTPS = 443;

/**
 * A network with fixed outgoing addresses. Its functions can reach only the ports of mail servers, and HTTPS. They
 * reach DynamoDB through a gateway endpoint, which is free.
 */
export class Egress extends Construct {
  readonly vpc: Vpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { natGateways, ports }: EgressProps) {
    super(scope, id);
    const addresses = Array.from({ length: natGateways }, (_, at) => {
      const address = new CfnEIP(this, `Address${at + 1}`, { domain: 'vpc' });
      // Customers allow this address in their firewalls.
      address.applyRemovalPolicy(RemovalPolicy.RETAIN);
      new CfnOutput(this, `Address${at + 1}Is`, { value: address.ref, description: 'Mail servers see this address.' });
      return address;
    });
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/16'),
      maxAzs: 2,
      natGateways,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: addresses.map((each) => each.attrAllocationId) }),
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
      // CDK would need a function of its own for this, and nothing uses that group.
      restrictDefaultSecurityGroup: false,
    });
    this.securityGroup = new SecurityGroup(this, 'MailServers', {
      vpc: this.vpc,
      description: 'Out to mail servers and HTTPS, nothing in',
      allowAllOutbound: false,
    });
    for (const port of new Set([...ports, HTTPS])) this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(port));
    acknowledge(this.vpc, {
      'AwsSolutions-VPC7': 'Only these functions use the network; their log names each job, and no other port is open.',
    });
  }
}
