import { authKindOf, type Secret } from '../../domain/credential/secret.ts';
import { Problem } from '../../http/problem.ts';
import type { CredentialVault, OpenedCredential, StoredConnection } from '../../ports/credential-vault.ts';
import type { TokenEndpoint } from '../../ports/token-endpoint.ts';
import { VaultError } from '../../ports/vault.ts';
import { measure } from '../../runtime/metrics.ts';
import type { CredentialPorts } from './credential-ports.ts';

/** Throws Problem invalid_request for a mail server that this deployment refuses to connect to. */
export function refuseTarget(
  target: Parameters<CredentialPorts['refusal']>[0],
  { refusal }: Pick<CredentialPorts, 'refusal'>,
): void {
  const refused = refusal(target);
  if (refused === null) return;
  throw new Problem('invalid_request', { errors: [{ pointer: `/${refused.field}`, message: refused.message }] });
}

/** Throws Problem invalid_request for an OAuth secret whose token URL this deployment refuses. */
export function refuseTokenUrl(secret: Secret, tokens: Pick<TokenEndpoint, 'isAllowed'>): void {
  if ('password' in secret || tokens.isAllowed(secret.token_url)) return;
  const message = 'must be https on port 443 of a public host';
  throw new Problem('invalid_request', { errors: [{ pointer: '/secret/token_url', message }] });
}

/** Throws Problem invalid_request for a secret that cannot replace one of this kind. */
export function refuseSecret(
  secret: Secret,
  kind: ReturnType<typeof authKindOf>,
  tokens: Pick<TokenEndpoint, 'isAllowed'>,
): void {
  if (kind !== authKindOf(secret))
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/secret', message: `must be a secret of the auth_kind ${kind}` }],
    });
  refuseTokenUrl(secret, tokens);
}

/** The stored fields; null if they no longer exist. Throws Problem credential_altered for a row that cannot be read. */
export async function storedOrAltered(
  vault: Pick<CredentialVault, 'read'>,
  id: string,
): Promise<StoredConnection | null> {
  try {
    return await vault.read(id);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    measure('CredentialAltered', 1, { credential_id: id });
    throw new Problem('credential_altered');
  }
}

/** The opened credential; null if it no longer exists; `altered` if its row is not as this code wrote it. */
export async function openedOrAltered(
  vault: Pick<CredentialVault, 'opened'>,
  id: string,
): Promise<OpenedCredential | null | 'altered'> {
  try {
    return await vault.opened(id);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    measure('CredentialAltered', 1, { credential_id: id });
    return 'altered';
  }
}
