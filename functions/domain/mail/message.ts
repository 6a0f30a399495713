import * as z from 'zod';

/** An address of a message; null: it is missing or cannot be read. */
export const mailAddress = z.strictObject({ name: z.string().nullable(), address: z.string().nullable() });
export type MailAddress = z.infer<typeof mailAddress>;

/** Metadata of one message. `encodeEmailId` makes its id from its place. */
export type MessageRecord = {
  readonly accountId: string;
  readonly credentialId: string;
  readonly mailboxKey: string;
  readonly uidValidity: number;
  readonly uid: number;
  readonly modseq: string | null;
  readonly flags: readonly string[];
  readonly size: number | null;
  /** ISO-8601, UTC, milliseconds. */
  readonly internalDate: string | null;
  readonly date: string | null;
  readonly messageId: string | null;
  readonly providerMessageId: string | null;
  readonly providerThreadId: string | null;
  readonly subject: string | null;
  readonly from: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** True if the server could not return the message: only its UID is known. */
  readonly unreadable: boolean;
  /** When the row was stored. It is the sort time of a message without a date. */
  readonly storedAt: string;
};

/** A message of which only the UID is known. */
export const NOTHING_KNOWN = {
  modseq: null,
  flags: [],
  size: null,
  internalDate: null,
  messageId: null,
  providerMessageId: null,
  providerThreadId: null,
  subject: null,
  date: null,
  from: [],
  to: [],
  cc: [],
} satisfies Partial<MessageRecord>;

/**
 * Keeps a row far below the 400 KB of an item (DynamoDB limit): 100 addresses with the longest names would not fit.
 */
const ADDRESS_BUDGET = 16_000;

/** The first addresses that fit the budget of characters, counted over all lists. */
export function withinBudget(lists: readonly (readonly MailAddress[])[]): readonly (readonly MailAddress[])[] {
  let left = ADDRESS_BUDGET;
  return lists.map((list) =>
    list.filter(({ name, address }) => {
      left -= (name?.length ?? 0) + (address?.length ?? 0);
      return left >= 0;
    }),
  );
}

/**
 * The sort time of a message: when the server received it, otherwise its own date, otherwise when the row was stored.
 */
export function sortInstant(record: Pick<MessageRecord, 'internalDate' | 'date' | 'storedAt'>): string {
  return record.internalDate ?? record.date ?? record.storedAt;
}

/** Compares flags as sets: their order has no meaning. */
export function sameFlags(left: readonly string[], right: readonly string[]): boolean {
  const canonical = (flags: readonly string[]) => [...new Set(flags)].sort().join(' ');
  return canonical(left) === canonical(right);
}
