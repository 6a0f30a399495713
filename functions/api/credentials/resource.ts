import * as z from 'zod';
import type { Connection } from '../../domain/credential/connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { reasonOf, SHOWN_STATUSES, shownStatus } from '../../domain/credential/credential-filter.ts';
import { failureCode } from '../../domain/failure/schema.ts';
import type { Unreadable } from '../../ports/credential-vault.ts';
import { certificateResource, certificatesOf } from './certificates.ts';

const instant = z.iso.datetime();

/** A credential, as the API shows it: without its secret. */
export const credentialResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  provider_kind: z.literal('imap'),
  host: z.string().nullable(),
  port: z.int().nullable(),
  security_mode: z.enum(['ssl_tls', 'starttls', 'none']).nullable(),
  auth_kind: z.enum(['password', 'oauth2']),
  tls_certificates: z.array(certificateResource).nullable(),
  username_masked: z.string().nullable(),
  max_connections: z.int().nullable(),
  label: z.string().nullable(),
  external_ref: z.string().nullable(),
  /** `paused` while an operator's pause lasts, whatever the health. */
  status: z.enum(SHOWN_STATUSES),
  status_reason: failureCode.nullable(),
  parked_at: instant.nullable(),
  next_probe_at: instant.nullable(),
  waiting_jobs: z.int(),
  last_validated_at: instant.nullable(),
  last_used_at: instant.nullable(),
  last_synced_at: instant.nullable(),
  generation: z.int(),
  created_at: instant,
  updated_at: instant,
  version: z.int(),
});
export type CredentialResource = z.infer<typeof credentialResource>;

/**
 * The credential as the API shows it: its health from the log and its connection fields, never its secret. Fields that
 * cannot be read are null.
 */
export function toCredentialResource(
  credential: Credential,
  stored: Connection | Unreadable,
  waitingJobs: number,
  now: number,
): CredentialResource {
  const connection = stored === 'unreadable' ? null : stored;
  return {
    id: credential.id,
    account_id: credential.account_id,
    provider_kind: 'imap',
    host: connection?.host ?? null,
    port: connection?.port ?? null,
    security_mode: connection?.security_mode ?? null,
    auth_kind: credential.auth_kind,
    tls_certificates: connection === null ? null : [...certificatesOf(connection.tls_ca_pem, now)],
    username_masked: connection?.username_masked ?? null,
    max_connections: connection?.max_connections ?? null,
    label: connection?.label ?? null,
    external_ref: connection?.external_ref ?? null,
    status: shownStatus(credential, now),
    status_reason: reasonOf(credential, connection),
    parked_at: credential.parked_at,
    next_probe_at: credential.next_trial_at,
    waiting_jobs: waitingJobs,
    last_validated_at: credential.last_validated_at,
    last_used_at: connection?.last_used_at ?? null,
    last_synced_at: connection?.last_synced_at ?? null,
    generation: credential.generation,
    created_at: credential.created_at,
    updated_at: credential.updated_at,
    version: credential.version,
  };
}
