import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bodyOf } from './body.ts';
import { docs, isDocs } from './docs.ts';
import type { GatewayReply } from './gateway.ts';
import type { Issuer } from './issuer.ts';
import { type Listening, listenOnLoopback } from './listen.ts';

export type FrontDoor = Listening & {
  /** Starts passing requests to the gateway, and reports it in the health check. */
  open(issuer: Issuer, answer: (request: IncomingMessage) => Promise<GatewayReply>): void;
  /** Whether `/_local/health` answers 200. */
  ready(): void;
};

/** Opens the only port of the local stack: the API, and the local pages under `/_local` and `/api/docs`. */
export async function openFrontDoor(port: number): Promise<FrontDoor> {
  let inside: { issuer: Issuer; answer: (request: IncomingMessage) => Promise<GatewayReply> } | null = null;
  let isReady = false;
  const server = createServer(async (request, response) => {
    try {
      if (!isLoopbackName(request.headers.host ?? '')) return json(response, 421, { message: 'Misdirected Request' });
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if (path.startsWith('/_local/') && isOfAnotherOrigin(request))
        return json(response, 403, { message: 'Forbidden' });
      if (path === '/_local/health')
        return json(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'starting' });
      if (isDocs(path)) return await docs(path, request, response);
      if (inside === null) return json(response, 503, { message: 'Service Unavailable' });
      if (path.startsWith('/_local/oidc/')) return await oidc(inside.issuer, path, request, response);
      const { status, headers, body } = await inside.answer(request);
      response.writeHead(status, headers).end(body);
    } catch {
      if (!response.headersSent) json(response, 500, { message: 'Internal Server Error' });
      else response.destroy();
    }
  });
  const listening = await listenOnLoopback(server, port);
  return {
    ...listening,
    open(issuer, answer) {
      inside = { issuer, answer };
    },
    ready() {
      isReady = true;
    },
  };
}

/**
 * Whether a page of another origin sent the request: `/_local` has no other protection. Browsers say so in Origin or in
 * Sec-Fetch-Site (Fetch standard; Fetch Metadata), which pages cannot change; programs like curl send neither.
 */
function isOfAnotherOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Pages of other origins must not reach this port under a host name of theirs (DNS rebinding). */
function isLoopbackName(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

async function oidc(issuer: Issuer, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (path === '/_local/oidc/.well-known/openid-configuration') return json(response, 200, issuer.discovery);
  if (path === '/_local/oidc/jwks') return json(response, 200, issuer.jwks);
  if (path !== '/_local/oidc/token' || request.method !== 'POST') return json(response, 404, { error: 'not_found' });
  const form = new URLSearchParams(await bodyOf(request));
  if (form.get('grant_type') !== 'client_credentials') return json(response, 400, { error: 'unsupported_grant_type' });
  const [audience, email] = [form.get('audience'), form.get('email')];
  if (audience !== null && email !== null) return json(response, 200, await issuer.pushToken({ audience, email }));
  const accounts = form.getAll('account_id');
  json(response, 200, await issuer.token({ accounts, role: form.get('role') ?? '', uid: form.get('uid') ?? 'local' }));
}

function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(JSON.stringify(body));
}
