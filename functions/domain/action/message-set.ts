import * as z from 'zod';
import { MAX_UID } from '../sync/uid-set.ts';
import { CONTROL } from '../text/one-line.ts';

const MOST_MESSAGES = 500;

/** A mailbox's path. No command names one with control characters in it: a line break would end the command. */
export const folderPath = z
  .string()
  .min(1)
  .max(1000)
  .regex(new RegExp(`^[^${CONTROL}]*$`), 'must not contain control characters');
const uid = z.int().min(1).max(MAX_UID);
const unique = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Messages of one mailbox in one of its generations: what every action on messages works with. */
export const messageSet = {
  folder: folderPath,
  uid_validity: z.int().min(1).max(MAX_UID),
  uids: z.array(uid).min(1).max(MOST_MESSAGES).refine(unique, 'must not repeat a UID').meta({ uniqueItems: true }),
};

/** How many of a job's UIDs something happened to, as IMAP sequence-set texts (`"2:9,14"`). */
export const uidSetText = z.string();
/** Null where the set would not fit a result. */
export const fittingUidSet = uidSetText.nullable();
export const count = z.int().nonnegative();

/** INBOX is the one mailbox that IMAP knows in any case (RFC 9051 section 5.1). Takes paths and names. */
export function canonicalPath(path: string): string {
  return path.toUpperCase() === 'INBOX' ? 'INBOX' : path;
}
