import { describe, expect, it } from 'vitest';
import {
  capabilitiesWithout,
  commandsOf,
  connect,
  failureOf,
  imapServer,
  lines,
  replying,
  settingsFor,
} from './world.ts';

describe('the list of mailboxes', () => {
  it('comes with the state of each in one command where the server has LIST-STATUS', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    const before = server.log.length;
    const listed = await session.listMailboxes();
    expect(server.log.slice(before).map(({ name }) => name)).toEqual(['LIST']);
    expect(listed).toEqual([
      {
        path: 'INBOX',
        delimiter: '/',
        namespace: 'personal',
        selectable: true,
        specialUse: null,
        status: { uidValidity: 1, uidNext: 6, messages: 5, highestModseq: '6' },
      },
      expect.objectContaining({ path: 'Sent', specialUse: '\\Sent' }),
      expect.objectContaining({ path: 'Projekte', selectable: false, status: null }),
      expect.objectContaining({ path: 'Projekte/Übersee & Co', selectable: true }),
    ]);
  });

  it('is the same where each STATUS costs a command, less what CONDSTORE adds', async () => {
    const server = await imapServer({
      capabilities: capabilitiesWithout('LIST-STATUS', 'LIST-EXTENDED', 'CONDSTORE', 'SPECIAL-USE'),
    });
    const session = await connect(settingsFor(server));
    const listed = await session.listMailboxes();
    expect(listed.map(({ path }) => path).sort()).toEqual(['INBOX', 'Projekte', 'Projekte/Übersee & Co', 'Sent']);
    expect(listed.find(({ path }) => path === 'INBOX')?.status).toEqual({
      uidValidity: 1,
      uidNext: 6,
      messages: 5,
      highestModseq: null,
    });
    const names = server.log.map(({ name }) => name);
    expect(names.filter((name) => name === 'STATUS')).toHaveLength(3);
    expect(names).not.toContain('LSUB');
  });

  it('goes without the state of a mailbox whose STATUS is refused', async () => {
    const server = await imapServer({
      capabilities: capabilitiesWithout('LIST-STATUS'),
      script: ({ name, args }) =>
        name === 'STATUS' && args.includes('Sent') ? lines('{tag} NO [NOPERM] Not yours') : { kind: 'normal' },
    });
    const session = await connect(settingsFor(server));
    const listed = await session.listMailboxes();
    expect(listed.find(({ path }) => path === 'Sent')).toMatchObject({ selectable: true, status: null });
    expect(listed.find(({ path }) => path === 'INBOX')?.status).not.toBeNull();
  });

  it('fails as a whole when the connection dies between two STATUS', async () => {
    const server = await imapServer({
      capabilities: capabilitiesWithout('LIST-STATUS'),
      script: ({ name, count }) => (name === 'STATUS' && count === 2 ? { kind: 'drop' } : { kind: 'normal' }),
    });
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.listMailboxes())).code).toBe('connection_closed');
  });

  it('tells personal mailboxes from those of others, and leaves every path as it came', async () => {
    const server = await imapServer({
      script: replying({
        NAMESPACE: lines('* NAMESPACE (("INBOX." ".")) (("user." ".")) (("Shared." "."))', '{tag} OK'),
        LIST: lines(
          '* LIST (\\HasChildren) "." INBOX',
          '* LIST () "." INBOX.Sent',
          '* LIST (\\Noselect) "." user',
          '* LIST () "." user.carl.INBOX',
          '* LIST (\\NonExistent) "." Shared',
          '* LIST () "." Shared.Team',
          '* LIST () "." Team',
          '{tag} OK',
        ),
      }),
    });
    const session = await connect(settingsFor(server));
    const listed = await session.listMailboxes();
    expect(listed.map(({ path, namespace, selectable }) => `${path} ${namespace} ${selectable}`).sort()).toEqual([
      'INBOX personal true',
      'INBOX.Sent personal true',
      'Shared shared false',
      'Shared.Team shared true',
      'Team personal true',
      'user other_users false',
      'user.carl.INBOX other_users true',
    ]);
    await failureOf(session.select('Shared.Team'));
    expect(commandsOf(server)).toContain('EXAMINE Shared.Team');
    expect(commandsOf(server)).toContain(
      'LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ) SPECIAL-USE CHILDREN)',
    );
  });

  it('keeps a name that does not decode usable', async () => {
    const raw = 'R&D';
    const server = await imapServer({
      script: ({ name, args }) => {
        if (name === 'LIST' && args.includes('*')) return lines(`* LIST () "/" "${raw}"`, '{tag} OK');
        if (name === 'LIST') return lines('{tag} OK');
        if (name !== 'EXAMINE') return { kind: 'normal' };
        if (!args.includes(`"${raw}"`)) return lines('{tag} NO [NONEXISTENT] No such mailbox');
        return lines('* 0 EXISTS', '* OK [UIDVALIDITY 3] x', '* OK [UIDNEXT 1] x', '{tag} OK [READ-ONLY] done');
      },
    });
    const session = await connect(settingsFor(server));
    const [listed] = await session.listMailboxes();
    expect(listed?.path).toBe(raw);
    expect(await session.select(raw)).toMatchObject({ path: raw, uidValidity: 3 });
    expect((await failureOf(session.select('R&B'))).code).toBe('mailbox_not_found');
  });

  it.each([
    ['a row that cannot be read', ['* LIST () "/" INBOX', '* LIST () "/" "Cut of', '{tag} OK done']],
    ['a row in which something else is amiss', ['* LIST () "/" INBOX', '* LIST () "/" "A" {', '{tag} OK done']],
    ['an OK that says it is not all', ['* LIST () "/" INBOX', '{tag} OK [MESSAGELIMIT 1] That is enough']],
    ['no row at all', ['{tag} OK done']],
  ])('is not believed with %s: what is left out would look deleted', async (_, answer) => {
    const server = await imapServer({ script: replying({ LIST: lines(...answer) }) });
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.listMailboxes())).code).toMatch(/protocol_error|command_failed|rate_limited/);
  });

  it('goes without the state of a mailbox whose STATUS cannot be read', async () => {
    const server = await imapServer({
      script: replying({ LIST: lines('* LIST () "/" INBOX', '* STATUS INBOX (MESSAGES (5))', '{tag} OK') }),
    });
    const session = await connect(settingsFor(server));
    expect(await session.listMailboxes()).toMatchObject([{ path: 'INBOX', status: null }]);
  });

  it.each(['UIDVALIDITY 0', 'UIDVALIDITY 4294967296', 'UIDVALIDITY x', ''])(
    'has no state where the server gives nonsense: %j',
    async (item) => {
      const server = await imapServer({
        script: replying({
          LIST: lines('* LIST () "/" INBOX', `* STATUS INBOX (MESSAGES 5 UIDNEXT 6 ${item})`, '{tag} OK'),
        }),
      });
      const session = await connect(settingsFor(server));
      expect(await session.listMailboxes()).toMatchObject([{ path: 'INBOX', status: null }]);
    },
  );
});
