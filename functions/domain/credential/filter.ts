import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { mentions, oneOrMore, period, within, words } from '../search/values.ts';
import type { Connection } from './connection.ts';
import { CREDENTIAL_STATUSES, type Credential, isPaused } from './credential.ts';

export const SHOWN_STATUSES = [...CREDENTIAL_STATUSES, 'paused'] as const;
const name = z.string().min(1).max(253);

/** Fields are AND-ed, the values of one field OR-ed. */
export const credentialFilterSchema = z.strictObject({
  status: oneOrMore(z.enum(SHOWN_STATUSES)),
  status_reason: oneOrMore(failureCode),
  auth_kind: oneOrMore(z.enum(['password', 'oauth2'])),
  host: oneOrMore(name),
  label: oneOrMore(name),
  external_ref: oneOrMore(name),
  created_at: period.optional(),
  q: words.optional(),
});
export type CredentialFilter = z.output<typeof credentialFilterSchema>;

/** `paused` while an operator's pause holds at `now` (ms), whatever its health. */
export const shownStatus = (credential: Credential, now: number): (typeof SHOWN_STATUSES)[number] =>
  isPaused(credential, now) ? 'paused' : credential.status;

/** Whether it matches but for the time of its creation. */
export function matchesCredentialFilter(
  credential: Credential,
  connection: Connection,
  filter: CredentialFilter,
  now: number,
): boolean {
  const { id, host, label, external_ref: ref, username_masked: username } = connection;
  return (
    within(filter.status, shownStatus(credential, now)) &&
    within(filter.status_reason, credential.status_reason) &&
    within(filter.auth_kind, credential.auth_kind) &&
    within(filter.host, host) &&
    within(filter.label, label) &&
    within(filter.external_ref, ref) &&
    (filter.q === undefined || mentions([id, host, label, ref, username], filter.q))
  );
}
