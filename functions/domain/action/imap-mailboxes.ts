import * as z from 'zod';
import { MAX_UID } from '../sync/uid-set.ts';
import { CONTROL } from '../text/one-line.ts';
import { count, folderPath } from './message-set.ts';

/** One level of the hierarchy. The server's delimiter joins it to its parent. */
const name = z
  .string()
  .min(1)
  .max(250)
  .regex(new RegExp(`^[^${CONTROL}%*]+$`), 'must not contain control characters, % or *');
const uidValidity = z.int().min(1).max(MAX_UID);

/** The mailbox to create; without a parent it is at the top level. */
export const createMailboxPayload = z.strictObject({ name, parent: folderPath.nullable().default(null) });
export type CreateMailboxPayload = z.output<typeof createMailboxPayload>;

/** The path of the mailbox; `created` is false if it existed. */
export const createMailboxResult = z.strictObject({ path: z.string(), created: z.boolean() });

/** The mailbox to rename, and its new name and parent. */
export const renameMailboxPayload = z.strictObject({
  folder: folderPath,
  uid_validity: uidValidity,
  name,
  /** The new parent. Absent: the parent stays. Null: the top level. */
  parent: folderPath.nullable().optional(),
});
export type RenameMailboxPayload = z.output<typeof renameMailboxPayload>;

/** The path after the rename. */
export const renameMailboxResult = z.strictObject({
  old_path: z.string(),
  path: z.string(),
  renamed: z.boolean(),
  /** The number of mailboxes below it; they are renamed with it. */
  children: count,
});

/** The mailbox to delete, and the conditions. */
export const deleteMailboxPayload = z.strictObject({
  folder: folderPath,
  uid_validity: uidValidity,
  if_messages_at_most: z.int().min(0).max(MAX_UID).default(0),
});
export type DeleteMailboxPayload = z.output<typeof deleteMailboxPayload>;

/** The number of messages that were deleted with the mailbox. */
export const deleteMailboxResult = z.strictObject({ deleted: z.boolean(), messages: count });
