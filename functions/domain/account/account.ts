/** The account itself, folded: whether an operator has paused all its work. Its stream id is the account id. */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';

export const accountEventSchema = z.discriminatedUnion('type', [
  eventShape('AccountPaused', z.strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })),
  eventShape('AccountResumed', z.strictObject({ reason: z.string().nullable() })),
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
  return event.type === 'AccountPaused'
    ? { ...next, paused: event.data }
    : { ...next, paused: null, available_since: event.at };
}

export const ACCOUNT_HISTORY = {
  schema: recordedAccountEventSchema,
  types: typeNames(accountEventSchema),
  evolve: evolveAccount,
  state: accountSchema,
};

/** The account after its stored events; null when there are none, because it was never paused. */
export function foldAccount(envelopes: readonly Envelope[]): Account | null {
  return foldEnvelopes(ACCOUNT_HISTORY, envelopes);
}
