import * as z from 'zod';
import { MAX_UID } from '../sync/uid-set.ts';
import { CONTROL } from '../text/one-line.ts';

const MAX_MESSAGES = 500;

/** A mailbox's path. Control characters are refused: a line break would end the IMAP command. */
export const folderPath = z
  .string()
  .min(1)
  .max(1000)
  .regex(new RegExp(`^[^${CONTROL}]*$`), 'must not contain control characters');
const uid = z.int().min(1).max(MAX_UID);
const unique = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Messages of one mailbox under one UIDVALIDITY: the input of every action on messages. */
export const messageSet = {
  folder: folderPath,
  uid_validity: z.int().min(1).max(MAX_UID),
  uids: z.array(uid).min(1).max(MAX_MESSAGES).refine(unique, 'must not repeat a UID').meta({ uniqueItems: true }),
};

/** A set of the job's UIDs, as an IMAP sequence-set text (`"2:9,14"`). */
export const uidSetText = z.string();
/** Null if the set does not fit into a result. */
export const fittingUidSet = uidSetText.nullable();

/** A number of messages or mailboxes. */
export const count = z.int().nonnegative();

/**
 * Writes INBOX in upper case: IMAP compares only this name without regard to case (RFC 9051 section 5.1). Takes paths
 * and names.
 */
export function canonicalPath(path: string): string {
  return path.toUpperCase() === 'INBOX' ? 'INBOX' : path;
}
