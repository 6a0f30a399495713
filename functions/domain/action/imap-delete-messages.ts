import * as z from 'zod';
import { count, fittingUidSet, messageSet } from './message-set.ts';

export const deleteMessagesPayload = z.strictObject({
  ...messageSet,
  /** `expunge` deletes for good; only an owner may ask for it. */
  mode: z.enum(['trash', 'expunge']).default('trash'),
});
export type DeleteMessagesPayload = z.output<typeof deleteMessagesPayload>;

export const deleteMessagesResult = z.strictObject({
  deleted: count,
  already_done: count,
  mode: z.enum(['trash', 'expunge']),
  missing: fittingUidSet,
  trash_folder: z.string().nullable(),
});
export type DeleteMessagesResult = z.infer<typeof deleteMessagesResult>;
