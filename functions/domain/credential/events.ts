import * as z from 'zod';
import { envelopeSchema, eventShape, type Recorded } from '../event/event.ts';
import { failureCategory, failureCode } from '../failure/schema.ts';
import { credentialLastState } from './last-state.ts';

const failure = {
  code: failureCode,
  category: failureCategory,
  detail: z.string().max(300),
};

/** All events of a credential. */
export const credentialEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'CredentialAdded',
    z.strictObject({ provider_kind: z.literal('imap'), auth_kind: z.enum(['password', 'oauth2']) }),
  ),
  /** `seen`: what the test found, so that a repeated request gets the same answer. */
  eventShape(
    'CredentialVerified',
    z.strictObject({
      by: z.enum(['test', 'login', 'probe']),
      seen: z.strictObject({ capabilities: z.array(z.string()), mailboxes: z.int() }).optional(),
    }),
  ),
  eventShape('CredentialTestFailed', z.strictObject(failure)),
  /**
   * The credential cannot be used; `code` has the reason, which need not be its secret. `job_id` null: found by a
   * probe.
   */
  eventShape('CredentialRefused', z.strictObject({ ...failure, job_id: z.string().nullable() })),
  eventShape('CredentialTrialStarted', z.strictObject({ job_id: z.string() })),
  eventShape('CredentialProbeStarted', z.strictObject({})),
  eventShape('CredentialPaused', z.strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })),
  eventShape('CredentialResumed', z.strictObject({ reason: z.string().nullable() })),
  /**
   * Connection fields or the `secret` changed. Their values are not in the log. `generation` as in
   * `CredentialRotated`.
   */
  eventShape('CredentialUpdated', z.strictObject({ generation: z.int().positive(), fields: z.array(z.string()) })),
  eventShape('CredentialRateLimited', z.strictObject({ until: z.iso.datetime(), code: failure.code })),
  /**
   * `generation` is raised when the user name changed: mutations requested for the old mailbox must not run in the new
   * one.
   */
  eventShape('CredentialRotated', z.strictObject({ generation: z.int().positive() })),
  /** `reason` and `last_state` are absent in events of earlier releases. */
  eventShape(
    'CredentialDeleted',
    z.strictObject({
      force: z.boolean(),
      reason: z.string().nullable().optional(),
      last_state: credentialLastState.optional(),
    }),
  ),
]);

export type CredentialEvent = z.infer<typeof credentialEventSchema>;
export type RecordedCredentialEvent = Recorded<CredentialEvent>;
export const recordedCredentialEventSchema = z.intersection(
  envelopeSchema.omit({ type: true, data: true }),
  credentialEventSchema,
);
