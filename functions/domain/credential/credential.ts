/**
 * A credential's health, folded. It is `unverified` until the first successful login, and again after a `valid`
 * credential gets another secret or another server. It is refused when a failure applies to each of its jobs: the
 * server rejects its secret, its host does not exist, TLS fails and so on; `status_reason` has the code. The first
 * refusal makes it `suspect`: its jobs wait, and after ten minutes exactly one job may run (a trial). A second refusal
 * in a row parks it: its jobs wait, and it is probed after 1, 6 and 24 hours, then never. A successful login, probe or
 * test makes it `valid` from any status. An operator's pause is independent of this: only an operator ends it.
 */
import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { CREDENTIAL_STATUSES } from './statuses.ts';

const absent = z.iso.datetime().nullable().default(null);

export const credentialSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  auth_kind: z.enum(['password', 'oauth2']),
  status: z.enum(CREDENTIAL_STATUSES),
  status_reason: failureCode.nullable().default(null),
  strikes: z.int(),
  /** When the first refusal of the current streak happened. */
  struck_at: absent,
  /** Number of probes since it was parked. */
  probes: z.int().default(0),
  paused: z
    .strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })
    .nullable()
    .default(null),
  /** From this time one job may run. Null: not before somebody acts. */
  next_trial_at: absent,
  parked_at: absent,
  limited_until: absent,
  /** Rate limits since `CredentialVerified`. Workers that meet the same limit count it once. */
  limits: z.int().default(0),
  last_validated_at: absent,
  /** When its jobs became allowed to run, last time. */
  available_since: z.iso.datetime(),
  generation: z.int(),
  /** Number of updates so far; it is limited. */
  changes: z.int().default(0),
  /** By field of the vault (`secret` is one): the version of the last event that changed it. */
  named: z.record(z.string(), z.int()).default({}),
  deleted: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type Credential = Readonly<z.infer<typeof credentialSchema>>;
