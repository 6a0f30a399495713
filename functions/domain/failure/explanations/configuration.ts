import type { Explanations } from './explanation.ts';

export const CONFIGURATION = {
  oauth_invalid_request: {
    who: 'operator',
    title: 'The OAuth client is set up wrongly',
    explanation: 'The token endpoint or the server rejects the request as malformed.',
    next_step: 'Check client_id, client_secret, token_url and scope of the credential.',
  },
  host_not_allowed: {
    who: 'operator',
    title: 'The host or port is not allowed',
    explanation: 'The host is at an internal address, or the port is not a port for mail.',
    next_step: 'Correct host and port of the credential.',
  },
  tls_error: {
    who: 'operator',
    title: 'TLS failed',
    explanation: 'The certificate is not valid for this host, or the server supports no accepted version of TLS.',
    next_step:
      'Check host, port and security mode. For a self-signed certificate or a private authority, give its certificate as tls_ca_pem.',
  },
  tls_required: {
    who: 'operator',
    title: 'The server requires TLS',
    explanation: 'The server refuses logins over a plain connection.',
    next_step: 'Set security_mode to ssl_tls or starttls.',
  },
  dns_not_found: {
    who: 'operator',
    title: 'No such host',
    explanation: 'The host name does not exist.',
    next_step: 'Correct the host of the credential, then test the credential. No password was sent.',
  },
  auth_misconfigured: {
    who: 'operator',
    title: 'No login method fits',
    explanation: 'The server offers no login method that this credential can use.',
    next_step: 'Check auth_kind and security_mode of the credential.',
  },
  auth_mechanism_unsupported: {
    who: 'operator',
    title: 'The login mechanism is not supported',
    explanation: 'The server does not support the login mechanism of this credential.',
    next_step: 'Check auth_kind of the credential.',
  },
  invalid_config: {
    who: 'operator',
    title: 'The connection settings are invalid',
    explanation: 'No connection can be made with these settings.',
    next_step: 'Correct the credential.',
  },
  credential_altered: {
    who: 'operator',
    title: 'The stored connection was changed outside of this API',
    explanation:
      'Host, port, security mode, authority or user name differs from what the secret was stored for, or the row is damaged. The secret was not decrypted and not sent.',
    next_step:
      'Find out who changed the row, then PATCH host, port, security_mode, tls_ca_pem and secret of the credential together. If its fields are null, delete it and create it again.',
  },
} as const satisfies Explanations;
