import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { credentialId } from '../ids/ids.ts';
import { listOf } from '../search/values.ts';
import type { MailboxRecord } from './mailbox.ts';

/** What a list of mailboxes is narrowed by. Fields are AND-ed. */
export const mailboxFilterShape = {
  credential_id: credentialId.optional(),
  last_error_code: listOf(failureCode).optional(),
  /** Whether syncs cannot read it. */
  in_error: z.enum(['true', 'false']).optional(),
};
export type MailboxFilter = z.output<z.ZodObject<typeof mailboxFilterShape>>;

/** Whether a mailbox matches but for its credential, which is where it stands in the index. */
export function matchesMailboxFilter(
  { lastError }: Pick<MailboxRecord, 'lastError'>,
  { last_error_code: codes, in_error: inError }: Pick<MailboxFilter, 'last_error_code' | 'in_error'>,
): boolean {
  if (inError !== undefined && (inError === 'true') !== (lastError !== null)) return false;
  return codes === undefined || (lastError !== null && codes.includes(lastError.code));
}
