import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { serverNameOf } from '../limits/mail-server.ts';
import type { Connection } from './connection.ts';
import type { Credential } from './credential.ts';
import { CREDENTIAL_STATUSES } from './statuses.ts';

/**
 * The last state of a deleted credential, for the audit. It omits label, external_ref and user name: they may be
 * personal data, and the stream of a credential is never erased.
 */
export const credentialLastState = z.strictObject({
  auth_kind: z.enum(['password', 'oauth2']),
  status: z.enum(CREDENTIAL_STATUSES),
  status_reason: failureCode.nullable(),
  paused: z.boolean(),
  /** `host:port`; null when its fields cannot be read. */
  host: z.string().nullable(),
  last_validated_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
});

/**
 * `connection` null: it cannot be read, or does not belong to the credential. `paused`: an operator's pause is in
 * effect.
 */
export const credentialLastStateOf = (
  credential: Credential,
  connection: Connection | null,
  paused: boolean,
): z.infer<typeof credentialLastState> => ({
  auth_kind: credential.auth_kind,
  status: credential.status,
  status_reason: credential.status_reason,
  paused,
  host: serverNameOf(connection),
  last_validated_at: credential.last_validated_at,
  created_at: credential.created_at,
});
