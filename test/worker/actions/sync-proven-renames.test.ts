/** How a sync proves that a missing folder and a new one are the same: by ids, or by messages that both have. */
import { describe, expect, it } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import {
  intersectUids,
  iterateUids,
  lastUids,
  parseUidSet,
  type UidSet,
} from '../../../functions/domain/sync/uid-set.ts';
import type { Generation } from '../../../functions/ports/mail-store.ts';
import type { ListedMailbox, MailboxSession, MailboxStatus, MessageRow } from '../../../functions/ports/mailbox.ts';
import { provenRenames, withStatuses } from '../../../functions/worker/actions/sync/renamed.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, selectedAs } from './bare-context.ts';
import { shown, synced } from './folder-list.ts';

/** Numbers that prove nothing: without a mod-sequence. */
const STATUS: MailboxStatus = { uidValidity: 7, uidNext: 1_000, messages: 3, highestModseq: null };
const gone = (path: string, given: Partial<MailboxRecord> = {}) =>
  synced(path, { uidNext: 1_000, pending: '' }, { status: STATUS, ...given });
const appeared = (name: string, status: MailboxStatus | null = STATUS, given: Partial<ListedMailbox> = {}) => ({
  ...shown(synced(name), status).listed,
  ...given,
});

type Given = {
  /** Stored UIDs of each folder. */
  readonly stored?: string;
  readonly unreadable?: readonly number[];
  readonly features?: Partial<MailboxSession['features']>;
  readonly mailboxId?: string | null;
  /** Messages whose data on the server differs from the stored data. */
  readonly served?: (uid: number) => Partial<MessageRow> | null;
  /** The failure when a folder is read. */
  readonly failure?: (name: string) => Error | null;
  /** Ends the attempt at the command of this number. */
  readonly endsAt?: number;
};

function server(given: Given = {}) {
  const asked: string[] = [];
  const ended = new AbortController();
  const ask = (command: string, name: string) => {
    asked.push(command);
    if (asked.length === given.endsAt) ended.abort();
    const error = given.failure?.(name) ?? null;
    if (error !== null) throw error;
  };
  const known = parseUidSet(given.stored ?? '1:999');
  const messageOf = (uid: number) =>
    storedMessage(gone('Old'), uid, { unreadable: given.unreadable?.includes(uid) ?? false });
  const rowsOf = ({ mailboxKey, uidValidity }: Generation): UidSet =>
    mailboxKey === gone('Old').key && uidValidity === 7 ? known : [];
  const mail = {
    ...noMail,
    newestUids: async (of: Generation, most: number) => lastUids(rowsOf(of), most),
    knownUids: async (of: Generation, low: number, high: number) => intersectUids(rowsOf(of), [[low, high]]),
    messagesOf: async (of: Generation, uids: UidSet) =>
      [...iterateUids(intersectUids(uids, rowsOf(of)))].map((uid) => messageOf(uid)),
  };
  const session = bareSession({
    features: { ...bareSession().features, ...given.features },
    async select(name) {
      ask(`select ${name}`, name);
      return selectedAs(name, { mailboxId: given.mailboxId ?? null });
    },
    async status(name) {
      ask(`status ${name}`, name);
      return STATUS;
    },
    async fetchMessages(uids) {
      asked.push(`fetch ${uids}`);
      return [...iterateUids(parseUidSet(uids))].flatMap((uid) => {
        const changes = given.served?.(uid);
        return changes === null ? [] : [{ ...messageOf(uid), ...changes }];
      });
    },
  });
  const context = bareContext({ mail, session: async () => session, signal: ended.signal });
  const names = async (stored: readonly MailboxRecord[], listed: readonly ListedMailbox[]) =>
    (await provenRenames(context, stored, listed)).map(({ record, listed: to }) => `${record.path} ${to.name}`);
  const states = async (stored: readonly MailboxRecord[], listed: readonly ListedMailbox[]) =>
    (await withStatuses(context, stored, listed)).map(({ name, status }) => [name, status]);
  return { asked, names, states };
}

describe('a new folder', () => {
  it('is the missing one when its newest message, its oldest one and one in between equal the stored ones', async () => {
    const { names, asked } = server();
    expect(await names([gone('Old')], [appeared('New')])).toEqual(['Old New']);
    expect(asked).toEqual(['select New', 'fetch 200,699,998:999']);
  });

  it('is the missing one when it has the messages stored so far, while older ones are still pending', async () => {
    const { names, asked } = server({ stored: '301:999' });
    const { sync } = gone('Old');
    if (sync === null) throw new Error('not synced');
    const half = gone('Old', { sync: { ...sync, pending: '1:300' } });
    expect(await names([half], [appeared('New')])).toEqual(['Old New']);
    expect(asked).toEqual(['select New', 'fetch 500,849,998:999']);
  });

  it.each([998, 200])(
    'is not the missing one when one message of the sample differs or is missing: %i',
    async (uid) => {
      const others = server({ served: (each) => (each === uid ? { messageId: '<other@x>' } : {}) });
      expect(await others.names([gone('Old')], [appeared('New')])).toEqual([]);
      const missing = server({ served: (each) => (each === uid ? null : {}) });
      expect(await missing.names([gone('Old')], [appeared('New')])).toEqual([]);
    },
  );

  it('is the missing one even if some messages are unreadable, because the sample leaves them out', async () => {
    const { names, asked } = server({ unreadable: [999] });
    expect(await names([gone('Old')], [appeared('New')])).toEqual(['Old New']);
    expect(asked).toContain('fetch 200,699,998');
  });

  it('is recognised by its id if both have one, and then no message is requested', async () => {
    const same = server({ mailboxId: 'M1' });
    expect(await same.names([gone('Old', { mailboxId: 'M1' })], [appeared('New')])).toEqual(['Old New']);
    const other = server({ mailboxId: 'M2' });
    expect(await other.names([gone('Old', { mailboxId: 'M1' })], [appeared('New')])).toEqual([]);
    expect([same.asked, other.asked]).toEqual([['select New'], ['select New']]);
  });

  it.each([
    ['the stored one', null, 'M1'],
    ['the one that appeared', 'M1', null],
  ])('is recognised by its messages if only %s has no id', async (_, stored, served) => {
    const { names, asked } = server({ mailboxId: served });
    expect(await names([gone('Old', { mailboxId: stored })], [appeared('New')])).toEqual(['Old New']);
    expect(asked).toContain('fetch 200,699,998:999');
  });

  it.each([
    ['nothing is stored of it', [gone('Old', { sync: null })], {}],
    ['no message is stored of it', [gone('Old')], { stored: '' }],
    ['all of it is still pending', [synced('Old', { pending: '1:99' }, { status: STATUS })], { stored: '' }],
  ])('is not the missing one when %s, and no message is requested', async (_, stored, given) => {
    const { names, asked } = server(given);
    expect(await names(stored, [appeared('New')])).toEqual([]);
    expect(asked).toEqual(['select New']);
  });

  it('is selected once for all candidates', async () => {
    const { names, asked } = server();
    expect(await names([gone('Other'), gone('Old')], [appeared('New')])).toEqual(['Old New']);
    expect(asked.filter((line) => line.startsWith('select'))).toEqual(['select New']);
  });
});

describe('a folder that cannot be opened', () => {
  const two = [appeared('A'), appeared('B')];

  it('proves nothing, and the others are checked', async () => {
    const { names } = server({ failure: (name) => (name === 'A' ? failed('command_failed') : null) });
    expect(await names([gone('Old')], two)).toEqual(['Old B']);
  });

  it.each([
    ['a failure of the whole credential', failed('auth_failed')],
    ['an error that is not from the server', new Error('a bug')],
  ])('ends the sync by %s', async (_, error) => {
    const { names, states, asked } = server({ failure: () => error });
    await expect(names([gone('Old')], two)).rejects.toBe(error);
    await expect(states([gone('Old')], [appeared('A', null)])).rejects.toBe(error);
    expect(asked).toEqual(['select A', 'status A']);
  });

  it('because the attempt is over ends the sync: nothing more is requested', async () => {
    const error = failed('connection_closed');
    const looked = server({ failure: () => error, endsAt: 1 });
    await expect(looked.names([gone('Old')], two)).rejects.toBe(error);
    const over = server({ endsAt: 1 });
    await expect(over.names([gone('Old', { sync: null })], two)).rejects.toMatchObject({
      failure: { code: 'deadline_exceeded' },
    });
    expect([looked.asked, over.asked]).toEqual([['select A'], ['select A']]);
  });
});

it('at most twenty new folders are checked', async () => {
  const many = Array.from({ length: 25 }, (_, n) => appeared(`F${n}`));
  const { names, asked } = server({ stored: '' });
  await names([gone('Old')], many);
  expect(asked).toHaveLength(20);
});

describe('the states of new folders', () => {
  const SLOW = { features: { listStatus: false } };
  const old = [gone('Old')];

  it('are requested one by one if LIST has none, and are added at their positions in the list', async () => {
    const { states, asked } = server(SLOW);
    const other = { ...STATUS, messages: 9 };
    const listed = [appeared('A', null), appeared('B', other), appeared('C', null)];
    expect(await states(old, listed)).toEqual([
      ['A', STATUS],
      ['B', other],
      ['C', STATUS],
    ]);
    expect(asked).toEqual(['status A', 'status C']);
  });

  it('are not requested for folders that cannot be selected, nor for stored ones', async () => {
    const { states, asked } = server(SLOW);
    const listed = [appeared('Here', null), appeared('Box', null, { selectable: false })];
    expect(await states([...old, gone('Here')], listed)).toEqual([
      ['Here', null],
      ['Box', null],
    ]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['the server has them in LIST', old, { features: { listStatus: true } }],
    ['no folder is missing', [], SLOW],
    ['no missing folder has a known state', [gone('Old', { status: null })], SLOW],
  ])('are not requested if %s', async (_, stored, given) => {
    const { states, asked } = server(given);
    expect(await states(stored, [appeared('A', null)])).toEqual([['A', null]]);
    expect(asked).toEqual([]);
  });

  it('are requested if a missing folder may be recognised by its state', async () => {
    const { states, asked } = server(SLOW);
    await states([gone('Older', { status: null }), ...old], [appeared('A', null)]);
    expect(asked).toEqual(['status A']);
  });

  it('are unknown for refused folders', async () => {
    const { states } = server({ ...SLOW, failure: (name) => (name === 'A' ? failed('command_failed') : null) });
    expect(await states(old, [appeared('A', null), appeared('B', null)])).toEqual([
      ['A', null],
      ['B', STATUS],
    ]);
  });

  it('are requested for at most twenty folders, and not after the end of the attempt', async () => {
    const many = Array.from({ length: 25 }, (_, n) => appeared(`F${n}`, null));
    const { states, asked } = server(SLOW);
    expect((await states(old, many)).filter(([, status]) => status !== null)).toHaveLength(20);
    expect(asked).toHaveLength(20);
    const over = server({ ...SLOW, endsAt: 2 });
    await expect(over.states(old, many)).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(over.asked).toHaveLength(2);
  });
});
