import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type ApiFunction, type Method, REFUSED_ROUTES, ROUTES, WEBHOOK_PATH } from '../../functions/http/routes.ts';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

/** The issuer, the audiences and the domain of the API, and its functions. */
export type JobsApiProps = {
  readonly issuer: string;
  /** The API accepts tokens for any of these: in `aud`, or in `client_id` if a token has no `aud`. */
  readonly audiences: readonly string[];
  /** The API's own domain. The API then has no other address, and webhook URLs stay valid if the API is replaced. */
  readonly domainName?: string | undefined;
  readonly certificateArn?: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly functions: Readonly<Record<ApiFunction, ServiceFunction>>;
};

const METHODS: Record<Method | (typeof REFUSED_ROUTES)[number]['method'], HttpMethod> = {
  GET: HttpMethod.GET,
  HEAD: HttpMethod.HEAD,
  POST: HttpMethod.POST,
  PUT: HttpMethod.PUT,
  PATCH: HttpMethod.PATCH,
  DELETE: HttpMethod.DELETE,
};

/**
 * The HTTP API: one route per operation, tokens (JWT) checked by the gateway, and a 404 reply of this service for
 * unknown routes.
 */
export class JobsApi extends Construct {
  readonly api: HttpApi;
  readonly accessLogs: LogGroup;
  readonly url: string;

  constructor(scope: Construct, id: string, props: JobsApiProps) {
    super(scope, id);
    const authorizer = new HttpJwtAuthorizer('Jwt', props.issuer, { jwtAudience: [...props.audiences] });
    const integrations = {
      read: integration('Read', props.functions.read),
      command: integration('Command', props.functions.command),
      credentials: integration('Credentials', props.functions.credentials),
      document: integration('Document', props.functions.document),
      tasks: integration('Tasks', props.functions.tasks),
      webhooks: integration('Webhooks', props.functions.webhooks),
    };
    const domain = this.domainOf(props);
    this.api = new HttpApi(this, 'Api', {
      createDefaultStage: true,
      ...(domain !== null && { defaultDomainMapping: { domainName: domain }, disableExecuteApiEndpoint: true }),
      ...(props.corsOrigins.length > 0 && { corsPreflight: cors(props.corsOrigins) }),
    });
    this.url = domain === null ? this.api.apiEndpoint : `https://${domain.name}`;
    for (const { operation, method, path, function: fn, role } of ROUTES) {
      new HttpRoute(this, operation, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, METHODS[method]),
        integration: integrations[fn],
        authorizer: role === null ? new HttpNoneAuthorizer() : authorizer,
      });
    }
    const webhookRoutes = new Map<string, HttpRoute>();
    for (const [id, method] of [
      ['webhook', HttpMethod.POST],
      ['webhookHandshake', HttpMethod.GET],
    ] as const) {
      const routeKey = HttpRouteKey.with(WEBHOOK_PATH, method);
      const route = { httpApi: this.api, routeKey, integration: integrations.webhooks };
      webhookRoutes.set(routeKey.key, new HttpRoute(this, id, { ...route, authorizer: new HttpNoneAuthorizer() }));
    }
    // Not ANY, which includes OPTIONS: a browser sends that without a token, and the authorizer would refuse it.
    for (const { method, path } of REFUSED_ROUTES) {
      new HttpRoute(this, `refused ${method} ${path}`, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, METHODS[method]),
        integration: integrations.read,
        authorizer,
      });
    }
    new HttpRoute(this, 'notFound', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: integrations.read,
      authorizer: new HttpNoneAuthorizer(),
    });
    this.allowDefaultRoute(props.functions.read);
    this.accessLogs = this.logAndThrottle(webhookRoutes);
    acknowledge(this, {
      'AwsSolutions-APIG4':
        'Health, the document, where to sign in, webhooks (which have signatures) and the 404 of unknown routes need no token; a test holds every other route to the authorizer.',
    });
  }

  private domainOf({ domainName, certificateArn }: JobsApiProps): DomainName | null {
    if (domainName === undefined || certificateArn === undefined) return null;
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    const domain = new DomainName(this, 'Domain', { domainName, certificate });
    new CfnOutput(this, 'DomainTarget', {
      value: domain.regionalDomainName,
      description: 'Where the DNS record of the domain leads to.',
    });
    return domain;
  }

  /**
   * The `$default` route's ARN has no method, so the permission of all other routes (stage/method/path) does not match
   * it.
   */
  private allowDefaultRoute(handler: ServiceFunction): void {
    handler.live.addPermission('DefaultRoute', {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    });
  }

  private logAndThrottle(webhookRoutes: ReadonlyMap<string, HttpRoute>): LogGroup {
    const stage = this.api.defaultStage?.node.defaultChild;
    if (!(stage instanceof CfnStage)) throw new Error('the API has no default stage');
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    stage.accessLogSettings = {
      destinationArn: logs.logGroupArn,
      format: JSON.stringify({
        request_id: '$context.requestId',
        route: '$context.routeKey',
        status: '$context.status',
        latency_ms: '$context.responseLatency',
        ip: '$context.identity.sourceIp',
      }),
    };
    stage.defaultRouteSettings = { throttlingBurstLimit: 500, throttlingRateLimit: 200 };
    // Separate limits: a flood of requests on the public webhook route does not use up the limits of operators.
    const webhooks = { ThrottlingBurstLimit: 1_000, ThrottlingRateLimit: 500 };
    stage.routeSettings = Object.fromEntries([...webhookRoutes.keys()].map((key) => [key, webhooks]));
    // A stage may name only routes that exist.
    stage.node.addDependency(...webhookRoutes.values());
    return logs;
  }
}

/** One permission per function for all its routes: with one per route the function's policy would be too large. */
function integration(id: string, handler: ServiceFunction): HttpLambdaIntegration {
  return new HttpLambdaIntegration(id, handler.live, { scopePermissionToRoute: false, timeout: Duration.seconds(29) });
}

/** The headers that a page of these origins may send and read. No cookies: the token is in a header. */
function cors(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'prefer'],
    exposeHeaders: ['allow', 'etag', 'preference-applied', 'retry-after', 'x-request-id'],
    maxAge: Duration.hours(1),
  };
}
