import { describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  connect,
  drop,
  edited,
  failureOf,
  imapServer,
  lines,
  replying,
  settingsFor,
  silence,
} from './world.ts';

describe('a session', () => {
  it("reports the server's features", async () => {
    const session = await connect(settingsFor(await imapServer()));
    expect(session.features).toEqual({
      condstore: true,
      qresync: false,
      esearch: true,
      listStatus: true,
      uidplus: true,
      move: true,
      gmail: false,
    });
    expect(session.capabilities).toEqual(expect.arrayContaining(['IMAP4rev1', 'CONDSTORE']));
    expect(session.usable).toBe(true);
  });

  it('has CONDSTORE only after the server has confirmed it', async () => {
    const unconfirmed = await imapServer({ script: replying({ ENABLE: lines('{tag} OK Enabled nothing') }) });
    const refused = await imapServer({ script: replying({ ENABLE: lines('{tag} BAD Unknown') }) });
    const unable = await imapServer({ capabilities: capabilitiesWithout('ENABLE') });
    for (const server of [unconfirmed, refused, unable]) {
      const session = await connect(settingsFor(server));
      expect(session.features.condstore).toBe(false);
      expect(await session.select('INBOX')).toMatchObject({ modseqs: false, highestModseq: null });
      expect((await failureOf(session.fetchFlags('1:5', '1', () => {}))).code).toBe('extension_unsupported');
      expect(commandsOf(server).filter((command) => command.startsWith('UID FETCH'))).toEqual([]);
    }
  });

  it('ignores invalid capabilities', async () => {
    const noise = ['X'.repeat(65), ...Array.from({ length: 300 }, (_, index) => `X-${index}`)];
    const session = await connect(settingsFor(await imapServer({ capabilities: [...defaultCapabilities, ...noise] })));
    expect(session.capabilities.length).toBeLessThanOrEqual(200);
    expect(session.capabilities.every((name) => name.length <= 64)).toBe(true);
    const most = 'Y'.repeat(64);
    const other = await connect(settingsFor(await imapServer({ capabilities: [...defaultCapabilities, most] })));
    expect(other.capabilities).toContain(most);
  });

  it('logs out, and cannot be used after that', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.close();
    expect(commandsOf(server).at(-1)).toBe('LOGOUT');
    expect(session.usable).toBe(false);
    expect((await failureOf(session.allUids())).code).toBe('connection_closed');
    await session.close();
  });

  it('survives a server that closes the connection between commands', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await server.close();
    await expect.poll(() => session.usable).toBe(false);
    expect((await failureOf(session.select('INBOX'))).code).toBe('connection_closed');
  });

  it('does not wait for a server that never answers LOGOUT', async () => {
    const server = await imapServer({ script: replying({ LOGOUT: silence }) });
    const session = await connect(settingsFor(server));
    await session.close();
    await expect.poll(() => server.connections()).toBe(0);
  });
});

describe('selecting a mailbox', () => {
  it('opens it read-only, whatever its name', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    const name = session.nameFor('Projekte/Übersee & Co');
    expect(await session.select(name)).toEqual({
      name,
      uidValidity: 9,
      uidNext: 1,
      messages: 0,
      highestModseq: '1',
      mailboxId: null,
      readOnly: true,
      modseqs: true,
      stores: expect.any(Function),
    });
    expect(server.log.map(({ name }) => name)).not.toContain('SELECT');
  });

  it('recognises a mailbox without mod-sequences', async () => {
    const server = await imapServer(account(createMailbox({ path: 'INBOX', noModseq: true })));
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ modseqs: false, highestModseq: null });
  });

  it('ignores the HIGHESTMODSEQ of Yahoo, which has no CONDSTORE', async () => {
    const server = await imapServer({
      capabilities: [...capabilitiesWithout('CONDSTORE', 'ENABLE'), 'XYMHIGHESTMODSEQ'],
      script: replying({
        EXAMINE: lines(
          '* 5 EXISTS',
          '* OK [UIDVALIDITY 1] x',
          '* OK [UIDNEXT 6] x',
          '* OK [HIGHESTMODSEQ 77] x',
          '{tag} OK [READ-ONLY] done',
        ),
      }),
    });
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ modseqs: false, highestModseq: null });
  });

  it('fails with mailbox_not_found when it is gone, even if the server gives no reason', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.select('Gone'))).code).toBe('mailbox_not_found');
    server.script = replying({ EXAMINE: lines('{tag} NO Nope.') });
    expect((await failureOf(session.select('Gone too'))).code).toBe('mailbox_not_found');
    expect((await failureOf(session.select('Sent'))).code).toBe('command_failed');
  });

  it.each(['', 'a\u0000b'])('sends nothing for %j', async (path) => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.select(path))).code).toBe('invalid_payload');
    expect(server.log.map(({ name }) => name)).not.toContain('EXAMINE');
  });

  it.each([
    ['leaves it out', ['* STATUS "INBOX" ()', '{tag} OK done']],
    ['is refused', ['{tag} NO Not now']],
    ['is unknown', ['{tag} BAD Unknown command']],
    ['has one that is not a number', ['* STATUS "INBOX" (UIDNEXT NIL)', '{tag} OK done']],
    ['has one of more than 32 bits', ['* STATUS "INBOX" (UIDNEXT 4294967296)', '{tag} OK done']],
  ])('has no UIDNEXT if SELECT has none and STATUS %s', async (_what, status) => {
    const server = await imapServer({
      script: replying({
        EXAMINE: lines('* 5 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT -1] x', '{tag} OK [READ-ONLY] done'),
        STATUS: lines(...status),
      }),
    });
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ uidNext: null, messages: 5 });
    expect(session.usable).toBe(true);
  });

  it.each(['0', '-1', 'NIL', 'x', '9223372036854775808'])('ignores HIGHESTMODSEQ %s', async (modseq) => {
    const edit = edited((line) => [line.replace(/HIGHESTMODSEQ \d+/, `HIGHESTMODSEQ ${modseq}`)]);
    const session = await connect(settingsFor(await imapServer({ script: replying({ EXAMINE: edit }) })));
    expect(await session.select('INBOX')).toMatchObject({ modseqs: false, highestModseq: null });
  });

  it('asks STATUS for what an old server omits, and refuses a mailbox without UIDVALIDITY', async () => {
    const answer = (...more: string[]) => lines('* 5 EXISTS', ...more, '{tag} OK [READ-ONLY] done');
    const server = await imapServer({ script: replying({ EXAMINE: answer('* OK [UIDVALIDITY 1] x') }) });
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ uidNext: 6 });
    server.script = replying({ EXAMINE: answer('* OK [UIDNEXT 6] x') });
    expect((await failureOf(session.select('INBOX'))).code).toBe('protocol_error');
  });

  it('fails when the connection is lost while STATUS is asked for UIDNEXT', async () => {
    const server = await imapServer({
      script: replying({
        EXAMINE: lines('* 5 EXISTS', '* OK [UIDVALIDITY 1] x', '{tag} OK [READ-ONLY] done'),
        STATUS: drop,
      }),
    });
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.select('INBOX'))).code).toBe('connection_closed');
  });

  it.each([
    ['* OK [MAILBOXID (F1)] x', 'F1'],
    [`* OK [MAILBOXID (${'F'.repeat(300)})] x`, 'F'.repeat(255)],
  ])('has the id of the mailbox, at most 255 characters of it: %s', async (line, mailboxId) => {
    const examined = ['* 5 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 6] x', line, '{tag} OK [READ-ONLY] done'];
    const server = await imapServer({
      capabilities: [...defaultCapabilities, 'OBJECTID'],
      script: replying({ EXAMINE: lines(...examined) }),
    });
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ mailboxId });
  });

  it('that fails leaves none selected: no mod-sequence of the previous one is used', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    await failureOf(session.select('Gone'));
    const before = server.log.length;
    expect((await failureOf(session.fetchFlags('1:5', '1', () => {}))).code).toBe('extension_unsupported');
    const change = { operation: 'add', flags: ['\\Seen'] } as const;
    expect((await failureOf(session.storeFlags('1:5', change, '1'))).code).toBe('extension_unsupported');
    expect(server.log.slice(before)).toEqual([]);
  });

  it.each(['UIDVALIDITY 0', 'UIDVALIDITY x', 'UIDVALIDITY 4294967296', 'UIDVALIDITY -1'])(
    'refuses a mailbox with %s',
    async (code) => {
      const examined = ['* 5 EXISTS', `* OK [${code}] x`, '* OK [UIDNEXT 6] x', '{tag} OK [READ-ONLY] done'];
      const server = await imapServer({ script: replying({ EXAMINE: lines(...examined) }) });
      const session = await connect(settingsFor(server));
      expect((await failureOf(session.select('INBOX'))).code).toBe('protocol_error');
      expect(session.usable).toBe(true);
    },
  );

  it.each(['* x EXISTS', '* -1 EXISTS', '* 4294967296 EXISTS', '* OK nothing'])(
    'refuses a mailbox whose number of messages is unreadable: %s',
    async (line) => {
      const examined = [line, '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 6] x', '{tag} OK [READ-ONLY] done'];
      const server = await imapServer({ script: replying({ EXAMINE: lines(...examined) }) });
      const session = await connect(settingsFor(server));
      expect((await failureOf(session.select('INBOX'))).code).toBe('protocol_error');
    },
  );
});
