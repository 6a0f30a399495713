import { describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  connect,
  failureOf,
  imapServer,
  lines,
  replying,
  settingsFor,
  silence,
} from './world.ts';

describe('a session', () => {
  it('tells what the server can do', async () => {
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

  it('has CONDSTORE only when the server has confirmed it', async () => {
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

  it('passes over capabilities that are no names', async () => {
    const noise = ['X'.repeat(65), ...Array.from({ length: 300 }, (_, index) => `X-${index}`)];
    const session = await connect(settingsFor(await imapServer({ capabilities: [...defaultCapabilities, ...noise] })));
    expect(session.capabilities.length).toBeLessThanOrEqual(200);
    expect(session.capabilities.every((name) => name.length <= 64)).toBe(true);
  });

  it('logs out, and is of no use then', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    await session.close();
    expect(commandsOf(server).at(-1)).toBe('LOGOUT');
    expect(session.usable).toBe(false);
    expect((await failureOf(session.allUids())).code).toBe('connection_closed');
    await session.close();
  });

  it('survives a server that dies while nothing is asked of it', async () => {
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

  it('knows a mailbox without mod-sequences', async () => {
    const server = await imapServer(account(createMailbox({ path: 'INBOX', noModseq: true })));
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ modseqs: false, highestModseq: null });
  });

  it('takes the HIGHESTMODSEQ of Yahoo, which has no CONDSTORE, for none', async () => {
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

  it('fails with mailbox_not_found when it is gone, also where the server gives no reason', async () => {
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

  it('asks STATUS for what an old server leaves out, and refuses what has no UIDVALIDITY', async () => {
    const answer = (...more: string[]) => lines('* 5 EXISTS', ...more, '{tag} OK [READ-ONLY] done');
    const server = await imapServer({ script: replying({ EXAMINE: answer('* OK [UIDVALIDITY 1] x') }) });
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ uidNext: 6 });
    server.script = replying({ EXAMINE: answer('* OK [UIDNEXT 6] x') });
    expect((await failureOf(session.select('INBOX'))).code).toBe('protocol_error');
  });
});
