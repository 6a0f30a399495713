/**
 * API Gateway's HTTP API of the template: route keys with `{parameters}` and `$default`, the JWT authorizer, and events
 * in payload format 2.0. Its own refusals have the same bodies as on AWS.
 */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { readBody } from './body.ts';
import { gatewayClaims } from './claims.ts';
import type { Issuer } from './issuer.ts';
import { proxyEvent, requestTarget } from './proxy-event.ts';
import { type GatewayRoute, routeMatcher } from './route-match.ts';

export type GatewayReply = {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
};

/** Maximum request body of an HTTP API (AWS limit). */
const MAX_BYTES = 10 * 1024 * 1024;

const replySchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).optional(),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** The gateway for these routes. Its replies reject only if the request breaks off. */
export function gateway(routes: readonly GatewayRoute[], issuer: Issuer, domainName: string) {
  const match = routeMatcher(routes);

  return async function answer(request: IncomingMessage): Promise<GatewayReply> {
    const target = requestTarget(request.url ?? '/');
    const body = await readBody(request, MAX_BYTES);
    if (body === null) return own(413, 'Request Entity Too Large');
    const matched = match(request.method ?? '', target.path);
    if (matched === null) return own(404, 'Not Found');
    const { authorizer } = matched.route;
    const claims = authorizer === null ? null : await authorize(authorizer, request.headers.authorization);
    if (authorizer !== null && claims === null) return own(401, 'Unauthorized', { 'www-authenticate': 'Bearer' });
    return invoke(matched.route, proxyEvent(request, target, matched, body, claims, domainName));
  };

  async function authorize(
    { issuer: trusted, audiences }: NonNullable<GatewayRoute['authorizer']>,
    header: string | undefined,
  ): Promise<Record<string, string> | null> {
    const token = /^(?:Bearer +)?(\S+)$/i.exec(header ?? '')?.[1];
    const claims = token === undefined ? null : await issuer.verify(token, trusted, audiences);
    return claims === null ? null : gatewayClaims(claims);
  }
}

async function invoke({ target, timeoutMs }: GatewayRoute, event: object): Promise<GatewayReply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  try {
    const value = await Promise.race([target.invoke(event), late]);
    return value === 'late' ? own(503, 'Service Unavailable') : replyOf(value);
  } catch {
    return own(500, 'Internal Server Error');
  } finally {
    clearTimeout(timer);
  }
}

/** The reply of the function, in payload format 2.0: without a status code it is a JSON body. */
function replyOf(value: unknown): GatewayReply {
  if (typeof value === 'object' && value !== null && !('statusCode' in value))
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(value)),
    };
  const reply = replySchema.safeParse(value);
  if (!reply.success) return own(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = reply.data;
  return {
    status: statusCode,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), String(text)])),
      ...(cookies === undefined ? {} : { 'set-cookie': cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function own(status: number, message: string, headers: Record<string, string> = {}): GatewayReply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ message })),
  };
}
