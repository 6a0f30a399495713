import type { SyncState } from '../../../functions/domain/mail/mailbox.ts';
import { NOTHING_KNOWN } from '../../../functions/domain/mail/message.ts';
import type { SessionPlan } from '../../../functions/domain/sync/plan-messages.ts';
import {
  formatUidSet,
  fromUids,
  intersectUids,
  iterateUids,
  lastUids,
  parseUidSet,
} from '../../../functions/domain/sync/uid-set.ts';
import type { FlagRow, MailboxSession, SelectedMailbox } from '../../../functions/ports/mailbox.ts';
import type { MailboxWork } from '../../../functions/worker/actions/sync/mailbox-work.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, NOW, selectedAs } from './bare-context.ts';

export type FolderGiven = {
  readonly state?: Partial<SyncState>;
  readonly flags?: SessionPlan['flags'];
  readonly opened?: Partial<SelectedMailbox>;
  /** UIDs of stored rows. */
  readonly stored?: string;
  /** The unreadable ones among them. */
  readonly unreadable?: readonly number[];
  readonly session?: Partial<MailboxSession>;
  /** The results of `remainingMs`, one per call. */
  readonly remaining?: readonly number[];
  /** The error when these messages are requested; null: none. */
  readonly failureOf?: (uids: readonly number[]) => Error | null;
  /** How long each FETCH of messages takes, ms. */
  readonly tookMs?: number;
  readonly since?: string;
  readonly arrivedFrom?: number | null;
  readonly signal?: AbortSignal;
};

/** One folder with UIDs below 100, all covered. The store keeps only UIDs; the server has every requested message. */
export function folderWork(given: FolderGiven = {}) {
  const record = { ...storedMailbox('pc_1', 'A'), key: '00000000000000aa', version: 1, doubt: 0, lastError: null };
  if (record.sync === null) throw new Error('not synced');
  let state: SyncState = { ...record.sync, ...given.state };
  const rows = new Set(iterateUids(parseUidSet(given.stored ?? '')));
  const asked: string[] = [];
  const wrote: string[] = [];
  const commits: SyncState[] = [];
  const known = () => fromUids(rows);
  let now = NOW;
  const session = bareSession({
    async fetchMessages(uids) {
      asked.push(`fetch ${uids}`);
      now += given.tookMs ?? 0;
      const wanted = [...iterateUids(parseUidSet(uids))];
      const error = given.failureOf?.(wanted) ?? null;
      if (error !== null) throw error;
      return wanted.map((uid) => ({ ...NOTHING_KNOWN, uid, messageId: `<${uid}@x>` }));
    },
    async fetchFlags(uids, since, onRow) {
      asked.push(`flags ${uids} ${since}`);
      const row = (uid: number): FlagRow => ({ uid, modseq: null, flags: uid % 2 === 0 ? ['\\Seen'] : ['\\Flagged'] });
      if (!uids.startsWith('1:')) for (const uid of iterateUids(parseUidSet(uids))) onRow(row(uid));
      else for (const uid of rows) onRow(row(uid));
    },
    ...given.session,
  });
  const mail = {
    ...noMail,
    replaceMessages: async (_: unknown, space: ReturnType<typeof parseUidSet>, records: readonly { uid: number }[]) => {
      wrote.push(`replace ${formatUidSet(space)} by ${records.map(({ uid }) => uid)}`);
      for (const uid of [...rows]) if (intersectUids(space, [[uid, uid]]).length > 0) rows.delete(uid);
      for (const { uid } of records) rows.add(uid);
    },
    putMessages: async (records: readonly { uid: number; unreadable: boolean }[]) => {
      wrote.push(`put ${records.map(({ uid, unreadable }) => `${uid}${unreadable ? '!' : ''}`)}`);
      for (const { uid } of records) rows.add(uid);
    },
    removeMessages: async (_: unknown, uids: Iterable<number>) => {
      const gone = [...uids];
      wrote.push(`remove ${gone}`);
      for (const uid of gone) rows.delete(uid);
    },
    updateFlags: async (_: unknown, differing: readonly FlagRow[]) => {
      if (differing.length > 0) wrote.push(`flags ${differing.map(({ uid }) => uid)}`);
    },
    knownUids: async (_: unknown, low: number, high: number) => intersectUids(known(), [[low, high]]),
    newestUids: async (_: unknown, most: number) => lastUids(known(), most),
    messagesOf: async (_: unknown, uids: ReturnType<typeof parseUidSet>) =>
      [...iterateUids(intersectUids(uids, known()))].map((uid) => storedMessage(record, uid)),
    flagsOf: async (_: unknown, uids: ReturnType<typeof parseUidSet>) =>
      new Map(
        [...iterateUids(intersectUids(uids, known()))].map((uid) => [
          uid,
          { flags: ['\\Seen'], unreadable: (given.unreadable ?? []).includes(uid) },
        ]),
      ),
  };
  const time = [...(given.remaining ?? [])];
  const context = bareContext({
    mail,
    session: async () => session,
    remainingMs: () => time.shift() ?? 600_000,
    now: () => now,
    ...(given.signal === undefined ? {} : { signal: given.signal }),
  });
  const options = given.since === undefined ? {} : { since: given.since };
  const run = startRun({ folder: null, full: false, ...options }, context);
  const opened = selectedAs('A', { uidNext: 100, messages: rows.size, ...given.opened });
  const work: MailboxWork = {
    ...{ run, record, opened, selected: opened, session, arrivedFrom: given.arrivedFrom ?? null },
    plan: { state, generation: 'same', flags: given.flags ?? { kind: 'none' }, enumerate: true },
    generation: { mailboxKey: record.key, uidValidity: 7 },
    get state() {
      return state;
    },
    async commit(next) {
      state = next;
      commits.push(next);
    },
    async reselect() {
      asked.push('reselect');
    },
    release: async () => {},
  };
  return { work, run, asked, wrote, commits, stored: () => formatUidSet(known()), state: () => state };
}
