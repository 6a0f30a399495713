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
    explanation: 'The address is internal, or the port is none for mail.',
    next_step: 'Correct host and port of the credential.',
  },
  tls_error: {
    who: 'operator',
    title: 'TLS failed',
    explanation: 'The certificate does not verify, or the server speaks no acceptable TLS.',
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
    title: 'Login mechanism unsupported',
    explanation: 'The server does not support the mechanism.',
    next_step: 'Check auth_kind of the credential.',
  },
  invalid_config: {
    who: 'operator',
    title: 'The connection settings are invalid',
    explanation: 'The settings cannot be turned into a connection.',
    next_step: 'Correct the credential.',
  },
  credential_altered: {
    who: 'operator',
    title: 'The stored connection was changed outside of this API',
    explanation:
      'Host, port, security mode, authority or user name is not the one that the secret was given for, or the row is damaged. The secret was not opened and not sent.',
    next_step:
      'Find out who wrote the row, then PATCH host, port, security_mode, tls_ca_pem and secret of the credential together. If its fields are null, delete it and create it again.',
  },
} as const satisfies Explanations;
