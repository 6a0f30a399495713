import { decodeBase32, encodeBase32 } from '../ids/base32.ts';

/**
 * Where a message row is stored. The mailbox is named by its key (8 bytes as hex) instead of its path, so a rename
 * keeps the ids.
 */
export type EmailAddressing = { readonly mailboxKey: string; readonly uidValidity: number; readonly uid: number };

const PREFIX = 'eml_';

/** The id contains the place of the row, so no index is needed. */
export function encodeEmailId({ mailboxKey, uidValidity, uid }: EmailAddressing): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(`0x${mailboxKey}`));
  view.setUint32(8, uidValidity);
  view.setUint32(12, uid);
  return `${PREFIX}${encodeBase32(bytes)}`;
}

/** Null if the text is not an email id. */
export function decodeEmailId(id: string): EmailAddressing | null {
  const bytes = id.startsWith(PREFIX) ? decodeBase32(id.slice(PREFIX.length)) : null;
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer);
  return {
    mailboxKey: view.getBigUint64(0).toString(16).padStart(16, '0'),
    uidValidity: view.getUint32(8),
    uid: view.getUint32(12),
  };
}
