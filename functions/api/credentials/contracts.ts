import * as z from 'zod';
import { credentialFilterSchema } from '../../domain/credential/credential-filter.ts';
import { authKindOf, secretSchema } from '../../domain/credential/secret.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery, searchBody } from '../../http/pagination.ts';
import { accountParams, credentialParams, deletionReason } from '../parameters.ts';
import { credentialResource } from './resource.ts';
import { credentialTestResource } from './test-result.ts';

const EXAMPLE_SECRET = { username: 'jane@example.com', password: 'correct horse battery staple' };

const EXAMPLE_CREDENTIAL = {
  provider_kind: 'imap',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'password',
  secret: EXAMPLE_SECRET,
};

const connection = {
  host: z.string().trim().toLowerCase().min(1).max(253),
  port: z.int().min(1).max(65_535),
  security_mode: z
    .enum(['ssl_tls', 'starttls', 'none', 'tls'])
    .transform((mode) => (mode === 'tls' ? 'ssl_tls' : mode)),
  tls_ca_pem: z
    .string()
    .max(16_384)
    .regex(/^\s*-----BEGIN CERTIFICATE-----/, 'must be a PEM certificate')
    .optional(),
  max_connections: z.int().min(1).max(10),
  label: oneLine(200).optional(),
  external_ref: oneLine(200).optional(),
};

/** The fields of a new credential. */
const newCredential = z
  .strictObject({
    provider_kind: z.literal('imap'),
    ...connection,
    max_connections: connection.max_connections.default(3),
    auth_kind: z.enum(['password', 'oauth2']),
    secret: secretSchema,
  })
  .refine(({ auth_kind: kind, secret }) => kind === authKindOf(secret), {
    path: ['secret'],
    message: 'must be a secret of that auth_kind',
  });

export const createCredentialContract = contract({
  operation: 'createCredential',
  summary: 'Adds a mailbox. No reply ever shows its secret.',
  params: accountParams,
  query: noQuery,
  body: newCredential,
  replies: [{ status: 201, data: credentialResource, etag: true }],
  problems: ['rate_limited', 'quota_exceeded'],
  example: EXAMPLE_CREDENTIAL,
});

export const listCredentialsContract = contract({
  operation: 'listCredentials',
  summary: 'Lists the credentials of an account, newest first.',
  params: accountParams,
  query: listQuery({}),
  body: noBody,
  replies: [{ status: 200, data: z.array(credentialResource), list: 'page' }],
  problems: [],
});

export const searchCredentialsContract = contract({
  operation: 'searchCredentials',
  summary: 'Searches the credentials of an account.',
  params: accountParams,
  query: noQuery,
  body: searchBody({
    filter: credentialFilterSchema.default({}),
    sort: z.enum(['-created_at', 'created_at']).default('-created_at'),
  }),
  replies: [{ status: 200, data: z.array(credentialResource), list: 'search' }],
  problems: [],
  example: { filter: { status: ['suspect', 'parked'], host: 'imap.example.com' } },
});

export const getCredentialContract = contract({
  operation: 'getCredential',
  summary: 'Shows one credential: its health and its connection, never its secret.',
  params: credentialParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: credentialResource, etag: true }],
  problems: [],
});

export const deleteCredentialContract = contract({
  operation: 'deleteCredential',
  summary:
    'Deletes a credential with its secret and mail metadata; while jobs, schedules or webhook endpoints use it, only with `force`.',
  params: credentialParams,
  query: z.strictObject({ force: z.enum(['true', 'false']).default('false'), reason: deletionReason }),
  body: noBody,
  replies: [{ status: 204, data: z.null() }],
  problems: ['credential_in_use'],
  ifMatch: true,
});

export const testCredentialContract = contract({
  operation: 'testCredential',
  summary: 'Logs in and lists the folders, within 20 seconds. If the test succeeds, the credential becomes `valid`.',
  params: credentialParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: credentialTestResource }],
  problems: ['rate_limited'],
  ifMatch: true,
});

export const testNewCredentialContract = contract({
  operation: 'testNewCredential',
  summary: 'Tests a login before its credential is created: logs in and lists the folders, within 20 seconds.',
  params: accountParams,
  query: noQuery,
  body: newCredential,
  replies: [{ status: 200, data: credentialTestResource }],
  problems: ['rate_limited'],
  storesNothing: true,
  example: EXAMPLE_CREDENTIAL,
});

export const rotateCredentialContract = contract({
  operation: 'rotateCredential',
  summary: 'Replaces the secret. The old one is destroyed.',
  params: credentialParams,
  query: noQuery,
  body: z.strictObject({ secret: secretSchema }),
  replies: [{ status: 200, data: credentialResource, etag: true }],
  problems: ['credential_altered', 'rate_limited'],
  ifMatch: true,
  example: { secret: EXAMPLE_SECRET },
});

export const updateCredentialContract = contract({
  operation: 'updateCredential',
  summary:
    'Changes where and how a credential connects, or its names. With another host, port or user name it counts as another mailbox. Another host or port, a less safe security_mode, and another tls_ca_pem require `secret` in the same request.',
  params: credentialParams,
  query: noQuery,
  body: z
    .strictObject({
      host: connection.host.optional(),
      port: connection.port.optional(),
      security_mode: connection.security_mode.optional(),
      tls_ca_pem: connection.tls_ca_pem.nullable(),
      max_connections: connection.max_connections.optional(),
      label: connection.label.nullable(),
      external_ref: connection.external_ref.nullable(),
      secret: secretSchema.optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'names nothing to change')
    .meta({ minProperties: 1 }),
  replies: [{ status: 200, data: credentialResource, etag: true }],
  problems: ['secret_required', 'credential_altered', 'too_many_changes', 'rate_limited'],
  ifMatch: true,
  example: { label: 'Sales', max_connections: 2 },
});
