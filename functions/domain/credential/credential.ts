/**
 * A credential's health, folded. `unverified` until the first good login, and again from `valid` when it is given
 * another secret or moved to another server. It is refused when a failure holds for each of its jobs: the server does not
 * take its secret, its host does not exist, TLS fails and so on; `status_reason` says which. The first refusal makes it
 * `suspect`: its jobs wait, and after ten minutes exactly one is let through (a trial). A second one in a row parks it:
 * its jobs wait, and it is probed after 1, 6 and 24 hours, then never. A good login, probe or test leads from anywhere to `valid`. Whether an operator has
 * paused it is another matter: only the operator undoes it.
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
  /** When the first strike of the row was. */
  struck_at: absent,
  /** Probes since it was parked. */
  probes: z.int().default(0),
  paused: z
    .strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })
    .nullable()
    .default(null),
  /** From then one job is let through. Null: not until somebody acts. */
  next_trial_at: absent,
  parked_at: absent,
  limited_until: absent,
  /** Rate limits since a login was last good and stayed so. Workers that met the same one counted it once. */
  limits: z.int().default(0),
  last_validated_at: absent,
  /** Since when its jobs may run (again). */
  available_since: z.iso.datetime(),
  generation: z.int(),
  /** Updates so far: their number is limited. */
  changes: z.int().default(0),
  /** By field of the vault (`secret` is one): the version of the last event that named it. */
  named: z.record(z.string(), z.int()).default({}),
  deleted: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type Credential = Readonly<z.infer<typeof credentialSchema>>;
