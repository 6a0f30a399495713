import type { Secret } from '../../domain/credential/secret.ts';
import type { TokenEndpoint } from '../../ports/token-endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';

/** Throws Problem invalid_request for an OAuth secret whose token URL this deployment would not ask. */
export function refuseTokenUrl(secret: Secret, tokens: Pick<TokenEndpoint, 'isAllowed'>): void {
  if ('password' in secret || tokens.isAllowed(secret.token_url)) return;
  const message = 'must be https on port 443 of a public host';
  throw new Problem('invalid_request', { errors: [{ pointer: '/secret/token_url', message }] });
}
