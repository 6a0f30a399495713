import { createHash } from 'node:crypto';
import type { Mailbox } from './mailbox.ts';

const digests = new WeakMap<Buffer, Buffer>();

/** RFC 8474: equal for equal content, so it survives a move. */
export const emailId = (raw: Buffer): string => `M${digest(raw).toString('hex').slice(0, 24)}`;

/** Gmail's X-GM-MSGID: an unsigned 63-bit number. */
export const gmailMessageId = (raw: Buffer): string => `${digest(raw).readBigUInt64BE() >> 1n}`;

function digest(raw: Buffer): Buffer {
  const known = digests.get(raw) ?? createHash('sha256').update(raw).digest();
  digests.set(raw, known);
  return known;
}

const mailboxIds = new WeakMap<Mailbox, string>();
let lastMailbox = 0;

/** RFC 8474: survives a rename. */
export function mailboxId(mailbox: Mailbox): string {
  let id = mailboxIds.get(mailbox);
  if (id === undefined) {
    lastMailbox += 1;
    id = `F${lastMailbox}`;
    mailboxIds.set(mailbox, id);
  }
  return id;
}
