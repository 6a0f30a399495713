/**
 * Bodies of requests from the values of a form. Secrets go from their fields into the request and are kept nowhere
 * else.
 */
import type { Input, Schemas } from '../../../client/index.ts';

type NewCredential = Input<'createCredential'>['body'];
type Changes = Input<'updateCredential'>['body'];
type SecurityMode = 'ssl_tls' | 'starttls' | 'none';

const SECURITY_MODES: readonly SecurityMode[] = ['ssl_tls', 'starttls', 'none'];

/** The typed text, unchanged: a password may begin or end with a space. */
function typed(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

const text = (form: FormData, name: string): string => typed(form, name).trim();

const securityOf = (form: FormData): SecurityMode =>
  SECURITY_MODES.find((mode) => mode === text(form, 'security_mode')) ?? 'ssl_tls';

/** A secret of the kind that the credential logs in with. */
export function secretOf(form: FormData, kind: Schemas['Credential']['auth_kind']): Schemas['Secret'] {
  if (kind === 'password') return { username: text(form, 'username'), password: typed(form, 'password') };
  const scope = text(form, 'scope');
  return {
    username: text(form, 'username'),
    client_id: text(form, 'client_id'),
    client_secret: typed(form, 'client_secret'),
    refresh_token: text(form, 'refresh_token'),
    token_url: text(form, 'token_url'),
    ...(scope === '' ? {} : { scope }),
  };
}

export function newCredentialOf(form: FormData): NewCredential {
  const kind = text(form, 'auth_kind') === 'oauth2' ? 'oauth2' : 'password';
  const [pem, label, reference] = [text(form, 'tls_ca_pem'), text(form, 'label'), text(form, 'external_ref')];
  return {
    provider_kind: 'imap',
    host: text(form, 'host'),
    port: Number(text(form, 'port')),
    security_mode: securityOf(form),
    max_connections: Number(text(form, 'max_connections')),
    ...(pem === '' ? {} : { tls_ca_pem: pem }),
    ...(label === '' ? {} : { label }),
    ...(reference === '' ? {} : { external_ref: reference }),
    auth_kind: kind,
    secret: secretOf(form, kind),
  };
}

/**
 * Only the fields that differ from the credential. The secret is sent if a user name was entered; the service reports
 * if it needs the secret. A text for the certificates replaces them, `remove_ca` removes them.
 */
export function changesOf(form: FormData, before: Schemas['Credential']): Changes {
  const pem = text(form, 'tls_ca_pem');
  const changes: Changes = {};
  const host = text(form, 'host');
  if (host !== before.host) changes.host = host;
  const port = Number(text(form, 'port'));
  if (port !== before.port) changes.port = port;
  const security = securityOf(form);
  if (security !== before.security_mode) changes.security_mode = security;
  const connections = Number(text(form, 'max_connections'));
  if (connections !== before.max_connections) changes.max_connections = connections;
  const label = text(form, 'label');
  if (label !== (before.label ?? '')) changes.label = label === '' ? null : label;
  const reference = text(form, 'external_ref');
  if (reference !== (before.external_ref ?? '')) changes.external_ref = reference === '' ? null : reference;
  if (pem !== '') changes.tls_ca_pem = pem;
  else if (form.has('remove_ca')) changes.tls_ca_pem = null;
  if (text(form, 'username') !== '') changes.secret = secretOf(form, before.auth_kind);
  return changes;
}

/** Whether the change concerns the connection, so that a test is needed to show whether it works. */
export const changesLogin = (changes: Changes): boolean =>
  (['host', 'port', 'security_mode', 'tls_ca_pem', 'secret'] as const).some((field) => changes[field] !== undefined);
