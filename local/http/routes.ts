import * as z from 'zod';
import { Complaint } from '../complaint.ts';
import { type Invocations, routeArn } from '../gate/invocations.ts';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { type Assembly, type Resource, resourcesOf } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import { type Attributes, resolvedResource } from '../template/intrinsics.ts';
import type { GatewayRoute } from './route-match.ts';

/** `ANY` is not hosted: it has an order of its own among the routes that match. */
const ROUTE_KEY = /^(\$default|(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*)$/;

const routeSchema = z.strictObject({
  RouteKey: z.string().regex(ROUTE_KEY, 'is neither $default nor one method and a path'),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
});
const integrationSchema = z.strictObject({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().default(30_000),
});
const authorizerSchema = z.strictObject({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Issuer: z.string(), Audience: z.array(z.string()) }),
});

const apiSchema = z.strictObject({ ProtocolType: z.literal('HTTP') });

/**
 * The gateway's routes of the template: route → integration → function, with its authorizer if it has one. Throws
 * Complaint for a route without a known function, or with one that the gateway may not invoke.
 */
export function gatewayRoutes(
  assembly: Assembly,
  attributes: Attributes,
  pools: ReadonlyMap<string, FunctionPool>,
  invocations: Invocations,
  /** Extra time after the gateway's timeout, ms. */
  lateMs = 0,
): readonly GatewayRoute[] {
  const resolved = (type: string): readonly Resource[] =>
    resourcesOf(assembly, type).map((resource) => resolvedResource(resource, assembly, attributes));
  const [api] = resolved('AWS::ApiGatewayV2::Api');
  if (api === undefined) return [];
  hosted(api, apiSchema);
  const integrations = byId(resolved('AWS::ApiGatewayV2::Integration'), integrationSchema);
  const authorizers = byId(resolved('AWS::ApiGatewayV2::Authorizer'), authorizerSchema);
  return resolved('AWS::ApiGatewayV2::Route').map((resource) => {
    const route = hosted(resource, routeSchema);
    const integration = integrations.get(route.Target.replace('integrations/', ''));
    const target = pools.get(integration?.IntegrationUri ?? '');
    if (integration === undefined || target === undefined)
      throw new Complaint(`The route ${route.RouteKey} leads to no function.`);
    invocations.require(integration.IntegrationUri, 'apigateway.amazonaws.com', routeArn(api.id, route.RouteKey));
    return {
      routeKey: route.RouteKey,
      target,
      timeoutMs: integration.TimeoutInMillis + lateMs,
      authorizer: authorizerOf(route, authorizers),
    };
  });
}

function byId<Shape extends z.ZodType>(
  resources: readonly Resource[],
  shape: Shape,
): ReadonlyMap<string, z.output<Shape>> {
  return new Map(resources.map((resource) => [resource.id, hosted(resource, shape)]));
}

function authorizerOf(
  { RouteKey, AuthorizationType, AuthorizerId }: z.infer<typeof routeSchema>,
  authorizers: ReadonlyMap<string, z.infer<typeof authorizerSchema>>,
): GatewayRoute['authorizer'] {
  if (AuthorizationType === 'NONE') return null;
  const authorizer = authorizers.get(AuthorizerId ?? '');
  if (authorizer === undefined) throw new Complaint(`The route ${RouteKey} has no authorizer.`);
  const { Issuer, Audience } = authorizer.JwtConfiguration;
  return { issuer: Issuer, audiences: Audience };
}
