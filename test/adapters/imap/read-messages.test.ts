import { describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  connect,
  drop,
  failureOf,
  imapServer,
  lines,
  messages,
  replying,
  settingsFor,
} from './world.ts';

describe('fetching messages', () => {
  it('returns the metadata of existing messages', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    const rows = await session.fetchMessages('2,4:9');
    expect(rows.map(({ uid }) => uid)).toEqual([2, 4, 5]);
    expect(rows[0]).toEqual({
      uid: 2,
      modseq: '3',
      flags: [],
      size: expect.any(Number),
      internalDate: '2026-01-01T00:00:00.000Z',
      messageId: '<m2@example.net>',
      providerMessageId: null,
      providerThreadId: null,
      subject: 'Message 2',
      date: '2026-11-02T09:00:00.000Z',
      from: [{ name: 'Berta Beispiel', address: 'berta@example.net' }],
      to: [
        { name: 'Anna', address: 'anna@example.org' },
        { name: null, address: 'carl@example.net' },
      ],
      cc: [],
    });
    expect(server.log.at(-1)?.args).not.toContain('BODYSTRUCTURE');
  });

  it('returns the ids of Gmail', async () => {
    const server = await imapServer({
      capabilities: [...defaultCapabilities, 'X-GM-EXT-1'],
      script: replying({
        'UID FETCH': lines(
          '* 1 FETCH (UID 1 X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 RFC822.SIZE 5)',
          '{tag} OK',
        ),
      }),
    });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect(session.features.gmail).toBe(true);
    const rows = await session.fetchMessages('1');
    expect(rows).toMatchObject([{ providerMessageId: '1278455344230334865', providerThreadId: '1266894439832287888' }]);
  });

  it('drops messages that were not requested or have no UID', async () => {
    const server = await imapServer({
      script: replying({
        'UID FETCH': lines(
          '* 1 FETCH (UID 1 RFC822.SIZE 5)',
          '* 2 FETCH (RFC822.SIZE 5)',
          '* 3 FETCH (UID 3 RFC822.SIZE 5)',
          '{tag} OK',
        ),
      }),
    });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await session.fetchMessages('2:3')).map(({ uid }) => uid)).toEqual([3]);
  });

  it('treats flags that another client sets meanwhile as a change, not as a message', async () => {
    const server = await imapServer({
      script: replying({
        'UID FETCH': lines(
          '* 1 FETCH (UID 1 MODSEQ (8) FLAGS (\\Flagged))',
          '* 2 FETCH (UID 2 RFC822.SIZE 5 FLAGS () MODSEQ (3))',
          '* 2 FETCH (UID 2 MODSEQ (9) FLAGS (\\Seen))',
          '{tag} OK',
        ),
      }),
    });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    const rows = await session.fetchMessages('1:2');
    expect(rows).toMatchObject([{ uid: 2, size: 5, flags: ['\\Seen'], modseq: '9' }]);
  });

  it.each([
    [
      'a row that cannot be read',
      ['* 1 FETCH (UID 1 RFC822.SIZE 5)', '* 2 FETCH (UID 2 ENVELOPE ("x'],
      'protocol_error',
    ],
    ['messages that vanished meanwhile', ['* 1 FETCH (UID 1 RFC822.SIZE 5)'], 'expunge_issued'],
    ['a limit of the server', ['* 1 FETCH (UID 1 RFC822.SIZE 5)'], 'command_failed'],
  ] as const)('fails, instead of omitting messages, for %s', async (_what, rows, code) => {
    const ending = {
      protocol_error: '{tag} OK',
      expunge_issued: '{tag} NO Some of the requested messages no longer exist.',
      command_failed: '{tag} OK [MESSAGELIMIT 1 1] Partly done',
    }[code];
    const server = await imapServer({ script: replying({ 'UID FETCH': lines(...rows, ending) }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe(code);
  });

  it('sends nothing for an empty set', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect(await session.fetchMessages('')).toEqual([]);
    expect(server.log.map(({ name }) => name)).not.toContain('UID FETCH');
  });

  it.each(['1:*', '*', '0', '1 FLAGS', '1\r\nA1 DELETE INBOX', '(1)'])('sends nothing for the set %j', async (uids) => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages(uids))).code).toBe('invalid_payload');
    expect((await failureOf(session.fetchFlags(uids, null, () => {}))).code).toBe('invalid_payload');
    expect(server.log.map(({ name }) => name)).not.toContain('UID FETCH');
  });

  it.each([
    ['with mod-sequences', defaultCapabilities, 8_000],
    ['without them', capabilitiesWithout('CONDSTORE'), 900],
  ] as const)('sends a set in as few command lines as servers accept, %s', async (_what, capabilities, longest) => {
    const server = await imapServer({ capabilities });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    const scattered = Array.from({ length: 2_000 }, (_, index) => String(1 + index * 2));
    expect((await session.fetchMessages(scattered.join(','))).map(({ uid }) => uid)).toEqual([1, 3, 5]);
    const sets = server.log.flatMap(({ name, args }) => (name === 'UID FETCH' ? [args.split(' ', 1)[0] ?? ''] : []));
    expect(sets.join(',')).toBe(scattered.join(','));
    for (const [at, set] of sets.entries()) {
      expect(set.length).toBeLessThanOrEqual(longest);
      const [next] = sets[at + 1]?.split(',') ?? [];
      // The next element would have made this line too long.
      if (next !== undefined) expect(set.length + 1 + next.length).toBeGreaterThan(longest);
    }
  });

  it('sends a set of exactly the accepted length in one command line, and a longer one in two', async () => {
    const server = await imapServer({ capabilities: capabilitiesWithout('CONDSTORE') });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    const exact = [...Array.from({ length: 224 }, (_, index) => 101 + index * 2), 1_001].join(',');
    expect(exact).toHaveLength(900);
    for (const set of [exact, `${exact},1003`]) await session.fetchMessages(set);
    const sets = server.log.flatMap(({ name, args }) => (name === 'UID FETCH' ? [args.split(' ', 1)[0]] : []));
    expect(sets).toEqual([exact, exact, '1003']);
  });

  it.each([
    ['OBJECTID', ' EMAILID THREADID', 'EMAILID (M1) THREADID NIL', 'M1', null],
    ['OBJECTID', ' EMAILID THREADID', 'EMAILID (M1) THREADID (T1)', 'M1', 'T1'],
    ['X-GM-EXT-1', ' X-GM-MSGID X-GM-THRID', 'X-GM-MSGID 11 X-GM-THRID 12', '11', '12'],
    ['X-OTHER', '', '', null, null],
  ])(
    'requests the ids of a server with %s, and never for flags',
    async (capability, items, answer, message, thread) => {
      const server = await imapServer({
        capabilities: [...capabilitiesWithout('CONDSTORE'), capability],
        script: replying({ 'UID FETCH': lines(`* 1 FETCH (UID 1 RFC822.SIZE 5 ${answer})`, '{tag} OK done') }),
      });
      const session = await connect(settingsFor(server));
      await session.select('INBOX');
      expect(await session.fetchMessages('1')).toMatchObject([
        { uid: 1, size: 5, providerMessageId: message, providerThreadId: thread },
      ]);
      await session.fetchFlags('1', null, () => {});
      expect(commandsOf(server).filter((command) => command.startsWith('UID FETCH'))).toEqual([
        `UID FETCH 1 (UID FLAGS ENVELOPE INTERNALDATE RFC822.SIZE${items})`,
        'UID FETCH 1 (UID FLAGS)',
      ]);
    },
  );

  it('names the limit of a server that answers only in part', async () => {
    const server = await imapServer({ script: replying({ 'UID FETCH': lines('{tag} OK [MESSAGELIMIT 1 3] Partly') }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect(await failureOf(session.fetchMessages('1:5'))).toMatchObject({
      ...{ code: 'command_failed', detail: 'NO [MESSAGELIMIT]', outcomeUnknown: false },
    });
  });
});

describe('fetching flags', () => {
  it('returns those that changed after a mod-sequence', async () => {
    const inbox = createMailbox({ path: 'INBOX', messages: messages(5) });
    const server = await imapServer(account(inbox));
    const session = await connect(settingsFor(server));
    const { highestModseq } = await session.select('INBOX');
    inbox.setFlags(3, ['\\Seen', 'later']);
    const rows: unknown[] = [];
    await session.fetchFlags('1:4294967295', highestModseq, (row) => rows.push(row));
    expect(rows).toEqual([{ uid: 3, modseq: '7', flags: ['\\Seen', 'later'] }]);
  });

  it('returns all of them without one, and with zero', async () => {
    const session = await connect(settingsFor(await imapServer()));
    await session.select('INBOX');
    for (const changedSince of [null, '0']) {
      const uids: number[] = [];
      await session.fetchFlags('1:4', changedSince, ({ uid }) => uids.push(uid));
      expect(uids).toEqual([1, 2, 3, 4]);
    }
  });

  it.each(['x', '-1', '1 VANISHED', '', '12345678901234567890'])(
    'sends nothing for the mod-sequence %j',
    async (modseq) => {
      const session = await connect(settingsFor(await imapServer()));
      await session.select('INBOX');
      expect((await failureOf(session.fetchFlags('1:5', modseq, () => {}))).code).toBe('invalid_payload');
    },
  );

  it('passes on the error of a row handler unchanged, and the session continues', async () => {
    const session = await connect(settingsFor(await imapServer()));
    await session.select('INBOX');
    const mistake = new TypeError('mine');
    let calls = 0;
    const work = session.fetchFlags('1:5', null, () => {
      calls += 1;
      throw mistake;
    });
    await expect(work).rejects.toBe(mistake);
    expect(calls).toBe(1);
    expect(await session.allUids()).toEqual({ uids: '1:5', count: 5 });
  });
});

describe('the list of all UIDs', () => {
  it('is compact, and the same with and without ESEARCH', async () => {
    for (const capabilities of [defaultCapabilities, capabilitiesWithout('ESEARCH')]) {
      const inbox = createMailbox({ path: 'INBOX', messages: messages(9) });
      inbox.expunge([4]);
      const session = await connect(settingsFor(await imapServer({ capabilities, ...account(inbox) })));
      await session.select('INBOX');
      expect(await session.allUids()).toEqual({ uids: '1:3,5:9', count: 8 });
    }
  });

  it('of an empty mailbox is empty', async () => {
    for (const capabilities of [defaultCapabilities, capabilitiesWithout('ESEARCH')]) {
      const session = await connect(settingsFor(await imapServer({ capabilities })));
      await session.select('Sent');
      expect(await session.allUids()).toEqual({ uids: '', count: 0 });
    }
  });

  it.each([
    [
      'limited',
      ['* ESEARCH (TAG "{tag}") UID COUNT 2 ALL 4:5', '{tag} OK [MESSAGELIMIT 2 4] Partly done'],
      'command_failed',
    ],
    ['without its UIDs, as Strato gives it', ['* ESEARCH (TAG "{tag}") UID', '{tag} OK done'], 'protocol_error'],
    ['missing', ['{tag} OK done'], 'protocol_error'],
    ['nonsense', ['* ESEARCH (TAG "{tag}") UID COUNT 3 ALL 4:*', '{tag} OK done'], 'protocol_error'],
    ['unreadable', ['* ESEARCH (TAG "{tag}") UID COUNT 1 ALL "4', '{tag} OK done'], 'protocol_error'],
  ] as const)('is refused when it is %s', async (_what, answer, code) => {
    const server = await imapServer({ script: replying({ 'UID SEARCH': lines(...answer) }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.allUids())).code).toBe(code);
  });

  it.each([
    ['refused with BAD', '{tag} BAD Unknown search key RETURN'],
    ['partial', '* ESEARCH (TAG "{tag}") UID PARTIAL (1:2 4:5)'],
    ['without its UIDs', '* ESEARCH (TAG "{tag}") UID'],
    ['missing', ''],
    ['contradicting its own count', '* ESEARCH (TAG "{tag}") UID COUNT 3 ALL 4:5'],
    ['unreadable', '* ESEARCH (TAG "{tag}") UID COUNT 1 ALL "4'],
  ])('is requested once more by a plain SEARCH when that of ESEARCH is %s', async (_what, line) => {
    const isUntagged = line.startsWith('*');
    const answer = line === '' ? lines('{tag} OK done') : lines(line, ...(isUntagged ? ['{tag} OK done'] : []));
    const server = await imapServer({
      script: ({ name, args }) => (name === 'UID SEARCH' && /^RETURN/.test(args) ? answer : { kind: 'normal' }),
    });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect(await session.allUids()).toEqual({ uids: '1:5', count: 5 });
    expect(commandsOf(server).filter((command) => /SEARCH/.test(command))).toEqual([
      'UID SEARCH RETURN (ALL COUNT) ALL',
      'UID SEARCH ALL',
    ]);
  });

  it.each([
    ['refused with NO', lines('{tag} NO [SERVERBUG] Search failed'), 'server_error'],
    ['limited', lines('* ESEARCH (TAG "{tag}") UID COUNT 1 ALL 4', '{tag} OK [MESSAGELIMIT 1 4] x'), 'command_failed'],
    ['cut off', drop, 'connection_closed'],
  ])('is requested once when it is %s', async (_what, reply, code) => {
    const server = await imapServer({ script: replying({ 'UID SEARCH': reply }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.allUids())).code).toBe(code);
    expect(commandsOf(server).filter((command) => /SEARCH/.test(command))).toHaveLength(1);
  });
});
