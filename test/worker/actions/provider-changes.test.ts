/** Mutating actions on servers with provider-specific behaviour. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import { createMailbox, defaultCapabilities, type Mailbox } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  edited,
  imapServer,
  lines,
  messages,
  settingsFor,
} from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { DOVECOT, EXCHANGE, GMAIL, PROFILES, YAHOO } from '../../fixtures/provider-profiles.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const CHANGING = /^(UID )?(STORE|COPY|MOVE|EXPUNGE)|^(CLOSE|CREATE|RENAME|DELETE|APPEND)/;
const idsIn = ({ messages: all }: Mailbox): readonly string[] =>
  all.map(({ raw }) => /Message-ID: <(m\d+)/.exec(String(raw))?.[1] ?? '?').sort();

async function start(capabilities: readonly string[], paths: Readonly<Record<string, string | undefined>>) {
  const mailboxes = Object.entries(paths).map(([path, specialUse], at) =>
    createMailbox({
      path,
      uidValidity: at + 1,
      messages: messages(6),
      ...(specialUse === undefined ? {} : { specialUse }),
    }),
  );
  const server = await imapServer({ capabilities, ...account(...mailboxes) });
  const world = await actionWorld(engine, settingsFor(server));
  // Gmail's own folders are excluded from a sync of all folders.
  for (const { path, specialUse } of mailboxes)
    if (specialUse === '\\All' || specialUse === '\\Flagged') await world.messages({ folder: path });
  const before = server.log.length;
  const mailbox = (path: string): Mailbox => {
    const found = mailboxes.find((each) => each.path === path);
    if (found === undefined) throw new Error(path);
    return found;
  };
  return {
    server,
    world,
    mailbox,
    job: (name: ActionName, folder: string, more: object = {}) =>
      world.job(name, { folder, uid_validity: mailbox(folder).uidValidity, uids: [2, 3], ...more }),
    changes: () =>
      commandsOf(server)
        .slice(before)
        .filter((command) => CHANGING.test(command)),
  };
}

const GMAIL_FOLDERS = {
  INBOX: undefined,
  Label: undefined,
  '[Gmail]/All Mail': '\\All',
  '[Gmail]/Starred': '\\Flagged',
  '[Gmail]/Trash': '\\Trash',
  '[Gmail]/Spam': '\\Junk',
};
const ALL = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];
const REST = ['m1', 'm4', 'm5', 'm6'];

describe('Gmail', () => {
  it.each(['INBOX', 'Label', '[Gmail]/All Mail', '[Gmail]/Starred'])(
    'refuses an expunge in %s before anything is sent, because it would only remove a label',
    async (folder) => {
      const { job, changes, mailbox } = await start(GMAIL, GMAIL_FOLDERS);
      const { attempt } = job('imap_delete_messages', folder, { mode: 'expunge' });
      expect(codeOf(await attempt())).toBe('operation_not_allowed');
      expect(changes()).toEqual([]);
      expect(idsIn(mailbox(folder))).toEqual(ALL);
    },
  );

  it.each(['[Gmail]/Trash', '[Gmail]/Spam'])('deletes for good in %s', async (folder) => {
    const { job, changes, mailbox } = await start(GMAIL, GMAIL_FOLDERS);
    const { attempt } = job('imap_delete_messages', folder, { mode: 'expunge' });
    expect(succeeded(await attempt())).toMatchObject({ deleted: 2, missing: '' });
    expect(changes()).toEqual(['UID STORE 2:3 +FLAGS (\\Deleted)', 'UID EXPUNGE 2:3']);
    expect(idsIn(mailbox(folder))).toEqual(REST);
  });

  it.each(['INBOX', 'Label', '[Gmail]/Spam'])('deletes from %s into the trash, by MOVE', async (folder) => {
    const { job, changes, mailbox } = await start(GMAIL, GMAIL_FOLDERS);
    const { attempt } = job('imap_delete_messages', folder);
    expect(succeeded(await attempt())).toMatchObject({ deleted: 2, mode: 'trash', trash_folder: '[Gmail]/Trash' });
    expect(changes()).toEqual(['UID MOVE 2:3 "[Gmail]/Trash"']);
    expect(idsIn(mailbox(folder))).toEqual(REST);
    expect(mailbox('[Gmail]/Trash').messages).toHaveLength(8);
  });

  it.each<[string, ActionName, object]>([
    ['a move', 'imap_move_messages', { target_folder: 'Label' }],
    ['a deletion into the trash', 'imap_delete_messages', {}],
  ])(
    'refuses %s from All Mail before anything is sent, because it keeps every message there',
    async (_what, name, more) => {
      const { job, changes, mailbox } = await start(GMAIL, GMAIL_FOLDERS);
      expect(codeOf(await job(name, '[Gmail]/All Mail', more).attempt())).toBe('operation_not_allowed');
      expect(changes()).toEqual([]);
      expect(idsIn(mailbox('[Gmail]/All Mail'))).toEqual(ALL);
    },
  );

  it('allows a copy from All Mail, which adds a label', async () => {
    const { job, changes } = await start(GMAIL, GMAIL_FOLDERS);
    const { attempt } = job('imap_copy_messages', '[Gmail]/All Mail', { target_folder: 'Label' });
    expect(succeeded(await attempt())).toMatchObject({ copied: 2, verified: true });
    expect(changes()).toEqual(['UID COPY 2:3 Label']);
  });

  it('may mark an OK as throttled', async () => {
    const { job, mailbox, server } = await start(GMAIL, GMAIL_FOLDERS);
    server.script = ({ name }) =>
      name === 'UID MOVE'
        ? edited((line) => (/^[^*]\S* OK /.test(line) ? [`${line} [THROTTLED]`] : [line]))
        : { kind: 'normal' };
    const { attempt } = job('imap_move_messages', 'INBOX', { target_folder: 'Label' });
    expect(succeeded(await attempt())).toMatchObject({ moved: 2, verified: true, missing: '' });
    expect(idsIn(mailbox('INBOX'))).toEqual(REST);
  });
});

describe('Exchange', () => {
  const FOLDERS = { INBOX: undefined, 'Deleted Items': undefined, Ziel: undefined };

  it('has a trash by name only, and messages are moved there', async () => {
    const { job, changes, mailbox } = await start(EXCHANGE, FOLDERS);
    const result = succeeded(await job('imap_delete_messages', 'INBOX').attempt());
    expect(result).toMatchObject({ deleted: 2, trash_folder: 'Deleted Items' });
    expect(changes()).toEqual(['UID MOVE 2:3 "Deleted Items"']);
    expect(idsIn(mailbox('INBOX'))).toEqual(REST);
  });

  it('reports the target UIDs with the tagged OK', async () => {
    const { job, server } = await start(EXCHANGE, FOLDERS);
    let code = '';
    server.script = ({ name }) =>
      name === 'UID MOVE'
        ? edited((line) => {
            const told = /\[COPYUID [^\]]*\]/.exec(line)?.[0];
            code = told ?? code;
            return told === undefined ? [line.replace(/^([^*]\S*) OK /, `$1 OK ${code} `)] : [];
          })
        : { kind: 'normal' };
    expect(succeeded(await job('imap_move_messages', 'INBOX', { target_folder: 'Ziel' }).attempt())).toMatchObject({
      moved: 2,
      uid_map: { source: '2:3', target: '7:8' },
      verified: true,
    });
  });

  it('that throttles a move has not moved: the messages are moved once, later', async () => {
    const { job, server, mailbox } = await start(EXCHANGE, FOLDERS);
    server.script = ({ name, count }) =>
      name === 'UID MOVE' && count === 1
        ? lines('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds')
        : { kind: 'normal' };
    const { attempt } = job('imap_move_messages', 'INBOX', { target_folder: 'Ziel' });
    expect(await attempt()).toMatchObject({
      failure: { code: 'rate_limited', retryAfterMs: 92415, outcomeUnknown: false },
    });
    expect(succeeded(await attempt())).toMatchObject({ moved: 2, already_done: 0, missing: '' });
    expect(idsIn(mailbox('INBOX'))).toEqual(REST);
    expect(mailbox('Ziel').messages).toHaveLength(8);
  });
});

describe('a server that ends the session after a move and reports a rate limit', () => {
  it.each([
    ['Dovecot', DOVECOT, '* BYE Too many connections', 'too_many_connections'],
    ['Yahoo', YAHOO, '* BYE Rate limit hit.', 'rate_limited'],
  ])('causes an unknown outcome, and nothing is moved or copied twice: %s', async (_who, capabilities, bye, code) => {
    for (const [name, command] of [
      ['imap_move_messages', 'UID MOVE'],
      ['imap_copy_messages', 'UID COPY'],
    ] as const) {
      const { job, server, mailbox } = await start(capabilities, { INBOX: undefined, Ziel: undefined });
      server.script = (sent) => (sent.name === command && sent.count === 1 ? edited(() => [bye]) : { kind: 'normal' });
      const { attempt } = job(name, 'INBOX', { target_folder: 'Ziel' });
      expect(await attempt()).toMatchObject({ kind: 'failed', failure: { code, outcomeUnknown: true } });
      expect(succeeded(await attempt())).toMatchObject({ already_done: 2, missing: '' });
      expect(idsIn(mailbox('INBOX'))).toEqual(name === 'imap_move_messages' ? REST : ALL);
      expect(mailbox('Ziel').messages).toHaveLength(8);
    }
  });
});

describe('a server that executes a command in part', () => {
  it('gets the rest in another command: a move', async () => {
    const { job, server, mailbox } = await start(defaultCapabilities, { INBOX: undefined, Ziel: undefined });
    // RFC 9738: the first message is moved, and the OK says so.
    server.script = ({ name, count }) => {
      if (name !== 'UID MOVE' || count > 1) return { kind: 'normal' };
      const [first] = mailbox('INBOX').messages.filter(({ uid }) => uid === 2);
      if (first === undefined) throw new Error('no message 2');
      mailbox('Ziel').add({ raw: first.raw, internalDate: first.internalDate });
      mailbox('INBOX').expunge([2]);
      return lines('* OK [COPYUID 2 2 7] Moved', '* 2 EXPUNGE', '{tag} OK [MESSAGELIMIT 1 3] Partly done');
    };
    const { attempt } = job('imap_move_messages', 'INBOX', { target_folder: 'Ziel' });
    expect(codeOf(await attempt())).toBe('command_failed');
    expect(succeeded(await attempt())).toMatchObject({ moved: 1, already_done: 1, missing: '' });
    expect(idsIn(mailbox('INBOX'))).toEqual(REST);
    expect(mailbox('Ziel').messages).toHaveLength(8);
  });

  it('reports a conflict also with NO: flags', async () => {
    const { job, server, mailbox } = await start(defaultCapabilities, { INBOX: undefined });
    const since = mailbox('INBOX').highestModseq;
    server.script = ({ name }) => {
      if (name !== 'UID STORE') return { kind: 'normal' };
      // Another client changes it between our check and our STORE.
      mailbox('INBOX').setFlags(3, ['\\Answered']);
      return edited((line) => [line.replace(' OK [MODIFIED', ' NO [MODIFIED')]);
    };
    const { attempt } = job('imap_set_flags', 'INBOX', { add: ['\\Seen'], if_unchanged_since: String(since) });
    expect(succeeded(await attempt())).toMatchObject({ changed: 1, conflicted: '3' });
    expect(mailbox('INBOX').find(2)?.flags).toEqual(['\\Seen']);
    expect(mailbox('INBOX').find(3)?.flags).toEqual(['\\Answered']);
  });
});

describe('a UID that names another message under the same UIDVALIDITY', () => {
  it.each<[ActionName, object]>([
    ['imap_move_messages', { target_folder: 'Ziel' }],
    ['imap_copy_messages', { target_folder: 'Ziel' }],
    ['imap_delete_messages', { mode: 'expunge' }],
    ['imap_set_flags', { add: ['\\Seen'] }],
  ])('is not changed, as on Yahoo, where every UIDVALIDITY is 1: %s', async (name, more) => {
    const { server, job, changes } = await start(YAHOO, { INBOX: undefined, Ziel: undefined });
    // Recreated by the provider: same numbers, other messages.
    server.script = ({ name: command }) =>
      command === 'UID FETCH' ? edited((line) => [line.replaceAll('<m', '<other')]) : { kind: 'normal' };
    expect(codeOf(await job(name, 'INBOX', more).attempt())).toBe('message_mismatch');
    expect(changes()).toEqual([]);
  });
});

describe('a server without an extension', () => {
  it.each<[string, readonly string[], ActionName, object]>([
    ['MOVE and UIDPLUS', ['MOVE', 'UIDPLUS'], 'imap_move_messages', { target_folder: 'Ziel' }],
    ['MOVE and UIDPLUS', ['MOVE', 'UIDPLUS'], 'imap_delete_messages', {}],
    ['UIDPLUS', ['UIDPLUS'], 'imap_delete_messages', { mode: 'expunge' }],
    ['CONDSTORE', ['CONDSTORE'], 'imap_set_flags', { add: ['\\Seen'], if_unchanged_since: '5' }],
  ])('is refused before any change: %s, %s, %s', async (_which, missing, name, more) => {
    const folders = { INBOX: undefined, Ziel: undefined, Trash: '\\Trash' };
    const { job, changes } = await start(capabilitiesWithout(...missing), folders);
    expect(codeOf(await job(name, 'INBOX', more).attempt())).toBe('extension_unsupported');
    expect(changes()).toEqual([]);
  });

  it('MOVE gets a copy, a check of the copy, and a removal of exactly these messages', async () => {
    const { job, changes, mailbox } = await start(capabilitiesWithout('MOVE'), { INBOX: undefined, Ziel: undefined });
    mailbox('INBOX').setFlags(5, ['\\Deleted']);
    const { attempt } = job('imap_move_messages', 'INBOX', { target_folder: 'Ziel' });
    expect(succeeded(await attempt())).toMatchObject({ moved: 2, method: 'copy_and_expunge', verified: true });
    expect(changes()).toEqual(['UID COPY 2:3 Ziel', 'UID STORE 2:3 +FLAGS (\\Deleted)', 'UID EXPUNGE 2:3']);
    expect(idsIn(mailbox('INBOX'))).toEqual(REST);
  });

  it.each(Object.entries(PROFILES).filter(([name]) => name !== 'Gmail'))(
    'or with all of them ends a move in the same state: %s',
    async (_name, capabilities) => {
      const { job, mailbox } = await start(capabilities, { INBOX: undefined, Ziel: undefined });
      const { attempt } = job('imap_move_messages', 'INBOX', { target_folder: 'Ziel', uids: [2, 3, 99] });
      expect(succeeded(await attempt())).toMatchObject({ moved: 2, missing: '99', verified: true });
      expect(idsIn(mailbox('INBOX'))).toEqual(REST);
      expect(mailbox('Ziel').messages).toHaveLength(8);
    },
  );
});

describe('where personal mailboxes have a prefix', () => {
  const listing = lines(
    '* LIST (\\HasChildren) "." INBOX',
    '* LIST () "." INBOX.Alt',
    '* LIST () "." INBOX.Kunden',
    '{tag} OK done',
  );
  it.each<[ActionName, object, string]>([
    ['imap_create_mailbox', { name: 'Neu & gut' }, 'CREATE "INBOX.Neu &- gut"'],
    ['imap_create_mailbox', { name: 'Neu', parent: 'INBOX.Kunden' }, 'CREATE INBOX.Kunden.Neu'],
    ['imap_rename_mailbox', { folder: 'INBOX.Alt', uid_validity: 7, name: 'Neu' }, 'RENAME INBOX.Alt INBOX.Neu'],
    [
      'imap_rename_mailbox',
      { folder: 'INBOX.Alt', uid_validity: 7, name: 'Neu', parent: null },
      'RENAME INBOX.Alt INBOX.Neu',
    ],
    [
      'imap_rename_mailbox',
      { folder: 'INBOX.Alt', uid_validity: 7, name: 'Alt', parent: 'INBOX.Kunden' },
      'RENAME INBOX.Alt INBOX.Kunden.Alt',
    ],
    ['imap_delete_mailbox', { folder: 'INBOX.Alt', uid_validity: 7 }, 'DELETE INBOX.Alt'],
  ])('%s %j sends %s', async (name, payload, sent) => {
    const { server, world, changes } = await start(capabilitiesWithout('LIST-STATUS'), { INBOX: undefined });
    server.script = ({ name: command, args }) => {
      if (command === 'NAMESPACE') return lines('* NAMESPACE (("INBOX." ".")) NIL NIL', '{tag} OK');
      if (command === 'LIST') return listing;
      if (command === 'STATUS')
        return lines(`* STATUS ${args.split(' ')[0]} (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 7)`, '{tag} OK');
      return /CREATE|RENAME|DELETE|SUBSCRIBE/.test(command) ? lines('{tag} OK done') : { kind: 'normal' };
    };
    expect((await world.job(name, { ...payload }).attempt()).kind).toBe('succeeded');
    expect(changes()).toEqual([sent]);
  });
});

describe("a server that shows other users' mailboxes", () => {
  it.each([
    ['a colleague’s', { namespace: 'other_users' }],
    ['one that cannot be selected', { selectable: false }],
  ] as const)("has a trash that is %s: messages are moved to the user's own", async (_what, foreign) => {
    const { job, changes, world } = await start(DOVECOT, { INBOX: undefined, Trash: '\\Trash' });
    const own = await world.store.mailboxes(world.credentialId);
    const [trash] = own.filter(({ path }) => path === 'Trash');
    if (trash === undefined) throw new Error('no trash');
    const listed = [{ ...trash, key: '0'.repeat(16), path: 'user/bob/Trash', ...foreign }, ...own];
    const mail = { ...world.store, mailboxes: async () => listed };
    const { attempt } = job('imap_delete_messages', 'INBOX');
    expect(succeeded(await attempt({ mail }))).toMatchObject({ deleted: 2, trash_folder: 'Trash' });
    expect(changes()).toEqual(['UID MOVE 2:3 Trash']);
  });

  it("may have no trash for this user: nothing is moved to another user's", async () => {
    const { job, changes, world } = await start(DOVECOT, { INBOX: undefined, Trash: '\\Trash' });
    const listed = (await world.store.mailboxes(world.credentialId)).map((each) =>
      each.path === 'Trash' ? { ...each, namespace: 'other_users' as const } : each,
    );
    const mail = { ...world.store, mailboxes: async () => listed };
    const { attempt } = job('imap_delete_messages', 'INBOX');
    expect(codeOf(await attempt({ mail }))).toBe('mailbox_not_found');
    expect(changes()).toEqual([]);
  });
});
