/** What messages are searched by: the metadata that syncs brought. No server is asked, and no body is stored. */
import * as z from 'zod';
import { credentialId } from '../ids/ids.ts';
import { inRange, mentions, oneOrMore, period, range, within, words } from '../search/values.ts';
import type { MailAddress, MessageRecord } from './message.ts';

const name = z.string().min(1).max(1_000);

/** Fields are AND-ed, the values of one field OR-ed. */
export const emailFilterSchema = z.strictObject({
  credential_id: oneOrMore(credentialId),
  folder: oneOrMore(name),
  message_id: oneOrMore(name),
  provider_thread_id: oneOrMore(name),
  seen: z.boolean().optional(),
  flagged: z.boolean().optional(),
  answered: z.boolean().optional(),
  draft: z.boolean().optional(),
  /** A keyword or system flag as the server writes it, whatever its case. */
  flag: oneOrMore(z.string().min(1).max(255)),
  from: words.optional(),
  to: words.optional(),
  subject: words.optional(),
  /** Octets. */
  size: range.optional(),
  internal_date: period.optional(),
  q: words.optional(),
});
export type EmailFilter = z.output<typeof emailFilterSchema>;

const SYSTEM_FLAGS = { seen: '\\seen', flagged: '\\flagged', answered: '\\answered', draft: '\\draft' } as const;

/** Whether it matches but for its date, which is where it stands in the index. `folder`: the path of its mailbox. */
export function matchesEmailFilter(message: MessageRecord, folder: string, filter: EmailFilter): boolean {
  const flags = new Set(message.flags.map((flag) => flag.toLowerCase()));
  return (
    within(filter.credential_id, message.credentialId) &&
    within(filter.folder, folder) &&
    within(filter.message_id, message.messageId) &&
    within(filter.provider_thread_id, message.providerThreadId) &&
    (['seen', 'flagged', 'answered', 'draft'] as const).every(
      (name) => filter[name] === undefined || filter[name] === flags.has(SYSTEM_FLAGS[name]),
    ) &&
    (filter.flag === undefined || filter.flag.some((wanted) => flags.has(wanted.toLowerCase()))) &&
    (filter.from === undefined || mentions(textOf(message.from), filter.from)) &&
    (filter.to === undefined || mentions(textOf([...message.to, ...message.cc]), filter.to)) &&
    (filter.subject === undefined || mentions([message.subject], filter.subject)) &&
    (filter.size === undefined || (message.size !== null && inRange(filter.size, message.size))) &&
    (filter.q === undefined || mentions(everyText(message), filter.q))
  );
}

const textOf = (addresses: readonly MailAddress[]): readonly (string | null)[] =>
  addresses.flatMap(({ name, address }) => [name, address]);

const everyText = ({ subject, messageId, from, to, cc }: MessageRecord): readonly (string | null)[] => [
  subject,
  messageId,
  ...textOf([...from, ...to, ...cc]),
];
