import type { Connection } from '../domain/credential/connection.ts';
import type { StoredSecret } from '../domain/credential/secret.ts';
import type { ConnectionSettings } from '../ports/mailbox.ts';

/** `generation`: of the credential, as far as the fields tell. */
export type LoginSettings = ConnectionSettings & { readonly generation: number | null };

/** How to log in, from a credential's fields and its opened secret; null while an OAuth secret has no access token. */
export function connectionSettings(connection: Connection, secret: StoredSecret): LoginSettings | null {
  const authentication = authenticationOf(secret);
  if (authentication === null) return null;
  return {
    host: connection.host,
    port: connection.port,
    securityMode: connection.security_mode,
    tlsCaPem: connection.tls_ca_pem,
    authentication,
    generation: connection.generation,
  };
}

function authenticationOf(secret: StoredSecret): ConnectionSettings['authentication'] | null {
  if ('password' in secret) return { kind: 'password', username: secret.username, password: secret.password };
  const { username, access_token: accessToken } = secret;
  return accessToken === null ? null : { kind: 'oauth2', username, accessToken };
}
