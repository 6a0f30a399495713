import * as z from 'zod';
import type { FailureCode } from '../failure/catalogue.ts';
import { failureCode } from '../failure/schema.ts';
import { mailServerName, namesServer } from '../network/server-filter.ts';
import { mentions, oneOrMore, period, within, words } from '../search/values.ts';
import { isPaused } from './admission.ts';
import type { Connection } from './connection.ts';
import type { Credential } from './credential.ts';
import { CREDENTIAL_STATUSES } from './statuses.ts';

export const SHOWN_STATUSES = [...CREDENTIAL_STATUSES, 'paused'] as const;
const name = z.string().min(1).max(253);

/** Fields are AND-ed, the values of one field OR-ed. */
export const credentialFilterSchema = z.strictObject({
  status: oneOrMore(z.enum(SHOWN_STATUSES)),
  status_reason: oneOrMore(failureCode),
  auth_kind: oneOrMore(z.enum(['password', 'oauth2'])),
  host: oneOrMore(mailServerName),
  label: oneOrMore(name),
  external_ref: oneOrMore(name),
  created_at: period.optional(),
  q: words.optional(),
});
export type CredentialFilter = z.output<typeof credentialFilterSchema>;

/** `paused` while an operator's pause holds at `now` (ms), whatever its health. */
export const shownStatus = (credential: Credential, now: number): (typeof SHOWN_STATUSES)[number] =>
  isPaused(credential, now) ? 'paused' : credential.status;

/** Why it is not well: a row of fields that cannot be read comes before what logins met. */
export const reasonOf = (credential: Credential, connection: Connection | null): FailureCode | null =>
  connection === null ? 'credential_altered' : credential.status_reason;

/** Whether it matches but for the time of its creation. Without fields it has no host, label and so on. */
export function matchesCredentialFilter(
  credential: Credential,
  connection: Connection | null,
  filter: CredentialFilter,
  now: number,
): boolean {
  return (
    within(filter.status, shownStatus(credential, now)) &&
    within(filter.status_reason, reasonOf(credential, connection)) &&
    within(filter.auth_kind, credential.auth_kind) &&
    namesServer(filter.host, connection) &&
    within(filter.label, connection?.label ?? null) &&
    within(filter.external_ref, connection?.external_ref ?? null) &&
    (filter.q === undefined || mentions(wordsOf(credential, connection), filter.q))
  );
}

const wordsOf = ({ id }: Credential, connection: Connection | null): (string | null)[] =>
  connection === null
    ? [id]
    : [id, connection.host, connection.label, connection.external_ref, connection.username_masked];
