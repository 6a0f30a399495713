import { type Envelope, foldEnvelopes, typeNames } from '../event/event.ts';
import { type Credential, credentialSchema } from './credential.ts';
import { credentialEventSchema, recordedCredentialEventSchema } from './events.ts';
import { evolveCredential } from './evolve.ts';

/** How a credential's stream is read and folded. */
export const CREDENTIAL_HISTORY = {
  schema: recordedCredentialEventSchema,
  types: typeNames(credentialEventSchema),
  evolve: evolveCredential,
  state: credentialSchema,
};

/** The credential after its stored events, starting from a known state; null when there are none. */
export function foldCredential(envelopes: readonly Envelope[], from: Credential | null = null): Credential | null {
  return foldEnvelopes(CREDENTIAL_HISTORY, envelopes, from);
}
