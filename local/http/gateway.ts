/**
 * API Gateway's HTTP API as the template has it: route keys with `{parameters}` and `$default`, the JWT authorizer, and
 * events in payload format 2.0. The bodies of its own refusals are reproduced as the gateway sends them.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { Issuer } from './issuer.ts';

export type GatewayRoute = {
  readonly routeKey: string;
  readonly target: FunctionPool;
  readonly timeoutMs: number;
  readonly authorizer: { readonly issuer: string; readonly audiences: readonly string[] } | null;
};

export type GatewayReply = {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
};

/** The most an HTTP API takes (AWS limit). */
const MOST_BYTES = 10 * 1024 * 1024;

const replySchema = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).optional(),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

export function gateway(routes: readonly GatewayRoute[], issuer: Issuer, domainName: string) {
  const matchers = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route) => ({ route, ...compile(route.routeKey) }));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');

  return async function answer(request: IncomingMessage): Promise<GatewayReply> {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const body = await readBody(request);
    if (body === null) return own(413, 'Request Entity Too Large');
    const matched = matchers.flatMap(({ route, method, pattern }) => {
      const groups = method === request.method ? pattern.exec(url.pathname)?.groups : undefined;
      return groups === undefined ? [] : [{ route, parameters: decoded(groups) }];
    });
    // The most specific route wins: the one with the fewest parameters.
    const [best] = matched.sort(
      (one, other) => Object.keys(one.parameters).length - Object.keys(other.parameters).length,
    );
    const route = best?.route ?? fallback;
    if (route === undefined) return own(404, 'Not Found');
    const claims = await authorize(route, request.headers.authorization);
    if (claims === null) return own(401, 'Unauthorized');
    const event = proxyEvent(request, url, route, best?.parameters ?? {}, body, claims, domainName);
    return invoke(route, event);
  };

  async function authorize(
    { authorizer }: GatewayRoute,
    header: string | undefined,
  ): Promise<Record<string, string> | null> {
    if (authorizer === null) return {};
    const token = /^(?:Bearer )?(\S+)$/i.exec(header ?? '')?.[1];
    const claims = token === undefined ? null : await issuer.verify(token, authorizer.issuer, authorizer.audiences);
    if (claims === null) return null;
    return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]));
  }
}

/** Every claim reaches the function as text; a list as `[a b]`. */
function claimText(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(' ')}]` : String(value);
}

async function invoke({ target, timeoutMs }: GatewayRoute, event: object): Promise<GatewayReply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  try {
    const value = await Promise.race([target.invoke(event), late]);
    if (value === 'late') return own(503, 'Service Unavailable');
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
  } catch {
    return own(500, 'Internal Server Error');
  } finally {
    clearTimeout(timer);
  }
}

function own(status: number, message: string): GatewayReply {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message })) };
}

function compile(routeKey: string): { method: string; pattern: RegExp } {
  const [method = '', path = ''] = routeKey.split(' ');
  const source = path
    .split('/')
    .map((part) =>
      /^\{\w+\}$/.test(part) ? `(?<${part.slice(1, -1)}>[^/]+)` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  // The empty group makes `groups` exist for a path without parameters too.
  return { method, pattern: new RegExp(`^(?<_>)${source}$`) };
}

function decoded({ _: __, ...groups }: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, text]) => {
      try {
        return [name, decodeURIComponent(text)];
      } catch {
        return [name, text];
      }
    }),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size <= MOST_BYTES) chunks.push(bytes);
  }
  return size > MOST_BYTES ? null : Buffer.concat(chunks);
}

function proxyEvent(
  request: IncomingMessage,
  url: URL,
  route: GatewayRoute,
  pathParameters: Record<string, string>,
  body: Buffer,
  claims: Record<string, string>,
  domainName: string,
): object {
  const { cookie, ...rest } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
  const text = isText(String(request.headers['content-type'] ?? ''), body);
  const query = [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(',')]);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers,
    ...(query.length === 0 ? {} : { queryStringParameters: Object.fromEntries(query) }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName,
      domainPrefix: 'local',
      ...(route.authorizer === null ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
      http: {
        method: request.method ?? '',
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.byteLength === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !text,
  };
}

/** The gateway hands over as text what is declared as text, everything else in base64. */
function isText(contentType: string, body: Buffer): boolean {
  const declared = /^(text\/|application\/(json|javascript|xml|.*\+json|.*\+xml|x-www-form-urlencoded))/i.test(
    contentType,
  );
  return declared && Buffer.from(body.toString('utf8')).equals(body);
}
