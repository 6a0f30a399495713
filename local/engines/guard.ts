/**
 * The guard before each engine. A web page that the developer visits can send requests to any port of this machine, and
 * its host name can lead here (DNS rebinding). So a request passes only when it comes from no page, names the guard's
 * own address, and carries the session token of this start. The SDKs send the token with every request.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { StartCredentials } from './start-credentials.ts';

/** A server that hands over to `engine` what the guard lets pass, and answers everything else with 403. */
export function guardedServer({ sessionToken }: StartCredentials, engine: RequestListener): Server {
  const expected = digest(sessionToken);
  return createServer((request, response) => {
    if (!isFromPage(request) && namesOurAddress(request) && timingSafeEqual(digest(tokenOf(request)), expected)) {
      engine(request, response);
      return;
    }
    // No header lets a page read this. The connection is closed, since the body has not been read.
    response
      .writeHead(403, {
        'content-type': 'application/x-amz-json-1.0',
        'x-content-type-options': 'nosniff',
        connection: 'close',
      })
      .end(JSON.stringify({ __type: 'AccessDeniedException', message: 'Not a request of this start of the stack.' }));
  });
}

/** Browsers add these headers, and no page can take them away (Fetch standard, Fetch Metadata). SDKs send none. */
function isFromPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

function namesOurAddress({ headers, socket }: IncomingMessage): boolean {
  return headers.host === `${socket.localAddress}:${socket.localPort}`;
}

function tokenOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-security-token'] ?? '');
}

/** Of one length, as `timingSafeEqual` needs it. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
