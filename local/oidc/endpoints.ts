import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Issuer } from '../http/issuer.ts';
import { authorizeEndpoint } from './authorize.ts';
import { createGrants } from './grants.ts';
import { tokenEndpoint } from './token.ts';

/** The path of the issuer on the stack's port. */
export const OIDC_PATH = '/_local/oidc/';

/** All endpoints of the issuer, below `/_local/oidc/`. `origin`: of this server. */
export function oidcEndpoints(issuer: Issuer, origin: string) {
  const grants = createGrants();
  const authorize = authorizeEndpoint(issuer, grants, origin);
  const token = tokenEndpoint(issuer, grants);

  return async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method } = request;
    switch (path.slice(OIDC_PATH.length)) {
      case '.well-known/openid-configuration':
        return json(response, 200, issuer.discovery);
      case 'jwks':
        return json(response, 200, issuer.jwks);
      case 'authorize':
        return authorize(request, response);
      case 'token': {
        if (method !== 'POST') return json(response, 404, { error: 'not_found' });
        const { status, body } = await token(request);
        return json(response, status, body);
      }
      default:
        return json(response, 404, { error: 'not_found' });
    }
  };
}

/** A JSON reply that must not be cached. */
export function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(JSON.stringify(body));
}
