import * as z from 'zod';
import type { Connection } from '../../domain/credential/connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { SHOWN_STATUSES, shownStatus } from '../../domain/credential/filter.ts';
import { failureCode } from '../../domain/failure/schema.ts';

const instant = z.iso.datetime();

export const credentialResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  provider_kind: z.literal('imap'),
  host: z.string(),
  port: z.int(),
  security_mode: z.enum(['ssl_tls', 'starttls', 'none']),
  auth_kind: z.enum(['password', 'oauth2']),
  username_masked: z.string(),
  max_connections: z.int(),
  label: z.string().nullable(),
  external_ref: z.string().nullable(),
  /** `paused` while an operator's pause holds, whatever its health. */
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

/** The credential as the API shows it: its health from the log, its connection fields, never its secret. */
export function toCredentialResource(
  credential: Credential,
  connection: Connection,
  waitingJobs: number,
  now: number,
): CredentialResource {
  return {
    id: credential.id,
    account_id: credential.account_id,
    provider_kind: 'imap',
    host: connection.host,
    port: connection.port,
    security_mode: connection.security_mode,
    auth_kind: credential.auth_kind,
    username_masked: connection.username_masked,
    max_connections: connection.max_connections,
    label: connection.label,
    external_ref: connection.external_ref,
    status: shownStatus(credential, now),
    status_reason: credential.status_reason,
    parked_at: credential.parked_at,
    next_probe_at: credential.next_trial_at,
    waiting_jobs: waitingJobs,
    last_validated_at: credential.last_validated_at,
    last_used_at: connection.last_used_at,
    last_synced_at: connection.last_synced_at,
    generation: credential.generation,
    created_at: credential.created_at,
    updated_at: credential.updated_at,
    version: credential.version,
  };
}
