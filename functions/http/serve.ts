import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { InvalidCursor } from '../ports/cursor-seal.ts';
import { isThrottled } from '../ports/throttling.ts';
import { isUnanswered } from '../ports/unanswered.ts';
import { KeyUnavailable } from '../ports/vault.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { jsonBody } from './body.ts';
import { accountsOfToken, authorize } from './caller.ts';
import { compress } from './compress.ts';
import type { Endpoint, Preconditions, Reply } from './endpoint.ts';
import { everyReply, type HttpReply, Problem, problemReply } from './problem.ts';
import type { RequestLimits } from './request-limits.ts';
import { isRead, REFUSED_ROUTES, ROUTES, type Route } from './routes.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

/**
 * One Lambda handler for many endpoints, found by the gateway's route key. The order of the checks is part of the API:
 * token, account, role, rate limit, then the body's size, media type and syntax, then its contents, then whether the
 * resource exists. `limit` throws Problem rate_limited.
 */
export function serve(endpoints: readonly Endpoint[], limit: RequestLimits = async () => {}) {
  const byRouteKey = new Map<string, { endpoint: Endpoint; route: Route }>(
    endpoints.flatMap((endpoint) => {
      const route = ROUTES.find(({ operation }) => operation === endpoint.operation);
      return route === undefined ? [] : [[`${route.method} ${route.path}`, { endpoint, route }] as const];
    }),
  );

  async function answer(event: Event): Promise<HttpReply> {
    const found = byRouteKey.get(event.routeKey);
    if (found === undefined) throw refusal(event);
    const { actor, accounts } = authorize(event, found.route);
    const now = Date.now();
    // Requests without an account in the path are counted for the first of the token's accounts.
    const charged = event.pathParameters?.account_id ?? accounts.toSorted()[0];
    if (charged !== undefined && found.route.role !== null)
      await limit(charged, isRead(found.route) ? 'read' : 'command', now);
    const body = jsonBody(event);
    const reply = await found.endpoint.run({
      requestId: requestIdOf(event),
      now,
      path: event.rawPath,
      origin: originOf(event),
      actor,
      accounts,
      accountId: event.pathParameters?.account_id ?? '',
      headers: preconditions(event),
      params: paramsOf(event),
      query: queryOf(event.rawQueryString),
      body,
    });
    return httpReply(reply, requestIdOf(event));
  }

  return middy<Event, HttpReply>().use(compress()).use(oneLinePerRequest()).use(problems()).handler(answer);
}

/**
 * Turns errors into problem replies. An unexpected error is logged, and the caller gets `internal_error` without
 * details.
 */
function problems(): middy.MiddlewareObj<Event, HttpReply> {
  return {
    onError: (request) => {
      const { error, event } = request;
      request.response = problemReply(asProblem(error, event), requestIdOf(event));
    },
  };
}

/** The refusal of a request without an endpoint: 405 on a read-only path, otherwise 404. */
function refusal(event: Event): Problem {
  const refused = REFUSED_ROUTES.find(({ method, path }) => event.routeKey === `${method} ${path}`);
  const route = ROUTES.find(({ path }) => path === refused?.path);
  if (route === undefined) return new Problem('not_found');
  authorize(event, route);
  return new Problem('method_not_allowed', { allow: [route.method] });
}

/**
 * The SDK has already retried for some seconds. A table needs minutes to grow, but its partitions have new capacity
 * each second.
 */
const BUSY_RETRY_AFTER_MS = 5_000;

/** No read: AWS did not say whether it stored what the request wrote. */
const OUTCOME_UNKNOWN =
  'The service got no answer of its own storage. Whether the request was carried out is not known: look, or send it again with the same Idempotency-Key.';
const NO_KEY =
  'The service could not use its key. Whether the request was carried out is not known: look, or send it again with the same Idempotency-Key.';

function asProblem(error: unknown, event: Event): Problem {
  const requestId = requestIdOf(event);
  if (error instanceof Problem) return error;
  if (error instanceof InvalidCursor) return new Problem('invalid_cursor');
  if (isThrottled(error)) {
    logger.warn('request met a limit of AWS', { ...errorFields(error), request_id: requestId });
    return new Problem('service_busy', { retryAfterMs: BUSY_RETRY_AFTER_MS });
  }
  if (error instanceof KeyUnavailable) {
    logger.error('request could not use the key', { kms_error: error.reason, request_id: requestId });
    return new Problem('service_busy', { retryAfterMs: BUSY_RETRY_AFTER_MS, ...detailOf(event, NO_KEY) });
  }
  if (isUnanswered(error)) {
    logger.warn('request got no answer of AWS', { ...errorFields(error), request_id: requestId });
    return new Problem('service_busy', { retryAfterMs: BUSY_RETRY_AFTER_MS, ...detailOf(event, OUTCOME_UNKNOWN) });
  }
  logger.error('request failed', { ...errorFields(error), request_id: requestId });
  return new Problem('internal_error');
}

/** The detail for a request that may have changed something; none for a read. */
function detailOf(event: Event, detail: string): { readonly detail?: string } {
  const route = ROUTES.find(({ method, path }) => event.routeKey === `${method} ${path}`);
  return route === undefined || isRead(route) ? {} : { detail };
}

function oneLinePerRequest(): middy.MiddlewareObj<Event, HttpReply> {
  type Ended = { event: Event; response: HttpReply | null | undefined; error?: unknown };
  const log = ({ event, response, error }: Ended): void => {
    logger.info('request', {
      route: event.routeKey,
      status: response?.statusCode ?? 500,
      request_id: requestIdOf(event),
      ...reachedLimit(event, error),
    });
  };
  return { after: log, onError: log };
}

/**
 * The limit that a request reached, and the accounts that it counts for: that of the path, or those of the token. A
 * metric counts these lines.
 */
function reachedLimit(event: Event, error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Problem) || typeof error.members.limit !== 'string') return {};
  const { account_id: account } = event.pathParameters ?? {};
  const accounts = account === undefined ? accountsOfToken(event) : [account];
  return { limit: error.members.limit, account_ids: accounts };
}

/** The gateway's request id, so that its access log and the function's log can be joined. */
function requestIdOf(event: Event): string {
  return event.requestContext?.requestId ?? randomUUID();
}

function httpReply(reply: Reply, requestId: string): HttpReply {
  const { status, data = null, page, coverage, facets, bare, etag, waitedMs = 0 } = reply;
  const isEmpty = status === 204 || status === 304;
  return {
    statusCode: status,
    headers: {
      ...(isEmpty ? {} : { 'content-type': 'application/json' }),
      ...everyReply(requestId),
      ...(etag === undefined ? {} : { etag: `"${etag}"` }),
      ...(waitedMs === 0 ? {} : { 'preference-applied': `wait=${waitedMs / 1000}` }),
    },
    // `JSON.stringify` leaves out undefined members.
    body: isEmpty ? '' : JSON.stringify(bare === true ? data : { data, page, coverage, facets }),
  };
}

/** Scheme and host of the request, as seen by the gateway or by a custom domain in front of it. */
function originOf({ headers, requestContext }: Event): string {
  return `${headers['x-forwarded-proto'] ?? 'https'}://${requestContext.domainName}`;
}

/** Path parameters, decoded once. The account in the path has been checked before. */
function paramsOf(event: Event): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.pathParameters ?? {})) if (value !== undefined) params[name] = value;
  return params;
}

/** Parses the raw query: the gateway's own map joins repeated parameters with commas. */
function queryOf(raw: string): ReadonlyMap<string, readonly string[]> {
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(raw)) query.set(name, [...(query.get(name) ?? []), value]);
  return query;
}

const MAX_KEY = 200;

function preconditions(event: Event): Preconditions {
  const key = event.headers['idempotency-key'] ?? null;
  if (key !== null && (key.length === 0 || key.length > MAX_KEY))
    throw invalidHeader('idempotency-key', `must have 1 to ${MAX_KEY} characters`);
  const match = event.headers['if-match'] ?? null;
  const common = {
    idempotencyKey: key,
    ifNoneMatch: event.headers['if-none-match'] ?? null,
    waitMs: waitOf(event.headers.prefer),
  };
  if (match === null || match.trim() === '*') return { ...common, ifMatch: null };
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(match.trim())?.[1];
  if (version === undefined) throw invalidHeader('if-match', 'must be a version as ETag gave it, or *');
  return { ...common, ifMatch: Number(version) };
}

/** Below the gateway's own limit of 30 s. Invalid preferences are ignored (RFC 7240, section 2). */
const MAX_WAIT_SECONDS = 20;

function waitOf(prefer: string | undefined): number {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i.exec(prefer ?? '')?.[1];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS) * 1000;
}

function invalidHeader(name: string, message: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer: `header ${name}`, message }] });
}
