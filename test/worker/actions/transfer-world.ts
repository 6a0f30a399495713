/** A server and a store of INBOX, with messages 1 to 5, with the answers that a test gives. */
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { NOTHING_KNOWN } from '../../../functions/domain/mail/message.ts';
import { iterateUids, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { MailboxSession, MessageRow } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import type { Source } from '../../../functions/worker/actions/messages/source.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, selectedAs } from './bare-context.ts';

export const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
export const HOME = record('INBOX');
export const stored = (uid: number) => storedMessage(HOME, uid);
export const onServer = (uid: number, given: Partial<MessageRow> = {}): MessageRow => {
  const { messageId, internalDate, size } = stored(uid);
  return { ...NOTHING_KNOWN, uid, messageId, internalDate, size, ...given };
};
export const MISSING = failed('mailbox_not_found');
export const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error) => error.failure?.code ?? error,
  );

export type Given = {
  readonly records?: readonly MailboxRecord[];
  readonly session?: Partial<MailboxSession>;
  readonly context?: Partial<ActionContext>;
};

/** INBOX has messages 1 to 5, as syncs stored them. */
export function world({ records = [HOME, record('Ziel')], session: given = {}, context = {} }: Given = {}) {
  const asked: string[] = [];
  const looked: unknown[] = [];
  const session = bareSession({
    async select(name, access = 'read') {
      asked.push(`select ${name} ${access}`);
      return selectedAs(name);
    },
    async fetchMessages(uids) {
      asked.push(`fetch ${uids}`);
      return [...iterateUids(parseUidSet(uids))].filter((uid) => uid <= 5).map((uid) => onServer(uid));
    },
    async status(name) {
      asked.push(`status ${name}`);
      return { uidValidity: 7, uidNext: 100, messages: 3, highestModseq: null };
    },
    async listMailboxes() {
      asked.push('list');
      return { mailboxes: [], fault: null };
    },
    async createMailbox(name) {
      asked.push(`create ${name}`);
      return true;
    },
    nameFor: (path) => `wire ${path}`,
    ...given,
  });
  const mail = {
    ...noMail,
    mailboxes: async () => records,
    async messagesOf(generation: unknown, uids: ReturnType<typeof parseUidSet>) {
      looked.push(generation);
      return [...iterateUids(uids)].filter((uid) => uid <= 5).map(stored);
    },
  };
  const plans: unknown[] = [];
  const made = bareContext({
    mail,
    session: async () => session,
    record: async (plan) => void plans.push(plan),
    ...context,
  });
  const source: Source = {
    ...{ session, path: 'INBOX', selected: selectedAs('INBOX'), access: 'write', record: HOME, records },
  };
  return { asked, looked, session, context: made, source, plans };
}
