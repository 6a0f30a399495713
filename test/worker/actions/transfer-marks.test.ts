/** The state of a transfer's target before anything is sent to it. */
import { describe, expect, it } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { nameOfOctets } from '../../../functions/domain/mail/mailbox-name.ts';
import type { ListedMailbox, MailboxSession, MailboxStatus } from '../../../functions/ports/mailbox.ts';
import { markTarget, namedMark } from '../../../functions/worker/actions/messages/target.ts';
import { failed } from './bare-context.ts';
import { codeOf, HOME, MISSING, record, world } from './transfer-world.ts';

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
    ['if a sync has seen all UIDs below UIDNEXT', [HOME, synced(100)], {}, 100],
    ['if the target is empty', [HOME, record('Ziel', { sync: null })], { messages: 0, uidNext: 40 }, 40],
  ])('is the answer to STATUS, without opening it: %s', async (_, records, says, uidNext) => {
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
  ])('comes from SEARCH if %s; then the source is selected again', async (_, records, says, search_, uids, next) => {
    const searched: string[] = [];
    const session = { status: saying(says), ...search(uids, searched) };
    const { context, source, asked } = world({ records, session });
    expect(await markTarget(context, source, 'Ziel', false)).toMatchObject({ uidValidity: 7, uidNext: next });
    expect([searched, asked]).toEqual([[search_], ['select Ziel read', 'select INBOX write']]);
  });

  it('comes from SEARCH if STATUS alone is refused, and in no other case', async () => {
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

  it('fails over a lost connection with the error that ended it', async () => {
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

  it('is that of a new mailbox, if it may be created', async () => {
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

  /** The names requested with STATUS when only this one exists, and the created name. */
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
  ] as const)('does not exist if %s', async (_, create, given, asked) => {
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
  ] as const)('is that of a mailbox created by %s', async (_, given, name, asked) => {
    expect(await lookedFor(null, 'Büro', true, given)).toEqual({ asked, name });
  });

  it('uses the sync state of the mailbox with its name, under whatever path', async () => {
    const alias = { ...synced(100), path: 'Ziel (2)', name: 'wire Ziel' };
    const { context, source, asked } = world({ records: [HOME, alias] });
    expect(await markTarget(context, source, 'Ziel', false)).toMatchObject({ name: 'wire Ziel', uidNext: 100 });
    expect(asked).toEqual(['list', 'status wire Ziel']);
  });

  it.each([
    ['that has its name', 'Ziel', []],
    ['of an earlier release without its name', null, ['status Ziel']],
  ])('of an earlier attempt is used to find the same mailbox: one %s', async (_, name, asks) => {
    const { source, asked } = world();
    const mark = { path: 'Ziel', uidValidity: 5, uidNext: 9 };
    expect(await namedMark(source, { ...mark, name })).toEqual({ ...mark, name: 'Ziel' });
    expect(asked).toEqual(asks);
  });
});
