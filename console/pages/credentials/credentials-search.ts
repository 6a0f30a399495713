/** The search of the credentials page: the address is the only state of its filters. */
import type { Schemas } from '../../../client/index.ts';
import { choice, many, one, present, uncheckedFor } from '../../search-parameters/flat.ts';

/** As it is in the address. Values that the service does not know are kept: it says what is wrong with them. */
export type CredentialsSearch = {
  readonly q?: string | undefined;
  readonly status?: readonly string[] | undefined;
  /** Failure codes. */
  readonly reason?: readonly string[] | undefined;
  readonly host?: readonly string[] | undefined;
};

export function readCredentialsSearch(raw: Record<string, unknown>): CredentialsSearch {
  return present({
    q: one(raw.q)?.trim() || undefined,
    status: many(raw.status),
    reason: many(raw.reason),
    host: many(raw.host),
  });
}

/** The filter for the API. It may hold values that the service refuses, because an address may hold any text. */
export function credentialFilterOf({ q, status, reason, host }: CredentialsSearch): Schemas['CredentialFilter'] {
  return uncheckedFor({ q, status, status_reason: reason, host });
}

/**
 * The search of one credential's page: the filters of the list that it was opened from; `?rotate=1` opens the dialog that
 * rotates it.
 */
export type CredentialSearch = CredentialsSearch & { readonly rotate?: '1' | undefined };

export const readCredentialSearch = (raw: Record<string, unknown>): CredentialSearch =>
  present({ ...readCredentialsSearch(raw), rotate: choice(raw.rotate, ['1'] as const) });
