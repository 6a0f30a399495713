import * as z from 'zod';
import { count, fittingUidSet, folderPath, messageSet, uidSetText } from './message-set.ts';

/** Move and copy take the same. */
export const transferPayload = z.strictObject({
  ...messageSet,
  target_folder: folderPath,
  create_target: z.boolean().default(false),
});
export type TransferPayload = z.output<typeof transferPayload>;

const outcome = {
  /** Found done already, by an attempt before this one whose answer never came. */
  already_done: count,
  missing: fittingUidSet,
  target_uid_validity: count.nullable(),
  /** Source and target UIDs, paired in order; null where the server does not tell or they would not fit. */
  uid_map: z.strictObject({ source: uidSetText, target: uidSetText }).nullable(),
  method: z.enum(['move', 'copy_and_expunge', 'copy']),
  /** The target was looked at and has them all. */
  verified: z.boolean(),
};

export const moveMessagesResult = z.strictObject({ moved: count, ...outcome });
export const copyMessagesResult = z.strictObject({ copied: count, ...outcome });
export type TransferOutcome = z.infer<z.ZodObject<typeof outcome>>;
