/** Stored folders, and a server with the answers that a test gives for each. */
import type { FolderError, MailboxRecord, SyncState } from '../../../functions/domain/mail/mailbox.ts';
import type { MessageRecord } from '../../../functions/domain/mail/message.ts';
import {
  fromUids,
  intersectUids,
  iterateUids,
  lastUids,
  parseUidSet,
  subtractUids,
  type UidSet,
  unionUids,
} from '../../../functions/domain/sync/uid-set.ts';
import type { Generation, MailStore, NewMailbox } from '../../../functions/ports/mail-store.ts';
import type {
  ListedMailbox,
  MailboxSession,
  MailboxStatus,
  MessageRow,
  SelectedMailbox,
} from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import type { Folder } from '../../../functions/worker/actions/sync/discover.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, NOW, selectedAs } from './bare-context.ts';

export const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

/** A folder of three messages that was synced an hour ago. */
export function synced(
  path: string,
  sync: Partial<SyncState> | null = {},
  given: Partial<MailboxRecord> = {},
): MailboxRecord {
  const made = storedMailbox('pc_1', path);
  if (made.sync === null) throw new Error('not synced');
  return {
    ...{ ...made, key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
    sync: sync === null ? null : { ...made.sync, syncedAt: ago(60), ...sync },
    syncLevel: 'condstore',
    ...given,
  };
}

export const failedBefore = (minutes: number, tries: number): FolderError => ({
  ...{ code: 'command_failed', detail: 'x', since: ago(minutes), tries },
  at: ago(minutes),
});

/** The state of a folder without any change since then. */
export const SAME: MailboxStatus = { uidValidity: 7, uidNext: 100, messages: 3, highestModseq: '9' };

export const shown = (record: MailboxRecord, status: MailboxStatus | null = null): Folder => {
  const { path, delimiter, namespace, selectable, specialUse } = record;
  const listed: ListedMailbox = {
    ...{ name: record.name ?? path, path, delimiter, namespace, selectable, specialUse },
    ...{ hasChildren: null, status },
  };
  return { record, listed };
};

export type ListGiven = {
  readonly features?: Partial<MailboxSession['features']>;
  /** The answer to SELECT of a folder, or its failure. */
  readonly selects?: (name: string) => Partial<SelectedMailbox> | Error;
  /** The answer to STATUS of a folder, or its failure. */
  readonly states?: (name: string) => MailboxStatus | Error;
  /** The answer to FETCH; default: every requested message. */
  readonly fetched?: (uids: string) => readonly MessageRow[] | Error;
  /** The UIDs of a folder, where they are not 1 to 3. */
  readonly searches?: (name: string) => string | Error;
  readonly usable?: boolean;
  /** Calls in which the rows of an old generation are not all erased. */
  readonly erasing?: number;
  /** Whether somebody else has changed a record before it is written. */
  readonly isChanged?: (record: MailboxRecord) => boolean;
  readonly context?: Partial<ActionContext>;
};

const messageRow = (uid: number): MessageRow => ({
  ...{ uid, modseq: null, flags: ['\\Seen'], size: 12, internalDate: null, messageId: `<${uid}@example.test>` },
  ...{ providerMessageId: null, providerThreadId: null, subject: null, date: null, from: [], to: [], cc: [] },
});

/**
 * A store in which messages 1 to 3 of each folder are stored. `asked`: every command; `noted`: errors of folders;
 * `put`: records as they were written; `erased`: what was erased, as `A 6`.
 */
export function folderList(given: ListGiven = {}) {
  const rows = new Map<string, UidSet>();
  const rowsOf = ({ mailboxKey }: Generation): UidSet => rows.get(mailboxKey) ?? [[1, 3]];
  const asked: string[] = [];
  const noted: (readonly [string, FolderError | null])[] = [];
  const put: MailboxRecord[] = [];
  const erased: string[] = [];
  const doubted: string[] = [];
  const orThrow = <Answer>(answer: Answer | Error): Answer => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  let selected = '';
  const base = bareSession();
  const session = bareSession({
    usable: given.usable ?? true,
    features: { ...base.features, ...given.features },
    nameFor: (path) => `wire ${path}`,
    async select(name) {
      asked.push(`select ${name}`);
      selected = name;
      return selectedAs(name, { messages: 3, uidNext: 100, ...orThrow(given.selects?.(name) ?? {}) });
    },
    async status(name) {
      asked.push(`status ${name}`);
      return orThrow(given.states?.(name) ?? SAME);
    },
    async fetchMessages(uids) {
      asked.push(`fetch ${uids}`);
      return orThrow(given.fetched?.(uids) ?? [...iterateUids(parseUidSet(uids))].map(messageRow));
    },
    async fetchFlags(uids) {
      asked.push(`flags ${uids}`);
    },
    async allUids() {
      asked.push(`search ${selected}`);
      const uids = orThrow(given.searches?.(selected) ?? '1:3');
      return { uids, count: [...iterateUids(parseUidSet(uids))].length };
    },
  });
  const mail: MailStore = {
    ...noMail,
    async putMailbox(next: MailboxRecord) {
      if (given.isChanged?.(next)) return null;
      put.push(next);
      return { ...next, version: next.version + 1 };
    },
    noteDoubt: async ({ path }: NewMailbox) => void doubted.push(path),
    noteError: async ({ path }: NewMailbox, error: FolderError | null) => void noted.push([path, error]),
    newestUids: async (of: Generation, most: number) => lastUids(rowsOf(of), most),
    knownUids: async (of: Generation, low: number, high: number) => intersectUids(rowsOf(of), [[low, high]]),
    messagesOf: async (of: Generation, uids: UidSet) =>
      [...iterateUids(intersectUids(rowsOf(of), uids))].map((uid) => storedMessage(synced('A'), uid)),
    flagsOf: async (of: Generation, uids: UidSet) =>
      new Map(
        [...iterateUids(intersectUids(rowsOf(of), uids))].map((uid) => [uid, { flags: ['\\Seen'], unreadable: false }]),
      ),
    updateFlags: async () => {},
    async replaceMessages(of: Generation, space: UidSet, records: readonly { readonly uid: number }[]) {
      const uids = fromUids(records.map(({ uid }) => uid));
      rows.set(of.mailboxKey, unionUids(subtractUids(rowsOf(of), space), uids));
    },
    async putMessages(records: readonly MessageRecord[]) {
      for (const { mailboxKey, uidValidity, uid } of records)
        rows.set(mailboxKey, unionUids(rowsOf({ mailboxKey, uidValidity }), [[uid, uid]]));
    },
    async removeMessages(of: Generation, uids: Iterable<number>) {
      rows.set(of.mailboxKey, subtractUids(rowsOf(of), fromUids([...uids])));
    },
    async eraseMessages(key: string, uidValidity: number | null) {
      erased.push(`${key.replace(/^0+/, '')} ${uidValidity}`);
      return erased.length > (given.erasing ?? 0);
    },
  };
  const context = bareContext({ mail, session: async () => session, ...given.context });
  return { context, session, mail, asked, noted, put, erased, doubted };
}
