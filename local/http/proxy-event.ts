import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCOUNT } from '../template/assembly.ts';
import type { RouteMatch } from './route-match.ts';

/** Path and query of a request, as they were sent. */
export type RequestTarget = { readonly path: string; readonly query: string };

/** Path and query as they were sent, without any normalisation, which could hide parts of a request. */
export function requestTarget(url: string): RequestTarget {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** The request in API Gateway's payload format 2.0. `claims` is null on a route without authorizer. */
export function proxyEvent(
  request: IncomingMessage,
  { path, query }: RequestTarget,
  { route, parameters }: RouteMatch,
  body: Buffer,
  claims: Readonly<Record<string, string>> | null,
  domainName: string,
): object {
  const { cookie: cookies, ...others } = request.headersDistinct;
  const headers = {
    ...Object.fromEntries(Object.entries(others).map(([name, values]) => [name, (values ?? []).join(',')])),
    'x-forwarded-proto': 'http',
  };
  const text = isText(request.headers['content-type'] ?? '', body);
  const asked = new URLSearchParams(query);
  const queryNames = [...new Set(asked.keys())];
  const now = new Date();
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies === undefined ? {} : { cookies: cookies.flatMap((line) => line.split(/; */)) }),
    headers,
    ...(queryNames.length === 0
      ? {}
      : {
          queryStringParameters: Object.fromEntries(queryNames.map((name) => [name, asked.getAll(name).join(',')])),
        }),
    ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: parameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName,
      domainPrefix: 'local',
      ...(claims === null ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
      http: {
        method: request.method ?? '',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.byteLength === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !text,
  };
}

/** `23/Nov/2026:23:18:13 +0000`, from `Mon, 23 Nov 2026 23:18:13 GMT`. */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** The gateway passes declared text types as text (not forms), and everything else in base64. */
function isText(contentType: string, body: Buffer): boolean {
  const declared = /^(text\/|application\/(json|javascript|xml|[^;]*\+json|[^;]*\+xml))/i.test(contentType);
  return declared && Buffer.from(body.toString('utf8')).equals(body);
}
