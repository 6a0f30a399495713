import * as z from 'zod';
import { count, fittingUidSet, messageSet } from './message-set.ts';

/** The messages to delete, and whether they are moved to the trash or removed for good. */
export const deleteMessagesPayload = z.strictObject({
  ...messageSet,
  /** `expunge` deletes for good; only an owner may ask for it. */
  mode: z.enum(['trash', 'expunge']).default('trash'),
});
export type DeleteMessagesPayload = z.output<typeof deleteMessagesPayload>;

/** The number of deleted messages, and the UIDs that were missing. */
export const deleteMessagesResult = z.strictObject({
  deleted: count,
  already_done: count,
  mode: z.enum(['trash', 'expunge']),
  missing: fittingUidSet,
  trash_folder: z.string().nullable(),
});
export type DeleteMessagesResult = z.infer<typeof deleteMessagesResult>;
