import { ACCOUNT_HISTORY, type Account, accountSchema } from '../account/account.ts';
import { type Credential, credentialSchema } from '../credential/credential.ts';
import { CREDENTIAL_HISTORY } from '../credential/history.ts';
import { credentialsOf, DELETED_CREDENTIALS, PROBES } from './keys.ts';
import { FIRST_FOLD, type ViewRow, withoutNulls } from './row.ts';

/**
 * 2: counts changes, and remembers which fields events named. 3: knows `CredentialRefused`, which a projector of an
 * earlier release leaves out of its row.
 */
const CREDENTIAL_FOLD = 3;

export function credentialRow(credential: Credential): ViewRow {
  // Stays until retention has made sure that none of its mail is left.
  if (credential.deleted)
    return {
      id: credential.id,
      v: credential.version,
      go: DELETED_CREDENTIALS,
      od: `${credential.updated_at}#${credential.id}`,
    };
  return {
    id: credential.id,
    v: credential.version,
    f: CREDENTIAL_FOLD,
    b: withoutNulls(credential),
    ga: credentialsOf(credential.account_id),
    s: `${credential.created_at}#${credential.id}`,
    ...(credential.status === 'parked' && credential.next_trial_at !== null
      ? { go: PROBES, od: `${credential.next_trial_at}#${credential.id}` }
      : {}),
  };
}

export function accountRow(account: Account): ViewRow {
  return { id: account.id, v: account.version, b: withoutNulls(account) };
}

export const ACCOUNT_PROJECTION = {
  history: ACCOUNT_HISTORY,
  fold: FIRST_FOLD,
  toRow: accountRow,
  fromRow: (row: ViewRow): Account | null => (row.b === undefined ? null : accountSchema.parse(row.b)),
};

export const CREDENTIAL_PROJECTION = {
  history: CREDENTIAL_HISTORY,
  fold: CREDENTIAL_FOLD,
  toRow: credentialRow,
  fromRow: (row: ViewRow): Credential | null => (row.b === undefined ? null : credentialSchema.parse(row.b)),
};
