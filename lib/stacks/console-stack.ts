import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CACHE_CONTROL, consolePolicy } from '../../console/security-headers.ts';
import type { Configuration } from '../configuration.ts';
import { PAGE_ROUTING } from '../constructs/console-files.ts';
import { acknowledge } from '../constructs/findings.ts';

export type ConsoleStackProps = StackProps & {
  /** Address of the API: `https://` and a host. */
  readonly apiUrl: string;
  readonly configuration: Pick<Configuration, 'issuer' | 'consoleConnects'>;
};

/** Above the 30 s in which the API answers (AWS limit of an HTTP API). */
const API_TIMEOUT = Duration.seconds(45);

/**
 * The console on one distribution: its files and the API have one origin, so that browsers need no CORS. The files are
 * uploaded by a command of their own (decision 47).
 */
export class ConsoleStack extends Stack {
  constructor(scope: Construct, id: string, { apiUrl, configuration, ...props }: ConsoleStackProps) {
    super(scope, id, props);
    const files = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const policy = consolePolicy(configuration.issuer, configuration.consoleConnects);
    const fromFiles = (cached: keyof typeof CACHE_CONTROL) => ({
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: cached === 'assets' ? CachePolicy.CACHING_OPTIMIZED : CachePolicy.CACHING_DISABLED,
      responseHeadersPolicy: this.headers(cached, policy),
    });
    // With the right to list, S3 answers 404 for a missing file instead of 403.
    const origin = S3BucketOrigin.withOriginAccessControl(files, {
      originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
    });
    const api: BehaviorOptions = {
      origin: new HttpOrigin(Fn.select(2, Fn.split('/', apiUrl)), {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        readTimeout: API_TIMEOUT,
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The API is found by its host name, and reads the token in `Authorization`.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
    const routing = new EdgeFunction(this, 'PageRouting', {
      code: FunctionCode.fromInline(PAGE_ROUTING),
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Pages of the console are answered by index.html.',
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: this.stackName,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        ...fromFiles('others'),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: routing }],
      },
      additionalBehaviors: { '/assets/*': fromFiles('assets'), '/api/*': api },
    });
    acknowledge(this, {
      'AwsSolutions-S1': 'The files are the public code of the console.',
      'AwsSolutions-CFR1': 'Operators may work anywhere; the API asks for a token.',
      'AwsSolutions-CFR2': 'The files are public, and the API has its own throttles and limits per account.',
      'AwsSolutions-CFR3': 'The API logs each request; requests for files say nothing about customers.',
      'AwsSolutions-CFR4':
        'The certificate of *.cloudfront.net fixes the lowest TLS version; browsers take the highest.',
    });
    new CfnOutput(this, 'ConsoleUrl', { value: `https://${distribution.distributionDomainName}` });
    new CfnOutput(this, 'ConsoleBucket', { value: files.bucketName, description: 'For the files of the console.' });
  }

  private headers(cached: keyof typeof CACHE_CONTROL, contentSecurityPolicy: string): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, `Headers-${cached}`, {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
      customHeadersBehavior: {
        customHeaders: [{ header: 'cache-control', value: CACHE_CONTROL[cached], override: true }],
      },
    });
  }
}
