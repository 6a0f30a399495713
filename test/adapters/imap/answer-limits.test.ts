import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../functions/adapters/imap/answer-limits.ts';
import { redact } from '../../../functions/adapters/imap/redact.ts';
import { testConnection } from '../../../functions/credential-login/test-connection.ts';
import type { ScriptedReply } from '../../../local/imap/server.ts';
import { createMailbox, defaultCapabilities } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  connect,
  failureOf,
  imapServer,
  lines,
  localProvider,
  messages,
  replying,
  settingsFor,
} from './world.ts';

const MB = 1_048_576;
const asked = (command: string, messages = 0, exists = 0, envelopes = false) =>
  limitsOf({ command, messages, exists, envelopes });

describe('the limits of an answer', () => {
  it.each(['CAPABILITY', 'ID', 'LOGIN', 'AUTHENTICATE', 'NAMESPACE', 'ENABLE', 'STARTTLS'])(
    'are a quarter of a megabyte until the login is complete: %s',
    (command) => {
      expect(asked(command)).toMatchObject({ bytes: MB / 4, answers: 1_000, line: MB / 16 });
    },
  );

  it.each(['STATUS', 'EXAMINE', 'SELECT', 'CREATE', 'RENAME', 'DELETE', 'LOGOUT', 'X'])(
    'are a megabyte for %s',
    (command) => {
      expect(asked(command)).toMatchObject({ bytes: MB, answers: 10_000, line: MB });
    },
  );

  it('allow no line and no literal above a megabyte except in SEARCH', () => {
    for (const command of ['LIST', 'UID FETCH', 'UID STORE', 'UID MOVE', 'STATUS'])
      expect(asked(command, 500, 4_294_967_295, true).line).toBe(MB);
  });

  it('are sufficient for mailboxes of 200,000 messages', () => {
    expect(asked('UID SEARCH', 0, 200_000).bytes).toBeGreaterThan(200_000 * 11);
    expect(asked('UID SEARCH', 0, 200_000).line).toBeGreaterThan(200_000 * 11);
    expect(asked('UID FETCH', 4_294_967_295, 200_000)).toMatchObject({ bytes: expect.any(Number) });
    expect(asked('UID FETCH', 4_294_967_295, 200_000).bytes).toBeGreaterThan(200_000 * 200);
    expect(asked('UID FETCH', 4_294_967_295, 200_000).answers).toBeGreaterThan(400_000);
  });

  it.each<[string, number, boolean, number, number]>([
    ['UID FETCH', 500, true, 2 * MB + 500 * 32_768, 12_000],
    ['UID FETCH', 500, false, MB + 500 * 256, 11_000],
    ['UID STORE', 500, false, MB + 500 * 512, 11_000],
    ['UID COPY', 500, false, MB + 500 * 64, 11_000],
    ['UID MOVE', 500, false, MB + 500 * 64, 11_000],
    ['UID EXPUNGE', 500, false, MB + 500 * 64, 11_000],
    ['EXAMINE', 0, false, MB, 10_000],
  ])(
    'allow %s of %i messages (envelopes: %s) %i bytes and %i lines, and one line more for each message that others remove',
    (...given) => {
      const [command, count, envelopes, bytes, answers] = given;
      expect(asked(command, count, 0, envelopes)).toMatchObject({ bytes, answers });
      expect(asked(command, count, 700, envelopes)).toMatchObject({ bytes: bytes + 700 * 64, answers: answers + 700 });
      expect(asked(command, count, 250_001, envelopes).answers).toBe(answers + 250_000);
    },
  );

  it('are 8 MB and 30,000 lines for LIST, whatever is selected', () => {
    for (const command of ['LIST', 'XLIST'])
      expect(asked(command, 0, 700)).toMatchObject({ bytes: 8 * MB, answers: 30_000, line: MB });
  });

  it('allow in SEARCH 100,000 numbers more than the mailbox has messages', () => {
    expect(asked('UID SEARCH', 0, 200_000).found).toBe(300_000);
    expect(asked('UID SEARCH', 0, 900_000).found).toBe(600_000);
    for (const command of ['UID FETCH', 'LIST', 'LOGIN', 'X']) expect(asked(command, 10, 10).found).toBe(0);
  });

  it('are sufficient for flags of the maximum number of messages and 10,000 new ones', () => {
    const all = 4_294_967_295;
    expect(asked('UID FETCH', all, 100).answers).toBe(10_100 + 2 * 10_100);
    expect(asked('UID FETCH', all, 300_000).answers).toBe(10_000 + 250_000 + 2 * 250_000);
    expect(asked('UID FETCH', 1_001, 0, true)).toEqual(asked('UID FETCH', 1_000, 0, true));
  });

  it('do not grow with the counts that the server reports', () => {
    for (const command of ['UID SEARCH', 'UID FETCH', 'UID STORE', 'UID MOVE', 'LIST', 'EXAMINE', 'X']) {
      const most = asked(command, 4_294_967_295, 4_294_967_295);
      expect(asked(command, 4_294_967_295, 600_000)).toEqual(most);
      expect(most.bytes).toBeLessThan(160 * MB);
    }
    expect(asked('UID FETCH', 4_294_967_295, 4_294_967_295, true).bytes).toBeLessThan(64 * MB);
  });
});

describe('a list', () => {
  const listing = (count: number): ScriptedReply =>
    lines(...Array.from({ length: count }, (_, index) => `* LIST () "/" f${index}`), '{tag} OK done');

  it('of 10,000 mailboxes is complete', async () => {
    const session = await connect(settingsFor(await imapServer({ script: replying({ LIST: listing(10_000) }) })));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
    expect([mailboxes.length, fault]).toEqual([10_001, null]);
  });

  it('of more has the first 10,000, and the number of skipped ones', async () => {
    const server = await imapServer({ script: replying({ LIST: listing(10_007) }) });
    const session = await connect(settingsFor(server));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
    expect(mailboxes.length).toBe(10_001);
    expect(fault).toMatchObject({
      code: 'response_too_large',
      detail: 'Mailboxes beyond the first 10000, passed over: 7.',
    });
    expect(session.usable).toBe(true);
    const tested = await testConnection((signal) => localProvider().connect(settingsFor(server), { signal }));
    expect(tested).toMatchObject({ ok: true, mailboxes: 10_001 });
  });

  it('skips a name of more than 4,096 octets, and reads 50 attributes of a mailbox', async () => {
    const long = (length: number): string => `* LIST () "/" "${'x'.repeat(length)}"`;
    const attributes = `* LIST (${'\\A '.repeat(50)}\\Noselect) "/" B`;
    const script = replying({ LIST: lines(long(4_096), long(4_097), attributes, '{tag} OK done') });
    const session = await connect(settingsFor(await imapServer({ script })));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
    expect(mailboxes.map(({ name, selectable }) => [name.length, selectable])).toEqual([
      [5, true],
      [4_096, true],
      [1, true],
    ]);
    expect(fault?.code).toBe('protocol_error');
  });

  it('without an end fails a test of the connection', async () => {
    const chunks = (function* () {
      for (;;) yield '* LIST () "/" f\r\n'.repeat(4_000);
    })();
    const server = await imapServer({ script: replying({ LIST: { kind: 'stream', chunks } }) });
    const tested = await testConnection((signal) => localProvider().connect(settingsFor(server), { signal }), 600_000);
    expect(tested).toMatchObject({ ok: false, failure: { code: 'response_too_large' } });
  });
});

describe('a session', () => {
  it('ends when a server sends without end while no command runs', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    let sent = 0;
    async function* news(): AsyncGenerator<string> {
      yield '* 5 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 6] x\r\n{tag} OK [READ-ONLY] done\r\n';
      for (; ; sent += 1) {
        await turn();
        yield `* ${sent} EXISTS\r\n`.repeat(100);
      }
    }
    server.script = replying({ EXAMINE: { kind: 'stream', chunks: news() } });
    await session.select('INBOX');
    await expect.poll(() => server.connections()).toBe(0);
    expect(sent * 100).toBeLessThan(1_000_000);
    expect(session.usable).toBe(false);
    expect((await failureOf(session.allUids())).code).toBe('connection_closed');
  });

  it('resets its limits with each command', async () => {
    const noise = Array.from({ length: 9_000 }, () => '* OK still here');
    const server = await imapServer({ script: replying({ STATUS: lines(...noise, '{tag} NO [NOPERM] no') }) });
    const session = await connect(settingsFor(server));
    for (let count = 0; count < 4; count += 1)
      expect((await failureOf(session.status('INBOX'))).code).toBe('permission_denied');
  });

  it('never requests COMPRESS: a few bytes could expand to megabytes', async () => {
    const server = await imapServer({ capabilities: [...defaultCapabilities, 'COMPRESS=DEFLATE'] });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect(commandsOf(server).filter((command) => command.startsWith('COMPRESS'))).toEqual([]);
  });

  it.each(['1:16777216 1:16777216', '1:2 1:16777216', '1:16777216,1:16777216 1:2'])(
    'accepts no pairs of UIDs for more messages than it copied: %s',
    async (pairs) => {
      const server = await imapServer(
        account(createMailbox({ path: 'INBOX', messages: messages(5) }), createMailbox({ path: 'A' })),
      );
      const session = await connect(settingsFor(server));
      await session.select('INBOX', 'write');
      server.script = replying({
        'UID COPY': lines(`{tag} OK [COPYUID 1 ${pairs}] done`),
        'UID MOVE': lines(`* OK [COPYUID 1 ${pairs}] moved`, '{tag} OK done'),
      });
      expect((await session.copyMessages('1:2', 'A')).uids).toBeNull();
      expect((await session.moveMessages('1:2', 'A')).uids).toBeNull();
      server.script = replying({ 'UID COPY': lines('{tag} OK [COPYUID 1 1:2 7:8] done') });
      expect([...((await session.copyMessages('1:2', 'A')).uids ?? [])]).toEqual([
        [1, 7],
        [2, 8],
      ]);
    },
  );

  it.each([
    ['repeated', ['OK [COPYUID 1 1:2,1:2 7:8,7:8] done']],
    ['in quotes', ['OK [COPYUID 1 "1:2,1:2" "7:8,7:8"] done']],
    ['with a quoted code', ['OK ["COPY\\UID" 1 1:2,1:2 7:8,7:8] done']],
    ['with an invalid UIDVALIDITY', ['OK [COPYUID x 1:2,1:2 7:8,7:8] done']],
    ['in literals', ['OK [COPYUID 1 {7}', '1:2,1:2 {7}', '7:8,7:8] done']],
    ['with more words after it', ['OK [COPYUID 1 1:2,1:2 7:8,7:8 9] done']],
  ])('accepts no more pairs than messages, %s', async (_how, [first = '', ...rest]) => {
    const server = await imapServer(
      account(createMailbox({ path: 'INBOX', messages: messages(5) }), createMailbox({ path: 'A' })),
    );
    const session = await connect(settingsFor(server));
    await session.select('INBOX', 'write');
    server.script = replying({
      'UID COPY': lines(`{tag} ${first}`, ...rest),
      'UID MOVE': lines(`* ${first}`, ...rest, '{tag} OK done'),
    });
    expect((await session.copyMessages('1:2', 'A')).uids).toBeNull();
    expect((await session.moveMessages('1:2', 'A')).uids).toBeNull();
  });

  it.each([
    ['as it is', ['* ESEARCH (TAG "{tag}") UID COUNT 5000002 ALL 1:5000002']],
    ['in a literal', ['* ESEARCH (TAG "{tag}") UID COUNT 5000002 ALL {9}', '1:5000002']],
    ['behind more spaces', ['*  ESEARCH (TAG "{tag}") UID COUNT 5000002 ALL 1:5000002']],
  ])('accepts no ranges of more messages than a mailbox has, %s', async (_how, answer) => {
    for (const capabilities of [defaultCapabilities, capabilitiesWithout('ESEARCH')]) {
      const server = await imapServer({ capabilities });
      const session = await connect(settingsFor(server));
      await session.select('INBOX');
      server.script = replying({ 'UID SEARCH': lines('* 6000000 EXISTS', ...answer, '{tag} OK done') });
      expect((await failureOf(session.allUids())).code).toMatch(/^(response_too_large|protocol_error)$/);
    }
  });

  it('subtracts vanished messages without visiting each', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    const vanished = Array.from({ length: 1_000 }, () => '* VANISHED 1:4294967295');
    server.script = replying({
      STATUS: lines(...vanished, '* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1)', '{tag} OK done'),
    });
    expect(await session.status('INBOX')).toMatchObject({ messages: 1 });
  });
});

describe('a long refusal', () => {
  it('is read for its reason, and its end is ignored', async () => {
    const long = 'because '.repeat(100_000);
    const server = await imapServer({
      script: replying({ EXAMINE: lines(`{tag} NO [NOPERM] ${long} mailbox is full, try again later`) }),
    });
    const session = await connect(settingsFor(server));
    const failure = await failureOf(session.select('INBOX'));
    expect(failure.code).toBe('permission_denied');
    expect(failure.detail).toMatch(/^NO \[NOPERM\] because because/);
    expect(failure.detail.length).toBeLessThanOrEqual(300);
    expect(session.usable).toBe(true);
  });

  it.each(['correct horse battery staple ', 'pässwörter "haben" \\ ', 'a1b2 '])(
    'shows no part of a secret that the cut splits: %j',
    (word) => {
      const secret = word.repeat(500 / word.length);
      for (let before = 1; before < secret.length; before += 17) {
        // Removing secrets moves the cut into the shown part.
        const quoted = secret.repeat(20).slice(0, secret.length * Math.floor((8_000 - before) / secret.length));
        const text = `${quoted.padStart(8_000 - before)}${secret}`.padEnd(9_000, 'x');
        expect(redact(text, [secret]).replaceAll('[redacted]', '').trim()).toBe('');
      }
    },
  );
});
