import * as z from 'zod';
import { MAX_UID } from '../sync/uid-set.ts';
import { count, folderPath, uidSetText } from './message-set.ts';

const size = z.int().min(0).max(MAX_UID);
const uid = z.int().min(1).max(MAX_UID);

/** The criteria of a search on the mail server; all must match. */
export const searchMessagesPayload = z.strictObject({
  folder: folderPath,
  /** All criteria must hold. Without any, every message matches. */
  criteria: z
    .strictObject({
      seen: z.boolean().optional(),
      flagged: z.boolean().optional(),
      answered: z.boolean().optional(),
      draft: z.boolean().optional(),
      /** Days by the server's clock (RFC 9051 section 6.4.4). */
      since: z.iso.date().optional(),
      before: z.iso.date().optional(),
      /** Octets. */
      larger: size.optional(),
      smaller: size.optional(),
      uid_gte: uid.optional(),
      uid_lt: uid.optional(),
    })
    .default({}),
});
export type SearchMessagesPayload = z.output<typeof searchMessagesPayload>;

/** The UIDs that the search found. */
export const searchMessagesResult = z.strictObject({
  uid_validity: count,
  count,
  uids: uidSetText,
  /** True if the set was cut to its highest UIDs because all of them do not fit into a result. */
  truncated: z.boolean(),
});
export type SearchMessagesResult = z.infer<typeof searchMessagesResult>;
