import type { Connection } from '../../domain/credential/connection.ts';
import type { Secret } from '../../domain/credential/secret.ts';
import type { ConnectionSettings } from '../../ports/mailbox.ts';

/** How to log in, from a credential's fields and its opened secret. */
export function connectionSettings(connection: Connection, secret: Secret): ConnectionSettings {
  return {
    host: connection.host,
    port: connection.port,
    securityMode: connection.security_mode,
    tlsCaPem: connection.tls_ca_pem,
    authentication: { kind: 'password', username: secret.username, password: secret.password },
  };
}
