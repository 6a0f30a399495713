import { testConnection } from '../../credential-login/test-connection.ts';
import type { Secret } from '../../domain/credential/secret.ts';
import { endpoint } from '../../http/endpoint.ts';
import type { ConnectionSettings } from '../../ports/mailbox.ts';
import type { TokenEndpoint } from '../../ports/token-endpoint.ts';
import { testNewCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { refuseTarget, refuseTokenUrl } from './new-secret.ts';
import { failedTest, goodTest } from './test-result.ts';
import { withPlace } from './with-place.ts';

/**
 * Logs in with the given fields and secret, and stores nothing of them. It counts as a test, and as a secret for that
 * mailbox: it must not be a way to try more passwords.
 */
export const testNewCredential = (ports: CredentialPorts) =>
  endpoint(testNewCredentialContract, async ({ accountId, body: given, now }) => {
    const { limits, provider, tokens } = ports;
    refuseTarget(given, ports);
    refuseTokenUrl(given.secret, tokens);
    const { host, port, security_mode: securityMode, tls_ca_pem: tlsCaPem = null, secret } = given;
    const result = await withPlace(accountId, ports, async () => {
      // The narrower limit first: a request that it refuses is not counted as a test.
      await limits.secret(accountId, given, secret.username, now);
      await limits.test(accountId, given, now);
      return testConnection(async (signal) => {
        const authentication = await loginOf(secret, tokens);
        return provider.connect({ host, port, securityMode, tlsCaPem, authentication }, { signal });
      });
    });
    return { status: 200, data: result.ok ? goodTest(result) : failedTest(result.failure.code, result.failure.detail) };
  });

/** The login with a secret. For OAuth, an access token is requested first. Throws MailboxFailure. */
async function loginOf(
  secret: Secret,
  tokens: Pick<TokenEndpoint, 'refresh'>,
): Promise<ConnectionSettings['authentication']> {
  const { username } = secret;
  if ('password' in secret) return { kind: 'password', username, password: secret.password };
  const { accessToken } = await tokens.refresh({ ...secret, access_token: null, access_until: 0 });
  return { kind: 'oauth2', username, accessToken };
}
