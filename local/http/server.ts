import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type ConsolePages, isConsolePath } from '../console/pages.ts';
import { json, OIDC_PATH, oidcEndpoints } from '../oidc/endpoints.ts';
import { docs, isDocs } from './docs.ts';
import type { GatewayReply } from './gateway.ts';
import type { Issuer } from './issuer.ts';
import { type Listening, listenOnLoopback } from './listen.ts';

/** The server of the stack's only public port. */
export type FrontDoor = Listening & {
  readonly server: Server;
  /** Starts passing requests to the gateway. `pages`: the console; null: without one `/` leads to the API document. */
  open(issuer: Issuer, answer: (request: IncomingMessage) => Promise<GatewayReply>, pages?: ConsolePages | null): void;
  /** Whether `/_local/health` answers 200. */
  ready(): void;
  /** From now on `/_local/demo` answers with this document; before, it is not found. */
  offerDemo(document: object): void;
};

/** Opens the only port of the local stack: the console, the API, and the pages under `/_local` and `/api/docs`. */
export async function openFrontDoor(port: number): Promise<FrontDoor> {
  let inside: {
    oidc: ReturnType<typeof oidcEndpoints>;
    answer: (request: IncomingMessage) => Promise<GatewayReply>;
    pages: ConsolePages | null;
  } | null = null;
  let isReady = false;
  let demo: object | null = null;
  const server = createServer(async (request, response): Promise<unknown> => {
    try {
      if (!isLoopbackName(request.headers.host ?? '')) return json(response, 421, { message: 'Misdirected Request' });
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if ((path.startsWith('/_local/') || path.startsWith('/api/')) && !isDocs(path) && isOfAnotherOrigin(request))
        return json(response, 403, { message: 'Forbidden' });
      // The cookies and addresses of the sign-in are only valid for 127.0.0.1.
      if (isNavigation(request, path) && !(request.headers.host ?? '').startsWith('127.0.0.1'))
        return response.writeHead(302, { location: `${listening.url}${request.url}` }).end();
      if (path === '/_local/health')
        return json(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'starting' });
      if (path === '/_local/demo') return json(response, demo === null ? 404 : 200, demo ?? { message: 'Not Found' });
      if (inside !== null && inside.pages !== null && isConsolePath(path))
        return await inside.pages.answer(path, request, response);
      if (isDocs(path)) return await docs(path, request, response);
      if (inside === null) return json(response, 503, { message: 'Service Unavailable' });
      if (path.startsWith(OIDC_PATH)) return await inside.oidc(path, request, response);
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
    server,
    open(issuer, answer, pages = null) {
      inside = { oidc: oidcEndpoints(issuer, listening.url), answer, pages };
    },
    ready() {
      isReady = true;
    },
    offerDemo(document) {
      demo = document;
    },
  };
}

/**
 * Whether a page of another origin sent the request. `/_local` has no other protection, and the API is only for pages
 * of its own origin. Browsers report the origin in Origin or Sec-Fetch-Site (Fetch standard; Fetch Metadata), which
 * pages cannot change; programs like curl send neither header.
 */
function isOfAnotherOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Whether a browser navigates to an address, according to Sec-Fetch-Mode (Fetch Metadata). Programs do not send it. */
function isNavigation({ method, headers }: IncomingMessage, path: string): boolean {
  if (method !== 'GET') return false;
  return headers['sec-fetch-mode'] === 'navigate' || path === `${OIDC_PATH}authorize`;
}

/** Pages of other origins must not reach this port under their own host name (DNS rebinding). */
function isLoopbackName(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}
