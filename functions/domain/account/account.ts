/**
 * The account itself, folded: whether an operator has paused all its work, and whether it was erased. Its stream id is
 * the account id. An erasure leaves the account paused.
 */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';

const count = z.int().nonnegative();

export const accountEventSchema = z.discriminatedUnion('type', [
  eventShape('AccountPaused', z.strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })),
  eventShape('AccountResumed', z.strictObject({ reason: z.string().nullable() })),
  /**
   * The secrets, mail and jobs of the account are deleted, and everything that would make more jobs. The counts cover
   * everything that the log contained.
   */
  eventShape(
    'AccountErased',
    z.strictObject({
      reason: z.string().nullable(),
      credentials: count,
      webhook_endpoints: count,
      tasks: count,
      jobs: count,
    }),
  ),
]);
export type AccountEvent = z.infer<typeof accountEventSchema>;
export type RecordedAccountEvent = Recorded<AccountEvent>;
const recordedAccountEventSchema = z.intersection(envelopeSchema.omit({ type: true, data: true }), accountEventSchema);

export const accountSchema = z.strictObject({
  id: z.string(),
  paused: z
    .strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })
    .nullable()
    .default(null),
  /** When its jobs became allowed to run, last time. */
  available_since: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type Account = Readonly<z.infer<typeof accountSchema>>;

export function evolveAccount(state: Account | null, event: RecordedAccountEvent): Account {
  const next = {
    id: event.account_id,
    paused: state?.paused ?? null,
    available_since: state?.available_since ?? event.at,
    updated_at: event.at,
    version: event.version,
  };
  switch (event.type) {
    case 'AccountPaused':
      return { ...next, paused: event.data };
    case 'AccountResumed':
      return { ...next, paused: null, available_since: event.at };
    case 'AccountErased':
      return next;
  }
}

export const ACCOUNT_HISTORY = {
  schema: recordedAccountEventSchema,
  types: typeNames(accountEventSchema),
  evolve: evolveAccount,
  state: accountSchema,
};

/** The account after its stored events; null when there are none, because it was never paused. */
export function foldAccount(envelopes: readonly Envelope[], from: Account | null = null): Account | null {
  return foldEnvelopes(ACCOUNT_HISTORY, envelopes, from);
}
