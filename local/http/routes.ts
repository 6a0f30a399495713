import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { type Assembly, resourcesOf } from '../template/assembly.ts';
import { type Attributes, resolveValue } from '../template/intrinsics.ts';
import type { GatewayRoute } from './route-match.ts';

const routeSchema = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
});
const integrationSchema = z.object({ IntegrationUri: z.string(), TimeoutInMillis: z.number().default(30_000) });
const authorizerSchema = z.object({
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
});

/** The gateway's routes out of the template: route → integration → function, with the authorizer where one is named. */
export function gatewayRoutes(
  assembly: Assembly,
  attributes: Attributes,
  pools: ReadonlyMap<string, FunctionPool>,
  /** How much later than at its time-out the gateway gives up, in milliseconds. */
  lateMs = 0,
): readonly GatewayRoute[] {
  const properties = (type: string) =>
    new Map(
      resourcesOf(assembly, type).map((resource) => [
        resource.id,
        resolveValue(resource.properties, assembly, attributes),
      ]),
    );
  const integrations = properties('AWS::ApiGatewayV2::Integration');
  const authorizers = properties('AWS::ApiGatewayV2::Authorizer');
  return [...properties('AWS::ApiGatewayV2::Route').values()].map((value) => {
    const route = routeSchema.parse(value);
    const integration = integrationSchema.parse(integrations.get(route.Target.replace('integrations/', '')));
    const target = pools.get(integration.IntegrationUri);
    if (target === undefined) throw new Error(`route ${route.RouteKey} leads to no function`);
    return {
      routeKey: route.RouteKey,
      target,
      timeoutMs: integration.TimeoutInMillis + lateMs,
      authorizer: authorizerOf(route, authorizers),
    };
  });
}

function authorizerOf(
  route: z.infer<typeof routeSchema>,
  authorizers: ReadonlyMap<string, unknown>,
): GatewayRoute['authorizer'] {
  if (route.AuthorizationType === 'NONE') return null;
  const { Issuer, Audience } = authorizerSchema.parse(authorizers.get(route.AuthorizerId ?? '')).JwtConfiguration;
  return { issuer: Issuer, audiences: Audience };
}
