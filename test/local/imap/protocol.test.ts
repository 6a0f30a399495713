import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMailbox, type ImapServer, type Mailbox, startImapServer } from '../../../local/imap/server.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { rawClient } from './client.ts';

let server: ImapServer;
let inbox: Mailbox;
const password = 'se"cr\\et';

beforeEach(async () => {
  inbox = createMailbox({ path: 'INBOX', messages: [1, 2, 3].map((n) => ({ raw: plainMessage({ n }) })) });
  server = await startImapServer({
    accounts: [{ username: 'ann', password, mailboxes: [inbox, createMailbox({ path: 'Übersee' })] }],
    tls: 'none',
  });
});

afterEach(() => server.close());

async function greeted() {
  const client = await rawClient(server, 'none');
  await client.until(/^\* OK \[CAPABILITY IMAP4rev1 /);
  return client;
}

async function loggedIn() {
  const client = await greeted();
  expect(await client.command('LOGIN ann "se\\"cr\\\\et"')).toMatch(/^t OK/);
  return client;
}

describe('strings', () => {
  test('a synchronizing literal waits for its continuation', async () => {
    const client = await greeted();
    client.write('a LOGIN {3}\r\n');
    await client.until(/^\+ /);
    client.write(`ann {${password.length}}\r\n`);
    await client.until(/^\+ /);
    client.write(`${password}\r\n`);
    expect(await client.until(/^a .*\r\n/m)).toMatch(/^a OK/m);
    client.destroy();
  });

  test('non-synchronizing literals are read without a continuation, also byte by byte', async () => {
    const client = await greeted();
    for (const byte of `a LOGIN {3+}\r\nann {${password.length}+}\r\n${password}\r\n`) client.write(byte);
    expect(await client.until(/^a .*\r\n/m)).toMatch(/^a OK/m);
    client.destroy();
  });

  test('AUTHENTICATE PLAIN reads its response from a separate line, and can be cancelled', async () => {
    const client = await greeted();
    client.write('a AUTHENTICATE PLAIN\r\n');
    await client.until(/^\+ \r\n/);
    client.write('*\r\n');
    expect(await client.until(/^a .*\r\n/m)).toMatch(/^a BAD/m);
    client.write('b AUTHENTICATE PLAIN\r\n');
    await client.until(/^\+ \r\n/);
    client.write(`${Buffer.from(`\0ann\0${password}`).toString('base64')}\r\n`);
    expect(await client.until(/^b .*\r\n/m)).toMatch(/^b OK/m);
    client.destroy();
  });

  test('a mailbox is found by its modified UTF-7 name, quoted or not, and by no other spelling', async () => {
    const client = await loggedIn();
    for (const name of ['&ANw-bersee', '"&ANw-bersee"']) {
      expect(await client.command(`STATUS ${name} (MESSAGES)`)).toContain('* STATUS "&ANw-bersee" (MESSAGES 0)');
    }
    const raw = Buffer.from('"Übersee"').toString('latin1');
    expect(await client.command(`STATUS ${raw} (MESSAGES)`)).toContain('NO [NONEXISTENT]');
    client.destroy();
  });
});

test('a mailbox whose name does not decode is listed and found by its name on the wire', async () => {
  await server.close();
  const mailboxes = [
    createMailbox({ path: 'broken', wireName: '&Br oken' }),
    createMailbox({ path: 'Ü', wireName: 'Ü' }),
    createMailbox({ path: 'Ü', wireName: Buffer.of(0xdc) }),
  ];
  server = await startImapServer({ accounts: [{ username: 'ann', password, mailboxes }], tls: 'none' });
  const client = await loggedIn();
  expect(await client.command('LIST "" *')).toContain('* LIST (\\HasNoChildren) "/" "&Br oken"');
  expect(await client.command('SELECT "&Br oken"')).toMatch(/^t OK/m);
  expect(await client.command('LIST "" *')).toContain(
    '"/" {2}\r\n\xc3\x9c\r\n* LIST (\\HasNoChildren) "/" {1}\r\n\xdc\r\n',
  );
  expect(await client.command('STATUS {2+}\r\n\xc3\x9c (MESSAGES)')).toMatch(/^t OK/m);
  expect(await client.command('STATUS {1+}\r\n\xdc (MESSAGES)')).toMatch(/^t OK/m);
  client.destroy();
});

describe('LIST', () => {
  test.each([
    ['"" *', ['A', 'A/B', 'A/B/C', 'INBOX', '&ANw-bersee']],
    ['"" %', ['A', 'INBOX', '&ANw-bersee']],
    ['A/ %', ['A/B']],
    ['"" A/*', ['A/B', 'A/B/C']],
    ['"" *C', ['A/B/C']],
    ['"" %/%', ['A/B']],
    ['"" inbox', ['INBOX']],
    ['"" [x', []],
    ['"" (A INBOX)', ['A', 'INBOX']],
    ['"" ""', ['']],
  ])('LIST %s', async (args, names) => {
    const client = await loggedInWithTree();
    const reply = await client.command(`LIST ${args}`);
    const found = [...reply.matchAll(/^\* LIST \([^)]*\) "\/" "([^"]*)"/gm)].map((match) => match[1]);
    expect(found).toEqual(names);
    client.destroy();
  });

  async function loggedInWithTree() {
    await server.close();
    const mailboxes = ['INBOX', 'A/B', 'A/B/C', 'Übersee'].map((path) => createMailbox({ path }));
    server = await startImapServer({ accounts: [{ username: 'ann', password, mailboxes }], tls: 'none' });
    return loggedIn();
  }
});

describe('order of replies', () => {
  test('pipelined commands are answered in order', async () => {
    const client = await loggedIn();
    client.write('a SELECT INBOX\r\nb UID FETCH 1:* (FLAGS)\r\nc NOOP\r\n');
    const reply = await client.until(/^c OK/m);
    expect([...reply.matchAll(/^([abc]) OK/gm)].map((match) => match[1])).toEqual(['a', 'b', 'c']);
    client.destroy();
  });

  test('an expunge by another client is reported with NOOP, but not with a FETCH by message number', async () => {
    const client = await loggedIn();
    await client.command('SELECT INBOX');
    inbox.expunge([1]);
    const fetched = await client.command('FETCH 1:3 (UID)');
    expect(fetched).not.toContain('EXPUNGE');
    expect(fetched).toContain('* 2 FETCH (UID 2)');
    expect(await client.command('NOOP')).toContain('* 1 EXPUNGE');
    expect(await client.command('FETCH 1 (UID)')).toContain('* 1 FETCH (UID 2)');
    client.destroy();
  });

  test('a new message is reported as EXISTS', async () => {
    const client = await loggedIn();
    await client.command('SELECT INBOX');
    inbox.add({ raw: plainMessage({ n: 4 }) });
    expect(await client.command('NOOP')).toContain('* 4 EXISTS');
    client.destroy();
  });

  test('STORE.SILENT reports nothing, a plain STORE reports the flags once', async () => {
    const client = await loggedIn();
    await client.command('SELECT INBOX');
    expect(await client.command('UID STORE 1 +FLAGS.SILENT (\\Seen)')).toMatch(/^t OK Stored\r\n$/);
    const reply = await client.command('UID STORE 1 +FLAGS (\\Flagged)');
    expect(reply.match(/FETCH/g)).toHaveLength(1);
    expect(reply).toContain('FLAGS (\\Seen \\Flagged)');
    client.destroy();
  });

  test('reading a body marks the message seen, peeking and EXAMINE do not', async () => {
    const client = await loggedIn();
    await client.command('EXAMINE INBOX');
    await client.command('FETCH 1 BODY[]');
    await client.command('SELECT INBOX');
    await client.command('FETCH 1 BODY.PEEK[]');
    expect(inbox.find(1)?.flags).toEqual([]);
    expect(await client.command('FETCH 1 BODY[TEXT]<0.4>')).toContain('BODY[TEXT]<0> {4}\r\nThis');
    expect(inbox.find(1)?.flags).toEqual(['\\Seen']);
    client.destroy();
  });

  test('plain text after STARTTLS is discarded', async () => {
    const other = await startImapServer({ accounts: [], tls: 'starttls' });
    const client = await rawClient(other, 'none');
    const greeting = await client.until(/^\* OK .*\r\n/);
    expect(greeting).toContain('STARTTLS LOGINDISABLED');
    expect(greeting).not.toContain('AUTH=');
    expect(await client.command('LOGIN ann x')).toContain('t NO [PRIVACYREQUIRED]');
    client.write('a STARTTLS\r\nb NOOP\r\n');
    await client.until(/^a OK/m);
    client.destroy();
    await other.close();
    expect(other.log.map(({ name }) => name)).toEqual(['LOGIN', 'STARTTLS']);
  });
});

describe('hostile input', () => {
  test('a line beyond 64 KB ends in BYE', async () => {
    const client = await greeted();
    client.write(`a NOOP ${'x'.repeat(70_000)}`);
    expect(await client.until(/^\* BYE .*\r\n/m)).toContain('* BYE The line is too long');
    await client.closed();
  });

  test('many short lines joined by literals count as one', async () => {
    const client = await greeted();
    client.write(`a NOOP ${`${'x'.repeat(1000)} {0+}\r\n`.repeat(80)}`);
    expect(await client.until(/^\* BYE .*\r\n/m)).toContain('* BYE The line is too long');
    await client.closed();
  });

  test.each(['{1048577}', '{1048577+}', '{9999999999+}'])(
    'a literal with the length %s ends in BYE',
    async (literal) => {
      const client = await greeted();
      client.write(`a LOGIN ${literal}\r\n`);
      expect(await client.until(/^\* BYE .*\r\n/m)).toContain('* BYE The literal is too long');
      await client.closed();
    },
  );

  test.each([
    ['before login', 'LIST "" *', /^t BAD/],
    ['nothing selected', 'FETCH 1 FLAGS', /^t BAD/],
    ['an unknown command', 'XYZZY', /^t BAD/],
    ['no arguments', 'SELECT', /^t BAD/],
    ['an open list', 'FETCH 1 (FLAGS', /^t BAD/],
    ['a stray bracket', 'FETCH 1 FLAGS)', /^t BAD/],
    ['an open string', 'SELECT "INBOX', /^t BAD/],
    ['lists nested too deep', `SEARCH ${'('.repeat(5000)}`, /^t BAD/],
    ['OR nested too deep', `SEARCH ${'OR '.repeat(5000)}ALL`, /^t BAD/],
    ['a set of 0', 'UID FETCH 0 FLAGS', /^t BAD/],
    ['a set above 32 bits', 'UID FETCH 1:99999999999 FLAGS', /^t BAD/],
    ['a set of brackets', `UID FETCH ${'['.repeat(60_000)} FLAGS`, /^t BAD/],
    ['an unknown section', 'FETCH 1 BODY[1.2.MIME]', /^t BAD/],
    ['an unknown item', 'FETCH 1 (FLAGS NONSENSE)', /^t BAD/],
    ['an invalid name', 'CREATE "a//b"', /^t NO \[CANNOT\]/],
    ['a name with a line end', 'CREATE {3+}\r\na\nb', /^t NO \[CANNOT\]/],
    ['an invalid flag', 'STORE 1 +FLAGS ("a b")', /^t NO \[CANNOT\]/],
    ['a wildcard pattern that is too long', `LIST "" ${'*%'.repeat(10_000)}`, /^t OK/m],
  ])('%s is refused, and the connection stays open', async (what, line, expected) => {
    const client = what === 'before login' ? await greeted() : await loggedIn();
    if (what !== 'before login' && what !== 'nothing selected') await client.command('SELECT INBOX');
    expect(await client.command(line)).toMatch(expected);
    expect(await client.command('NOOP')).toMatch(/^t OK/m);
    client.destroy();
  });

  test('invalid bytes are answered, and affect no other client', async () => {
    const [hostile, other] = [await greeted(), await loggedIn()];
    hostile.write('\x00\x01\xff{}()\r\n\r\n* OK\r\nGET / HTTP/1.1\r\n');
    await hostile.until(/(\* BAD Not a command\r\n){3}/);
    hostile.destroy();
    expect(await other.command('NOOP')).toMatch(/^t OK/);
    other.destroy();
  });

  test('a client that disconnects during a reply affects no other client', async () => {
    inbox.add(
      ...Array.from({ length: 50 }, (_, n) => ({ raw: Buffer.concat([plainMessage({ n }), Buffer.alloc(200_000)]) })),
    );
    const [leaving, other] = [await loggedIn(), await loggedIn()];
    await leaving.command('SELECT INBOX');
    leaving.write('a FETCH 1:* BODY.PEEK[]\r\n');
    await leaving.until(/FETCH/);
    leaving.destroy();
    expect(await other.command('NOOP')).toMatch(/^t OK/);
    other.destroy();
  });
});
