import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { credentialId } from '../ids/ids.ts';
import { listOf } from '../search/values.ts';
import type { MailboxRecord } from './mailbox.ts';

/** The filter of a list of mailboxes. Fields are combined with AND. */
export const mailboxFilterShape = {
  credential_id: credentialId.optional(),
  last_error_code: listOf(failureCode).optional(),
  /** Whether syncs fail to read it. */
  in_error: z.enum(['true', 'false']).optional(),
};
export type MailboxFilter = z.output<z.ZodObject<typeof mailboxFilterShape>>;

/** Whether a mailbox matches, except for its credential, which the index handles. */
export function matchesMailboxFilter(
  { lastError }: Pick<MailboxRecord, 'lastError'>,
  { last_error_code: codes, in_error: inError }: Pick<MailboxFilter, 'last_error_code' | 'in_error'>,
): boolean {
  if (inError !== undefined && (inError === 'true') !== (lastError !== null)) return false;
  return codes === undefined || (lastError !== null && codes.includes(lastError.code));
}
