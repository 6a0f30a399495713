import { describe, expect, it } from 'vitest';
import {
  capabilitiesWithout,
  commandsOf,
  connect,
  edited,
  failureOf,
  imapServer,
  lines,
  replying,
  settingsFor,
} from './world.ts';

describe('the list of mailboxes', () => {
  it('includes the status of each mailbox in one command if the server has LIST-STATUS', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    const before = server.log.length;
    const { mailboxes: listed } = await session.listMailboxes({ statuses: true });
    expect(server.log.slice(before).map(({ name }) => name)).toEqual(['LIST']);
    expect(listed).toEqual([
      {
        name: 'INBOX',
        path: 'INBOX',
        delimiter: '/',
        namespace: 'personal',
        selectable: true,
        hasChildren: false,
        specialUse: null,
        status: { uidValidity: 1, uidNext: 6, messages: 5, highestModseq: '6' },
      },
      expect.objectContaining({ path: 'Sent', specialUse: '\\Sent' }),
      expect.objectContaining({ path: 'Projekte', selectable: false, hasChildren: true, status: null }),
      expect.objectContaining({ path: 'Projekte/Übersee & Co', name: 'Projekte/&ANw-bersee &- Co', selectable: true }),
    ]);
  });

  it.each([
    ['has no LIST-STATUS', capabilitiesWithout('LIST-STATUS', 'LIST-EXTENDED', 'SPECIAL-USE'), true],
    ['has LIST-STATUS, but no status is requested', capabilitiesWithout(), false],
  ])('is one LIST without status if the server %s', async (_, capabilities, statuses) => {
    const server = await imapServer({ capabilities });
    const session = await connect(settingsFor(server));
    const before = server.log.length;
    const { mailboxes, fault } = await session.listMailboxes({ statuses });
    expect(commandsOf(server).slice(before)).toEqual(['LIST "" "*"']);
    expect(mailboxes.map(({ path, status, specialUse }) => [path, status, specialUse])).toEqual([
      ['INBOX', null, null],
      ['Sent', null, '\\Sent'],
      ['Projekte', null, null],
      ['Projekte/Übersee & Co', null, null],
    ]);
    expect(fault).toBeNull();
  });

  it('is requested with fewer options after each refusal, and never by STATUS', async () => {
    const server = await imapServer({
      script: ({ name, args }) =>
        name === 'LIST' && args.includes('RETURN') ? lines('{tag} BAD Invalid argument') : { kind: 'normal' },
    });
    const session = await connect(settingsFor(server));
    const before = server.log.length;
    const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
    expect(commandsOf(server).slice(before)).toEqual([
      'LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ) SPECIAL-USE CHILDREN)',
      'LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ))',
      'LIST "" "*"',
    ]);
    expect(mailboxes).toHaveLength(4);
    expect(fault).toBeNull();
  });

  it.each([
    ['is missing', '* OK still here'],
    ['is refused', '* NO [NOPERM] Not yours'],
    ['cannot be read', '* STATUS "Sent" (MESSAGES 5'],
    ['names no mailbox', '* STATUS () (MESSAGES 5 UIDNEXT 6 UIDVALIDITY 7)'],
    ['has no values', '* STATUS "Sent" ()'],
    ['has values that are not numbers', '* STATUS "Sent" (MESSAGES (5) UIDNEXT x UIDVALIDITY NIL)'],
  ])('has no status of a mailbox whose status %s', async (_, line) => {
    const state = edited((each) => (each.startsWith('* STATUS "Sent"') ? [line] : [each]));
    const server = await imapServer({ script: replying({ LIST: state }) });
    const session = await connect(settingsFor(server));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
    expect(mailboxes.find(({ path }) => path === 'Sent')).toMatchObject({ selectable: true, status: null });
    expect(mailboxes.find(({ path }) => path === 'INBOX')?.status).not.toBeNull();
    expect(fault).toBeNull();
  });

  it('distinguishes personal mailboxes from others, and keeps every path unchanged', async () => {
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
    const { mailboxes: listed } = await session.listMailboxes({ statuses: true });
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

  it('has each mailbox once', async () => {
    const server = await imapServer({
      script: replying({ LIST: lines('* LIST () "/" A', '* LIST () "/" A', '* LIST () "/" "A"', '{tag} OK') }),
    });
    const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
    expect(mailboxes.map(({ path }) => path)).toEqual(['INBOX', 'A']);
  });

  it.each([
    ['\\HasChildren', true],
    ['\\HasNoChildren', false],
    ['\\NoInferiors', false],
    ['\\hasNOchildren', false],
    ['\\Marked', null],
  ])('reports whether a mailbox has children: %s', async (flag, hasChildren) => {
    const server = await imapServer({ script: replying({ LIST: lines(`* LIST (${flag}) "/" A`, '{tag} OK') }) });
    const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: false });
    expect(mailboxes.find(({ path }) => path === 'A')?.hasChildren).toBe(hasChildren);
  });

  it("of XLIST has INBOX once, whatever its name in the user's language", async () => {
    const server = await imapServer({
      capabilities: [...capabilitiesWithout('SPECIAL-USE', 'LIST-STATUS'), 'XLIST'],
      script: replying({
        XLIST: lines(
          '* XLIST (\\HasNoChildren \\Inbox) "/" "Posteingang"',
          '* XLIST (\\Sent) "/" "[Gmail]/Gesendet"',
          '{tag} OK',
        ),
      }),
    });
    const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
    expect(mailboxes.map(({ name, specialUse }) => [name, specialUse])).toEqual([
      ['INBOX', null],
      ['[Gmail]/Gesendet', '\\Sent'],
    ]);
  });

  it.each(['UIDVALIDITY 0', 'UIDVALIDITY 4294967296', 'UIDVALIDITY x', ''])(
    'has no status if the server sends an invalid one: %j',
    async (item) => {
      const server = await imapServer({
        script: replying({
          LIST: lines('* LIST () "/" INBOX', `* STATUS INBOX (MESSAGES 5 UIDNEXT 6 ${item})`, '{tag} OK'),
        }),
      });
      const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
      expect(mailboxes).toMatchObject([{ path: 'INBOX', status: null }]);
    },
  );
});

describe('INBOX', () => {
  it.each([
    ['is not listed', ['* LIST () "." Archive']],
    ['is listed in another case', ['* LIST () "." inbox', '* LIST () "." Archive']],
    ['is listed as something that cannot be selected', ['* LIST (\\NoSelect) "." INBOX', '* LIST () "." Archive']],
    ['is listed twice, in different cases', ['* LIST () "." InBox', '* LIST () "." INBOX', '* LIST () "." Archive']],
  ])('is listed like other mailboxes if it %s', async (_, listed) => {
    const script = replying({ LIST: lines(...listed, '{tag} OK'), NAMESPACE: lines('{tag} NO') });
    const server = await imapServer({ script });
    const session = await connect(settingsFor(server));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
    expect(mailboxes).toMatchObject([
      { name: 'INBOX', path: 'INBOX', delimiter: '.', namespace: 'personal', selectable: true },
      { path: 'Archive' },
    ]);
    expect(fault).toBeNull();
    expect(await session.select('INBOX')).toMatchObject({ messages: 5 });
    expect(commandsOf(server).at(-1)).toMatch(/^EXAMINE INBOX/);
  });

  it('that is not listed has the delimiter of its namespace', async () => {
    const server = await imapServer({
      script: replying({
        NAMESPACE: lines('* NAMESPACE (("" "/")) (("user." ".")) NIL', '{tag} OK'),
        LIST: lines('* LIST () "." user.carl', '{tag} OK'),
      }),
    });
    const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: false });
    expect(mailboxes[0]).toMatchObject({ name: 'INBOX', delimiter: '/' });
  });

  it.each(['inbox/sub', 'INBOXES', 'Inbox.sub'])('is not %s', async (name) => {
    const server = await imapServer({ script: replying({ LIST: lines(`* LIST () "/" "${name}"`, '{tag} OK') }) });
    const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: false });
    expect(mailboxes.map(({ path }) => path)).toEqual(['INBOX', name]);
  });
});

describe('a damaged list', () => {
  const damaged = (count: number) => ({
    code: 'protocol_error',
    detail: `Lines of LIST that could not be read: ${count}.`,
    retryAfterMs: null,
    outcomeUnknown: false,
  });

  it.each([
    ['a name without its end', '* LIST () "/" "Secret of'],
    ['extra words after the name', '* LIST () "/" "Secret" {'],
    ['no name', '* LIST () "/"'],
    ['NIL for a name', '* LIST () "/" NIL'],
    ['a list for a name', '* LIST () "/" (Secret)'],
    ['no attributes', '* LIST "/" Secret'],
    ['attributes without an end', '* LIST (\\HasNoChildren "/" Secret'],
    ['attributes that end twice', '* LIST (\\HasNoChildren)) "/" Secret'],
    ['no delimiter', '* LIST () Secret'],
    ['a list for a delimiter', '* LIST () () Secret'],
    ['a name in two pieces', '* LIST () "/" "Secret" "Secret"'],
    ['nothing', '* LIST'],
    ['text that is not a line of LIST', ')) Secret (('],
  ])('is read except for the line with %s', async (_, line) => {
    const server = await imapServer({
      script: replying({ LIST: lines('* LIST () "/" A', line, '* LIST () "/" B', '{tag} OK') }),
    });
    const session = await connect(settingsFor(server));
    const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
    expect(mailboxes.map(({ path }) => path)).toEqual(['INBOX', 'A', 'B']);
    expect(fault).toEqual(damaged(1));
    expect(await session.select('INBOX')).toMatchObject({ messages: 5 });
  });

  it('is read even when most of it is damaged, and counts the damage', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => (n % 5 === 0 ? `* LIST () "/" F${n}` : `* LIST () "/" "F${n}`));
    const server = await imapServer({ script: replying({ LIST: lines(...rows, '{tag} OK') }) });
    const { mailboxes, fault } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
    expect(mailboxes).toHaveLength(11);
    expect(fault).toEqual(damaged(40));
  });

  it('shows a mailbox with an invalid delimiter, without one', async () => {
    const server = await imapServer({
      script: replying({ LIST: lines('* LIST () "/" A', '* LIST () "abc" Odd', '{tag} OK') }),
    });
    const { mailboxes, fault } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
    expect(mailboxes.find(({ path }) => path === 'Odd')).toMatchObject({ delimiter: null, selectable: true });
    expect(fault).toEqual(damaged(1));
  });

  it.each([
    ['the answer is empty', ['{tag} OK done'], 'protocol_error'],
    [
      'the OK says that the list is partial',
      ['* LIST () "/" INBOX', '{tag} OK [MESSAGELIMIT 1] That is enough'],
      'command_failed',
    ],
  ])('has a fault when %s', async (_, answer, code) => {
    const server = await imapServer({ script: replying({ LIST: lines(...answer) }) });
    const { mailboxes, fault } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
    expect(mailboxes.map(({ path }) => path)).toEqual(['INBOX']);
    expect(fault?.code).toBe(code);
  });

  it('does not damage the next list', async () => {
    const server = await imapServer({
      script: ({ name, count }) =>
        name === 'LIST' && count === 1 ? lines('* LIST () "/" "Cut', '{tag} OK') : { kind: 'normal' },
    });
    const session = await connect(settingsFor(server));
    expect((await session.listMailboxes({ statuses: true })).fault).not.toBeNull();
    expect(await session.listMailboxes({ statuses: true })).toMatchObject({ mailboxes: { length: 4 }, fault: null });
  });
});
