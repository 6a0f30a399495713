import type { ListingFields, MailboxRecord } from '../mail/mailbox.ts';

/** A mailbox as LIST shows it. */
export type Listed = Omit<ListingFields, 'missingSince' | 'name'> & { readonly path: string; readonly name: string };
/** A stored mailbox and the listed one that it is. */
export type Match = { readonly record: MailboxRecord; readonly listed: Listed };
