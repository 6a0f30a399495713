/** A mailbox is identified by the server's own spelling, octet for octet. */
import { describe, expect, it } from 'vitest';
import { nameOfOctets } from '../../../functions/domain/mail/mailbox-name.ts';
import type { MailboxSession } from '../../../functions/ports/mailbox.ts';
import { createMailbox } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  connect,
  edited,
  failureOf,
  imapServer,
  lines,
  messages,
  replying,
  settingsFor,
} from './world.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The server's spelling of a mailbox, and its path in the list. */
const NAMES: readonly (readonly [string, string | Buffer, string])[] = [
  ['modified UTF-7', 'Entw&APw-rfe', 'Entwürfe'],
  ['raw UTF-8', 'Entwürfe', 'Entwürfe'],
  ['Latin-1', latin1('Entw\xfcrfe'), 'Entw%FCrfe'],
  ['Shift-JIS', Buffer.of(0x89, 0xba, 0x8f, 0x91, 0x82, 0xab), '%89%BA%8F%91%82%AB'],
  ['a bare &', 'R&D', 'R&D'],
  ['an escaped &', 'R&-D', 'R&D'],
  ['Base64 of what needs none', '&AGE-', '&AGE-'],
  ['a trailing space', 'B ', 'B '],
  ['a leading space', ' B', ' B'],
  ['two words', 'Two words', 'Two words'],
  ['tabs', 'Da\tOggetto\tRicevuto\t', 'Da%09Oggetto%09Ricevuto%09'],
  ['a bare CR', 'a\rb', 'a%0Db'],
  ['a line break', 'a\r\nb', 'a%0D%0Ab'],
  ['a delete character', 'a\x7fb', 'a%7Fb'],
  ['quotes', 'say "hello"', 'say "hello"'],
  ['a backslash', 'a\\b', 'a\\b'],
  ['a leading backslash', '\\Seen', '\\Seen'],
  ['wildcards', '50%*', '50%*'],
  ['parentheses', '(old) {3}', '(old) {3}'],
  ['brackets', '[Gmail]', '[Gmail]'],
  ['the word NIL', 'NIL', 'NIL'],
  ['digits and colons', '12:30', '12:30'],
  ['another case of INBOX, below', 'Inbox/sub', 'Inbox/sub'],
  ['a private-use character', 'a\uf7fc', 'a%EF%9F%BC'],
  ['an astral character', '💌', '💌'],
  ['1,000 characters', 'x'.repeat(1000), 'x'.repeat(1000)],
  ['1,000 characters beyond ASCII', 'é'.repeat(1000), 'é'.repeat(1000)],
];

const quoted = (octets: string): string => octets.replace(/["\\]/g, '\\$&');

async function world(wireName: string | Buffer, more: readonly string[] = []) {
  const odd = createMailbox({ path: 'odd', wireName, uidValidity: 9, messages: messages(2) });
  const server = await imapServer({
    ...account(createMailbox({ path: 'INBOX', messages: messages(3) }), odd),
    capabilities: capabilitiesWithout(...more),
  });
  const session = await connect(settingsFor(server));
  const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
  const listed = mailboxes.find(({ status }) => status?.uidValidity === 9) ?? mailboxes[1];
  /** The commands with exactly these octets. */
  const octets = quoted(odd.wireName);
  const sent = (): string[] =>
    server.log.filter((command) => command.octets.includes(octets)).map((command) => command.name);
  return { server, session, odd, listed, fault, sent };
}

describe('a mailbox whose name has', () => {
  it.each(NAMES)('%s is listed with its status, opened, and its STATUS is read', async (_, wireName, path) => {
    for (const without of [[], ['LITERAL+']]) {
      const { session, listed, fault, sent, odd } = await world(wireName, without);
      expect(fault).toBeNull();
      expect(listed).toMatchObject({ path, status: { uidValidity: 9, messages: 2 } });
      const name = listed?.name ?? '';
      expect(name).toBe(nameOfOctets(Buffer.from(odd.wireName, 'latin1')));
      expect(await session.select(name)).toMatchObject({ name, uidValidity: 9, messages: 2 });
      expect(await session.status(name)).toMatchObject({ uidValidity: 9, messages: 2 });
      expect(await session.fetchMessages('1:2')).toHaveLength(2);
      expect(sent()).toEqual(['EXAMINE', 'STATUS']);
    }
  });

  it.each(NAMES)('%s is copied to, moved to, renamed and deleted by that name', async (_, wireName) => {
    const { session, listed, sent, odd, server } = await world(wireName);
    const name = listed?.name ?? '';
    await session.select('INBOX', 'write');
    await session.copyMessages('1', name);
    await session.moveMessages('2', name);
    expect(odd.messages).toHaveLength(4);
    await session.renameMailbox(name, 'Plain');
    expect(odd.wireName).toBe('Plain');
    server.script = replying({ RENAME: lines('{tag} OK'), CREATE: lines('{tag} OK'), SUBSCRIBE: lines('{tag} OK') });
    await session.renameMailbox('Plain', name);
    await session.createMailbox(name);
    server.script = null;
    expect((await failureOf(session.deleteMailbox(name))).code).toBe('mailbox_not_found');
    expect(sent()).toEqual(['UID COPY', 'UID MOVE', 'RENAME', 'RENAME', 'CREATE', 'SUBSCRIBE', 'DELETE']);
    await session.deleteMailbox('Plain');
  });

  it.each(NAMES)(
    '%s and cannot be opened needs one command, or LIST for a refusal without a reason',
    async (_, wireName) => {
      for (const [answer, code, more] of [
        ['NO [SERVERBUG] Assertion failed', 'server_error', []],
        ['NO [CANNOT] Bad name', 'operation_not_allowed', []],
        ['NO [NONEXISTENT] No such mailbox', 'mailbox_not_found', []],
        ['NO Nope', 'command_failed', ['LIST']],
      ] as const) {
        const { session, listed, server } = await world(wireName);
        server.script = replying({ EXAMINE: lines(`{tag} ${answer}`), STATUS: lines(`{tag} ${answer}`) });
        const before = server.log.length;
        const name = listed?.name ?? '';
        expect((await failureOf(session.select(name))).code).toBe(code);
        expect((await failureOf(session.status(name))).code).toBe(code);
        expect(server.log.slice(before).map((command) => command.name)).toEqual([
          'EXAMINE',
          ...more,
          'STATUS',
          ...more,
        ]);
        expect(await session.allUids().catch(() => session.usable)).toBe(true);
      }
    },
  );
});

describe('an unquoted name', () => {
  it.each([
    ['INBOX/Da\tOggetto\tRicevuto\t', 'INBOX/Da%09Oggetto%09Ricevuto%09'],
    ['Two words', 'Two words'],
    ['B ', 'B '],
    ['a "b" c', 'a "b" c'],
    ['a (b) {c} %*', 'a (b) {c} %*'],
    ['[Gmail]/Alle Nachrichten', '[Gmail]/Alle Nachrichten'],
    ['Entwürfe', 'Entwürfe'],
    ['back\\slash', 'back\\slash'],
    ['NILS', 'NILS'],
  ])('is read to the end of the line, and sent with quotes: %j', async (name, path) => {
    const odd = createMailbox({ path: 'odd', wireName: name, messages: messages(2) });
    const bare = edited((line) => [
      line.startsWith('* LIST') && !line.endsWith(' "INBOX"')
        ? `* LIST (\\HasNoChildren) "/" ${Buffer.from(name).toString('latin1')}`
        : line,
    ]);
    const server = await imapServer({
      ...account(createMailbox({ path: 'INBOX' }), odd),
      capabilities: capabilitiesWithout('LIST-STATUS'),
      script: replying({ LIST: bare }),
    });
    const session = await connect(settingsFor(server));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
    expect([fault, mailboxes.map((each) => each.path)]).toEqual([null, ['INBOX', path]]);
    expect(await session.select(mailboxes[1]?.name ?? '')).toMatchObject({ messages: 2 });
  });

  it('ends before the extended data of LIST', async () => {
    const script = replying({ LIST: lines('* LIST () "/" Foo ("CHILDINFO" ("SUBSCRIBED"))', '{tag} OK') });
    const session = await connect(settingsFor(await imapServer({ script })));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
    expect([fault, mailboxes.map(({ name }) => name)]).toEqual([null, ['INBOX', 'Foo']]);
  });

  it('does not end the connection or the list if it is a megabyte long', async () => {
    const long = 'a b'.repeat(345_000);
    const script = replying({ LIST: lines('* LIST () "/" A', `* LIST () "/" ${long}`, '{tag} OK') });
    const session = await connect(settingsFor(await imapServer({ script })));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
    expect(mailboxes.map(({ name }) => name)).toEqual(['INBOX', 'A']);
    expect(fault?.code).toBe('protocol_error');
    expect(session.usable).toBe(true);
  });
});

describe('two spellings with the same decoded text', () => {
  it('are two mailboxes, each opened by its own name', async () => {
    const spelt = ['Entw&APw-rfe', 'Entwürfe', latin1('Entw\xfcrfe'), 'R&-D', 'R&D'];
    const mailboxes = spelt.map((wireName, at) =>
      createMailbox({ path: `${at}`, wireName, uidValidity: 10 + at, messages: messages(at + 1) }),
    );
    const server = await imapServer(account(createMailbox({ path: 'INBOX' }), ...mailboxes));
    const session = await connect(settingsFor(server));
    const { mailboxes: listed } = await session.listMailboxes({ statuses: true });
    const paths = Object.fromEntries(listed.map(({ path, status }) => [path, status?.uidValidity]));
    expect(paths).toEqual({ INBOX: 1, Entwürfe: 10, 'Entw%C3%BCrfe': 11, 'Entw%FCrfe': 12, 'R&D': 13, 'R%26D': 14 });
    for (const { name, status } of listed.slice(1)) {
      const uidValidity = status?.uidValidity ?? 0;
      expect(await session.select(name)).toMatchObject({ uidValidity, messages: uidValidity - 9 });
    }
  });
});

describe('a server that has enabled UTF8=ACCEPT', () => {
  async function utf8(): Promise<MailboxSession> {
    const server = await imapServer({
      ...account(
        createMailbox({ path: 'INBOX' }),
        createMailbox({ path: 'Ü', wireName: 'Ü & R&D', messages: messages(1) }),
      ),
      capabilities: [...capabilitiesWithout(), 'UTF8=ACCEPT'],
      script: ({ name, args }) =>
        name === 'ENABLE' && args.includes('UTF8=ACCEPT')
          ? lines('* ENABLED CONDSTORE UTF8=ACCEPT', '{tag} OK')
          : { kind: 'normal' },
    });
    return connect(settingsFor(server));
  }

  it('uses every path unchanged as its spelling', async () => {
    const session = await utf8();
    const { mailboxes } = await session.listMailboxes({ statuses: true });
    expect(mailboxes.map(({ path }) => path)).toEqual(['INBOX', 'Ü & R&D']);
    expect(await session.select(session.nameFor('Ü & R&D'))).toMatchObject({ messages: 1 });
  });
});

it('the regular spelling is modified UTF-7 if UTF-8 is not enabled, even if it is offered', async () => {
  const server = await imapServer({ capabilities: [...capabilitiesWithout(), 'UTF8=ACCEPT'] });
  const session = await connect(settingsFor(server));
  expect(session.nameFor('Entwürfe & mehr')).toBe('Entw&APw-rfe &- mehr');
});

it('a mailbox whose LIST line cannot be read is not missing', async () => {
  const server = await imapServer();
  const session = await connect(settingsFor(server));
  server.script = replying({
    EXAMINE: lines('{tag} NO Nope'),
    STATUS: lines('{tag} NO Nope'),
    LIST: lines('* LIST () "/" "Cut of', '{tag} OK'),
  });
  expect((await failureOf(session.select('Cut off'))).code).toBe('command_failed');
  expect((await failureOf(session.status('Cut off'))).code).toBe('command_failed');
  server.script = replying({ EXAMINE: lines('{tag} NO Nope'), LIST: lines('{tag} NO Not now') });
  expect((await failureOf(session.select('Cut off'))).code).toBe('command_failed');
});

it('a name with wildcards is missing when only other names match it', async () => {
  const server = await imapServer({ ...account(createMailbox({ path: 'INBOX' }), createMailbox({ path: 'A1' })) });
  const session = await connect(settingsFor(server));
  server.script = replying({ EXAMINE: lines('{tag} NO Nope'), STATUS: lines('{tag} NO Nope') });
  expect((await failureOf(session.select('A%'))).code).toBe('mailbox_not_found');
  expect((await failureOf(session.status('A*'))).code).toBe('mailbox_not_found');
  expect(commandsOf(server).at(-1)).toBe('LIST "" "A*"');
});
