/** Source, target and course of a transfer, with a server and a store that say just what a test gives them. */
import { describe, expect, it } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { nameOfOctets } from '../../../functions/domain/mail/mailbox-name.ts';
import { NOTHING_KNOWN } from '../../../functions/domain/mail/message.ts';
import { formatUidSet, iterateUids, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { ListedMailbox, MailboxSession, MailboxStatus, MessageRow } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { fingerprint } from '../../../functions/worker/actions/messages/arrivals.ts';
import { identify, openSource, type Source } from '../../../functions/worker/actions/messages/source.ts';
import { markTarget, namedMark } from '../../../functions/worker/actions/messages/target.ts';
import { transfer } from '../../../functions/worker/actions/messages/transfer.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, selectedAs } from './bare-context.ts';

const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
const HOME = record('INBOX');
const stored = (uid: number) => storedMessage(HOME, uid);
const onServer = (uid: number, given: Partial<MessageRow> = {}): MessageRow => {
  const { messageId, internalDate, size } = stored(uid);
  return { ...NOTHING_KNOWN, uid, messageId, internalDate, size, ...given };
};
const MISSING = failed('mailbox_not_found');
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error) => error.failure?.code ?? error,
  );

type Given = {
  readonly records?: readonly MailboxRecord[];
  readonly session?: Partial<MailboxSession>;
  readonly context?: Partial<ActionContext>;
};

/** INBOX has messages 1 to 5, as syncs stored them. */
function world({ records = [HOME, record('Ziel')], session: given = {}, context = {} }: Given = {}) {
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

describe('the source of an action', () => {
  const open = (given: Given, folder = 'INBOX', uid_validity = 7) =>
    openSource(world(given).context, { folder, uid_validity }, 'write');

  it('is the stored mailbox of its path, selected to read or to write', async () => {
    const { context, asked } = world();
    const source = await openSource(context, { folder: 'inbox', uid_validity: 7 }, 'write');
    expect(source).toMatchObject({ path: 'INBOX', access: 'write', record: HOME });
    expect(source.records).toHaveLength(2);
    expect(asked).toEqual(['select INBOX write']);
    const other = world({ session: { select: async () => selectedAs('wire INBOX') } });
    expect(await openSource(other.context, { folder: 'INBOX', uid_validity: 7 }, 'read')).toMatchObject({
      record: HOME,
    });
    await openSource(context, { folder: 'INBOX', uid_validity: 7 }, 'read');
    expect(asked.at(-1)).toBe('select INBOX read');
  });

  it('is held to the UIDVALIDITY that the job was made for', async () => {
    expect(await codeOf(open({}, 'INBOX', 8))).toBe('uidvalidity_changed');
  });

  it('is the stored mailbox of the name that was selected, under the path that it has there', async () => {
    const alias = record('Entwürfe (2)', { name: 'wire Entwürfe' });
    expect(await open({ records: [HOME, alias] }, 'Entwürfe')).toMatchObject({ path: 'Entwürfe (2)', record: alias });
  });

  it('is none that syncs know where neither path nor name is stored', async () => {
    expect(await open({ records: [HOME] }, 'Neu')).toMatchObject({ path: 'Neu', record: null });
  });

  it('is no mailbox of an earlier generation of the credential', async () => {
    expect(await open({ records: [{ ...HOME, generation: 2 }] })).toMatchObject({ record: null, records: [] });
  });
});

describe('the messages of an action', () => {
  it('are those that are there, with what syncs stored of all', async () => {
    const { context, source, asked, looked } = world();
    const { present, missing, identities } = await identify(context, source, [2, 3]);
    expect([formatUidSet(present), formatUidSet(missing), [...identities.keys()]]).toEqual(['2:3', '', [2, 3]]);
    expect(asked).toEqual(['fetch 2:3']);
    expect(looked).toEqual([{ mailboxKey: HOME.key, uidValidity: 7 }]);
  });

  it('are missing where the server has them no more, though syncs stored them', async () => {
    const session = { fetchMessages: async () => [onServer(2)] };
    const { context, source } = world({ session });
    const { present, missing, identities } = await identify(context, source, [2, 4, 9]);
    expect([formatUidSet(present), formatUidSet(missing), [...identities.keys()]]).toEqual(['2', '4,9', [2, 4]]);
  });

  it.each([
    ['by its Message-ID', { messageId: '<other@x>' }],
    ['by its date', { internalDate: '2026-01-01T00:00:00.000Z' }],
    ['by a Message-ID that it has not', { messageId: null }],
  ])('are not touched where one is another message now: %s', async (_, given) => {
    const { context, source } = world({ session: { fetchMessages: async () => [onServer(2), onServer(3, given)] } });
    expect(await codeOf(identify(context, source, [2, 3]))).toBe('message_mismatch');
  });

  it('are the same by Message-ID and date, though the server counts another size', async () => {
    const { context, source } = world({ session: { fetchMessages: async () => [onServer(2, { size: 1 })] } });
    expect(formatUidSet((await identify(context, source, [2])).present)).toBe('2');
  });

  it('are not touched where no sync has seen one, or the mailbox', async () => {
    const { context, source } = world({ session: { fetchMessages: async () => [onServer(9)] } });
    expect(await codeOf(identify(context, source, [9]))).toBe('message_mismatch');
    const unseen = world();
    expect(await codeOf(identify(unseen.context, { ...unseen.source, record: null }, [2]))).toBe('message_mismatch');
  });
});

describe('the mark of a target', () => {
  const ZIEL = record('Ziel');
  const synced = (uidNext: number, uidValidity = 7): MailboxRecord => {
    if (ZIEL.sync === null) throw new Error('not synced');
    return { ...ZIEL, sync: { ...ZIEL.sync, uidNext, uidValidity } };
  };
  const saying = (given: Partial<MailboxStatus>) => async () => ({
    ...{ uidValidity: 7, uidNext: 100, messages: 3, highestModseq: null },
    ...given,
  });
  const search = (uids: string, asked: string[]): Partial<MailboxSession> => ({
    searchMessages: async (criteria) => {
      asked.push(`search ${criteria.uids}`);
      return { uids, count: 0 };
    },
    allUids: async () => {
      asked.push('all');
      return { uids, count: 0 };
    },
  });

  it.each([
    ['where a sync has seen all below UIDNEXT', [HOME, synced(100)], {}, 100],
    ['where it is empty', [HOME, record('Ziel', { sync: null })], { messages: 0, uidNext: 40 }, 40],
  ])('is what STATUS says, without opening it: %s', async (_, records, says, uidNext) => {
    const { context, source, asked } = world({ records, session: { status: saying(says) } });
    expect(await markTarget(context, source, 'Ziel', false)).toEqual({
      ...{ path: 'Ziel', name: 'Ziel', uidValidity: 7, uidNext },
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['no sync has seen it', [HOME, record('Ziel', { sync: null })], {}, 'search 100:4294967295', '', 100],
    ['it was replaced since the last sync', [HOME, synced(100, 6)], {}, 'search 100:4294967295', '', 100],
    [
      'SEARCH shows UIDs above UIDNEXT',
      [HOME, record('Ziel', { sync: null })],
      {},
      'search 100:4294967295',
      '120',
      121,
    ],
    ['UIDNEXT is missing', [HOME, synced(100)], { uidNext: null }, 'all', '5,80', 81],
    ['UIDNEXT is lower than a sync has seen', [HOME, synced(101)], {}, 'all', '5,110', 111],
    ['UIDNEXT is not above the number of messages', [HOME, synced(1)], { uidNext: 3 }, 'all', '', 1],
  ])(
    'is looked for by SEARCH where %s; then the source is selected again',
    async (_, records, says, search_, uids, next) => {
      const searched: string[] = [];
      const session = { status: saying(says), ...search(uids, searched) };
      const { context, source, asked } = world({ records, session });
      expect(await markTarget(context, source, 'Ziel', false)).toMatchObject({ uidValidity: 7, uidNext: next });
      expect([searched, asked]).toEqual([[search_], ['select Ziel read', 'select INBOX write']]);
    },
  );

  it('is looked for where STATUS is refused for a reason of its own, and nowhere else', async () => {
    const refusing = (code: Parameters<typeof failed>[0], usable = true) => {
      const searched: string[] = [];
      const session = { status: () => Promise.reject(failed(code)), usable, ...search('9', searched) };
      const { context, source } = world({ session });
      return codeOf(markTarget(context, source, 'Ziel', false).then(({ uidNext }) => expect(uidNext).toBe(10)));
    };
    expect([await refusing('command_failed'), await refusing('protocol_error')]).toEqual(['none', 'none']);
    expect(await refusing('command_failed', false)).toBe('command_failed');
    expect(await refusing('rate_limited')).toBe('rate_limited');
    expect(await refusing('connection_closed')).toBe('connection_closed');
  });

  it('is not looked for over a connection that is gone: what ended it is what failed', async () => {
    let usable = true;
    const { context, source, session, asked } = world({
      records: [HOME, record('Ziel', { sync: null })],
      session: {
        searchMessages: async () => {
          usable = false;
          throw failed('provider_timeout');
        },
      },
    });
    Object.defineProperty(session, 'usable', { get: () => usable });
    expect(await codeOf(markTarget(context, source, 'Ziel', false))).toBe('provider_timeout');
    expect(asked.filter((each) => each.startsWith('select'))).toEqual(['select Ziel read']);
  });

  it('is that of a mailbox that is made, where that is wanted', async () => {
    let made = false;
    const created: string[] = [];
    const { context, source } = world({
      records: [HOME],
      session: {
        status: async () => {
          if (!made) throw MISSING;
          return { uidValidity: 8, uidNext: 1, messages: 0, highestModseq: null };
        },
        createMailbox: async (name) => {
          created.push(name);
          made = true;
          return true;
        },
      },
    });
    expect(await codeOf(markTarget(context, source, 'Neu', false))).toBe('mailbox_not_found');
    expect(created).toEqual([]);
    expect(await markTarget(context, source, 'Neu', true)).toEqual({
      ...{ path: 'Neu', name: 'wire Neu', uidValidity: 8, uidNext: 1 },
    });
    expect(created).toEqual(['wire Neu']);
  });

  /** What is asked for with STATUS when only this name exists, and what is made. */
  async function lookedFor(
    there: string | null,
    path: string,
    create: boolean,
    given: { records?: readonly MailboxRecord[]; shows?: ListedMailbox; damaged?: boolean },
  ) {
    const asked: string[] = [];
    let exists = there;
    const { shows, damaged = false, records = [HOME] } = given;
    const { context, source } = world({
      records,
      session: {
        async status(name) {
          asked.push(name);
          if (name !== exists) throw MISSING;
          return { uidValidity: 8, uidNext: 1, messages: 0, highestModseq: null };
        },
        listMailboxes: async () => ({
          mailboxes: shows === undefined ? [] : [shows],
          fault: damaged ? failed('protocol_error').failure : null,
        }),
        async createMailbox(name) {
          asked.push(`create ${name}`);
          exists = name;
          return true;
        },
      },
    });
    const found = markTarget(context, source, path, create);
    const code = await codeOf(found);
    return { asked, name: code === 'none' ? (await found).name : code };
  }
  const listed = (name: string, path: string, selectable = true): ListedMailbox => ({
    ...{ name, path, delimiter: '/', namespace: 'personal', selectable, hasChildren: null },
    ...{ specialUse: null, status: null },
  });
  const RAW = nameOfOctets(Buffer.from('Büro'));

  it.each([
    ['its stored name', 'Büro', false, { records: [HOME, record('Büro')] }, ['Büro']],
    [
      'the name that LIST shows, once the stored one is gone',
      'new',
      false,
      { records: [HOME, record('Büro')], shows: listed('new', 'Büro') },
      ['Büro', 'new'],
    ],
    ['its regular spelling where LIST does not show it', 'wire Büro', false, {}, ['wire Büro']],
    ['raw UTF-8 too, where a damaged list may hide it', RAW, false, { damaged: true }, ['wire Büro', RAW]],
    [
      'raw UTF-8 too, before it is made',
      RAW,
      true,
      { damaged: true, records: [HOME, record('Büro', { name: 'old' })] },
      ['old', 'old', RAW],
    ],
  ] as const)('is found by %s', async (_, there, create, given, asked) => {
    expect(await lookedFor(there, 'Büro', create, given)).toEqual({ asked, name: there });
  });

  it.each([
    [
      'its stored name is gone, and a damaged list shows no other',
      false,
      { damaged: true, records: [HOME, record('Büro')] },
      ['Büro', 'Büro'],
    ],
    ['a damaged list shows it and STATUS does not', false, { damaged: true, shows: listed('new', 'Büro') }, ['new']],
    [
      'LIST shows one that is selectable and gone, though it may be made',
      true,
      { shows: listed('new', 'Büro') },
      ['new'],
    ],
    ['it is not listed', false, {}, ['wire Büro']],
  ] as const)('is that of none where %s', async (_, create, given, asked) => {
    expect(await lookedFor(null, 'Büro', create, given)).toEqual({ asked, name: 'mailbox_not_found' });
  });

  it.each([
    ['its regular spelling', {}, 'wire Büro', ['wire Büro', 'create wire Büro', 'wire Büro']],
    [
      'its stored name',
      { records: [HOME, record('Büro', { name: 'old' })] },
      'old',
      ['old', 'old', 'create old', 'old'],
    ],
    [
      'the name of a level without messages',
      { shows: listed('level', 'Büro', false) },
      'level',
      ['level', 'create level', 'level'],
    ],
    [
      'its regular spelling, once no other is there that a damaged list hides',
      { damaged: true },
      'wire Büro',
      ['wire Büro', RAW, 'create wire Büro', 'wire Büro'],
    ],
  ] as const)('is that of one that is made by %s', async (_, given, name, asked) => {
    expect(await lookedFor(null, 'Büro', true, given)).toEqual({ asked, name });
  });

  it('goes by the sync of the mailbox that has its name, under whatever path', async () => {
    const alias = { ...synced(100), path: 'Ziel (2)', name: 'wire Ziel' };
    const { context, source, asked } = world({ records: [HOME, alias] });
    expect(await markTarget(context, source, 'Ziel', false)).toMatchObject({ name: 'wire Ziel', uidNext: 100 });
    expect(asked).toEqual(['list', 'status wire Ziel']);
  });

  it.each([
    ['that has its name', 'Ziel', []],
    ['from before names were written down', null, ['status Ziel']],
  ])('of an earlier attempt leads to the mailbox: one %s', async (_, name, asks) => {
    const { source, asked } = world();
    const mark = { path: 'Ziel', uidValidity: 5, uidNext: 9 };
    expect(await namedMark(source, { ...mark, name })).toEqual({ ...mark, name: 'Ziel' });
    expect(asked).toEqual(asks);
  });
});

describe('a transfer', () => {
  const wanted = { folder: 'INBOX', uid_validity: 7, uids: [2, 3], target_folder: 'Ziel', create_target: false };
  const prints = { 2: fingerprint(stored(2)), 3: fingerprint(stored(3)) };
  const plan = { target: { path: 'Ziel', name: 'Ziel', uidValidity: 7, uidNext: 100 }, messages: prints };
  const features = (given: Partial<MailboxSession['features']>) => ({
    features: { ...bareSession().features, ...given },
  });
  const moving = (sent: string[]): Partial<MailboxSession> => ({
    moveMessages: async (uids, target) => {
      sent.push(`move ${uids} ${target}`);
      const pairs = [...iterateUids(parseUidSet(uids))].map((uid) => [uid, uid + 98] as const);
      return { uidValidity: 7, uids: new Map(pairs) };
    },
  });

  it('writes down its plan before the first command: target and fingerprints', async () => {
    const sent: string[] = [];
    const { context, plans } = world({ session: moving(sent) });
    const planned: number[] = [];
    const mutate: ActionContext['mutate'] = (command) => {
      planned.push(plans.length);
      return command();
    };
    await transfer({ ...context, mutate }, wanted, 'move');
    expect([planned, plans]).toEqual([[1], [plan]]);
    expect(sent).toEqual(['move 2:3 Ziel']);
  });

  it.each([
    ['the path of the source', { target_folder: 'inbox' }, {}, 'invalid_payload'],
    ['a mailbox that has the name of the source', { target_folder: 'Alias' }, { name: 'INBOX' }, 'invalid_payload'],
  ])('to %s is refused before anything is written down', async (_, given, named, code) => {
    const { context, plans } = world({ records: [HOME, record('Alias', named)] });
    expect(await codeOf(transfer(context, { ...wanted, ...given }, 'copy'))).toBe(code);
    expect(plans).toEqual([]);
  });

  it('of messages that are all gone fails where no attempt came before, and looks for them where one did', async () => {
    const gone = { fetchMessages: async () => [] };
    const { context, plans } = world({ session: gone });
    expect(await codeOf(transfer(context, wanted, 'move'))).toBe('message_not_found');
    expect(plans).toEqual([]);
    const later = world({
      session: { ...gone, searchMessages: async () => ({ uids: '', count: 0 }) },
      context: { plan },
    });
    expect(await transfer(later.context, wanted, 'move')).toMatchObject({
      ...{ kind: 'transferred', done: 0 },
      outcome: { missing: '2:3', already_done: 0, verified: true, uid_map: null },
    });
    expect(later.plans).toEqual([]);
  });

  it.each([
    ['move', {}, 'INBOX', 'move', 'none'],
    ['move', { move: false }, 'INBOX', 'copy_and_expunge', 'none'],
    ['move', { move: false, uidplus: false }, 'INBOX', null, 'extension_unsupported'],
    ['copy', { move: false, uidplus: false }, 'INBOX', 'copy', 'none'],
    ['move', { gmail: true }, '\\All', null, 'operation_not_allowed'],
    ['move', { gmail: true }, null, 'move', 'none'],
    ['move', { gmail: false }, '\\All', 'move', 'none'],
    ['copy', { gmail: true }, '\\All', 'copy', 'none'],
  ] as const)('as a %s on a server with %j, from a mailbox for %s: %s, %s', async (kind, has, use, method, code) => {
    const sent: string[] = [];
    const answer = moving([]).moveMessages;
    const session = {
      ...moving(sent),
      ...features(has),
      copyMessages: answer ?? bareSession().copyMessages,
      expungeMessages: async (uids: string) => void sent.push(`expunge ${uids}`),
    };
    const records = [{ ...HOME, specialUse: use === 'INBOX' ? null : use }, record('Ziel')];
    const { context } = world({ records, session });
    const made = transfer(context, wanted, kind);
    expect(await codeOf(made)).toBe(code);
    if (method !== null) expect(await made).toMatchObject({ done: 2, outcome: { method, missing: '' } });
    expect(sent).toEqual(method === 'move' ? ['move 2:3 Ziel'] : method === 'copy_and_expunge' ? ['expunge 2:3'] : []);
  });

  it('counts as done what earlier parts of this attempt sent, and as done before what attempts before it did', async () => {
    const session = {
      fetchMessages: async (uids: string) =>
        uids === '2:3' ? [] : [onServer(2, { uid: 100 }), onServer(3, { uid: 101 })],
      searchMessages: async () => ({ uids: '100:101', count: 2 }),
    };
    for (const [sent, done, before] of [
      [0, 0, 2],
      [1, 1, 1],
      [2, 2, 0],
      [9, 2, 0],
    ]) {
      const { context } = world({ session, context: { plan, checkpoint: { sent } } });
      expect(await transfer(context, wanted, 'move')).toMatchObject({
        done,
        outcome: { already_done: before, missing: '', uid_map: { source: '2:3', target: '100:101' } },
      });
    }
  });

  it.each([
    ['a negative count', { sent: -1 }],
    ['another shape', { done: 1 }],
  ])('takes a checkpoint of %s for none', async (_, checkpoint) => {
    const { context } = world({ session: moving([]), context: { checkpoint } });
    expect(await transfer(context, wanted, 'move')).toMatchObject({ done: 2, outcome: { already_done: 0 } });
  });

  it.each([
    ['without its target', { messages: {} }],
    ['with more than it has', { ...plan, more: 1 }],
    ['with a target of another shape', { ...plan, target: { ...plan.target, uidNext: '100' } }],
  ])('takes a plan %s for none, and makes its own', async (_, odd) => {
    const { context, plans } = world({ session: moving([]), context: { plan: odd } });
    await transfer(context, wanted, 'move');
    expect(plans).toEqual([plan]);
  });
});
