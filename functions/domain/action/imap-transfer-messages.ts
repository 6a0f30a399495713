import * as z from 'zod';
import { count, fittingUidSet, folderPath, messageSet, uidSetText } from './message-set.ts';

/** The payload of both move and copy. */
export const transferPayload = z.strictObject({
  ...messageSet,
  target_folder: folderPath,
  create_target: z.boolean().default(false),
});
export type TransferPayload = z.output<typeof transferPayload>;

const outcome = {
  /** Messages that an earlier attempt had already processed; the server's answer to it was lost. */
  already_done: count,
  missing: fittingUidSet,
  target_uid_validity: count.nullable(),
  /**
   * Source and target UIDs, paired in order. Null if the server does not report them, or if they do not fit into a
   * result.
   */
  uid_map: z.strictObject({ source: uidSetText, target: uidSetText }).nullable(),
  method: z.enum(['move', 'copy_and_expunge', 'copy']),
  /** True if all messages were found in the target afterwards. */
  verified: z.boolean(),
};

/** The number of moved messages, and the outcome for the others. */
export const moveMessagesResult = z.strictObject({ moved: count, ...outcome });

/** The number of copied messages, and the outcome for the others. */
export const copyMessagesResult = z.strictObject({ copied: count, ...outcome });
export type TransferOutcome = z.infer<z.ZodObject<typeof outcome>>;
