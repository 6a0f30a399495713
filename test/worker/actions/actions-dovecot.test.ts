import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dovecot, startDovecot } from '../../fixtures/dovecot.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { describeWithDovecot } from '../../fixtures/with-dovecot.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
let dovecot: Dovecot;
beforeAll(async () => {
  [engine, dovecot] = await Promise.all([startDynoxide(), startDovecot()]);
});
afterAll(() => Promise.all([engine?.stop(), dovecot?.stop()]));

let users = 0;
async function world(...folders: readonly (readonly [string, number])[]) {
  users += 1;
  const user = `user${users}`;
  await dovecot.addUser(user, 'secret');
  for (const [folder, count] of folders)
    await dovecot.deliver(
      user,
      folder,
      Array.from({ length: count }, (_, n) => plainMessage({ n: n + 1 })),
    );
  const made = await actionWorld(engine, {
    host: dovecot.host,
    port: dovecot.tlsPort,
    securityMode: 'ssl_tls',
    tlsCaPem: dovecot.caPem,
    authentication: { kind: 'password', username: user, password: 'secret' },
  });
  const mailboxes = await made.store.mailboxes(made.credentialId);
  const uidValidity = (path: string): number => mailboxes.find((each) => each.path === path)?.sync?.uidValidity ?? 0;
  const count = async (folder: string): Promise<number> => {
    const found = succeeded(await made.job('imap_search_messages', { folder }).attempt());
    return Number(found.count);
  };
  return { ...made, user, uidValidity, count };
}

describeWithDovecot('a real Dovecot', () => {
  test('is searched by every criterion', async () => {
    const { job, user, uidValidity } = await world(['INBOX', 20]);
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Seen', 'mailbox', 'INBOX', 'uid', '1:5');
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '5:8');
    const found = async (criteria: object) =>
      succeeded(await job('imap_search_messages', { folder: 'inbox', criteria }).attempt());
    expect(await found({})).toEqual({ uid_validity: uidValidity('INBOX'), count: 20, uids: '1:20', truncated: false });
    expect(await found({ seen: true })).toMatchObject({ uids: '1:5' });
    expect(await found({ seen: false, flagged: true })).toMatchObject({ uids: '6:8' });
    expect(await found({ uid_gte: 4, uid_lt: 6 })).toMatchObject({ uids: '4:5' });
    expect(await found({ uid_gte: 6, uid_lt: 6 })).toMatchObject({ uids: '', count: 0 });
    expect(await found({ uid_gte: 19 })).toMatchObject({ uids: '19:20' });
    expect(await found({ larger: 1_000_000 })).toMatchObject({ count: 0 });
    expect(await found({ smaller: 1_000_000, answered: false, draft: false })).toMatchObject({ count: 20 });
    expect(await found({ before: '1990-01-01' })).toMatchObject({ count: 0 });
    expect(await found({ since: '1990-01-01' })).toMatchObject({ count: 20 });
    expect(codeOf(await job('imap_search_messages', { folder: 'Nowhere' }).attempt())).toBe('mailbox_not_found');
  });

  test('sets flags, and skips messages that have changed since', async () => {
    const { job, uidValidity, count } = await world(['INBOX', 6]);
    const target = { folder: 'INBOX', uid_validity: uidValidity('INBOX') };
    const set = (more: object) => job('imap_set_flags', { ...target, uids: [1, 2, 3, 99], ...more }).attempt();
    expect(succeeded(await set({ add: ['\\Seen', '$Label'] }))).toEqual({
      changed: 3,
      missing: '99',
      conflicted: '',
      rejected_flags: [],
    });
    expect(
      succeeded(await job('imap_search_messages', { folder: 'INBOX', criteria: { seen: true } }).attempt()),
    ).toMatchObject({
      uids: '1:3',
    });
    expect(succeeded(await set({ add: ['\\Flagged'], remove: ['\\Seen'], if_unchanged_since: '1' }))).toMatchObject({
      changed: 0,
      conflicted: '1:3',
    });
    expect(
      succeeded(await set({ add: ['\\Flagged'], remove: ['\\Seen'], if_unchanged_since: '9'.repeat(15) })),
    ).toMatchObject({
      changed: 3,
      conflicted: '',
    });
    expect(await count('INBOX')).toBe(6);
    expect(
      codeOf(await job('imap_set_flags', { ...target, uid_validity: 1, uids: [1], add: ['\\Seen'] }).attempt()),
    ).toBe('uidvalidity_changed');
    expect(codeOf(await job('imap_set_flags', { ...target, uids: [98, 99], add: ['\\Seen'] }).attempt())).toBe(
      'message_not_found',
    );
  });

  test('moves, copies and deletes, and reports the target UIDs', async () => {
    const { job, uidValidity, count } = await world(['INBOX', 12], ['Archiv/Übersee', 2]);
    const target = { folder: 'INBOX', uid_validity: uidValidity('INBOX') };
    const moved = succeeded(
      await job('imap_move_messages', { ...target, uids: [1, 2, 5, 50], target_folder: 'Archiv/Übersee' }).attempt(),
    );
    expect(moved).toEqual({
      moved: 3,
      already_done: 0,
      missing: '50',
      target_uid_validity: uidValidity('Archiv/Übersee'),
      uid_map: { source: '1:2,5', target: '3:5' },
      method: 'move',
      verified: true,
    });
    expect([await count('INBOX'), await count('Archiv/Übersee')]).toEqual([9, 5]);
    const copied = succeeded(
      await job('imap_copy_messages', {
        ...target,
        uids: [3, 4],
        target_folder: 'Neu & frisch',
        create_target: true,
      }).attempt(),
    );
    expect(copied).toMatchObject({
      copied: 2,
      method: 'copy',
      verified: true,
      uid_map: { source: '3:4', target: '1:2' },
    });
    expect([await count('INBOX'), await count('Neu & frisch')]).toEqual([9, 2]);
    const gone = succeeded(await job('imap_delete_messages', { ...target, uids: [3, 4], mode: 'expunge' }).attempt());
    expect(gone).toEqual({ deleted: 2, already_done: 0, mode: 'expunge', missing: '', trash_folder: null });
    expect(await count('INBOX')).toBe(7);
    expect(codeOf(await job('imap_move_messages', { ...target, uids: [6], target_folder: 'Nowhere' }).attempt())).toBe(
      'mailbox_not_found',
    );
    expect(codeOf(await job('imap_move_messages', { ...target, uids: [6], target_folder: 'inbox' }).attempt())).toBe(
      'invalid_payload',
    );
  });

  test('moves 500 scattered messages', async () => {
    const { job, uidValidity, count } = await world(['INBOX', 1000], ['Ziel', 1]);
    const uids = Array.from({ length: 500 }, (_, n) => 2 * n + 1);
    const moved = succeeded(
      await job('imap_move_messages', {
        folder: 'INBOX',
        uid_validity: uidValidity('INBOX'),
        uids,
        target_folder: 'Ziel',
      }).attempt(),
    );
    expect(moved).toMatchObject({ moved: 500, missing: '', verified: true });
    expect([await count('INBOX'), await count('Ziel')]).toEqual([500, 501]);
  });

  test('refuses a UID whose message is not the synced one', async () => {
    const { job, user, uidValidity, count } = await world(['INBOX', 3], ['Ziel', 1]);
    await dovecot.deliver(user, 'INBOX', [plainMessage({ n: 77 })]);
    const target = { folder: 'INBOX', uid_validity: uidValidity('INBOX'), target_folder: 'Ziel' };
    expect(codeOf(await job('imap_move_messages', { ...target, uids: [1, 4] }).attempt())).toBe('message_mismatch');
    expect([await count('INBOX'), await count('Ziel')]).toEqual([4, 1]);
  });

  test('creates, renames and deletes folders once', async () => {
    const { job, uidValidity, messages, store, credentialId } = await world(['INBOX', 1], ['Alt', 2], ['Alt/Kind', 1]);
    expect(succeeded(await job('imap_create_mailbox', { name: 'Größer & Neuer', parent: 'Alt' }).attempt())).toEqual({
      path: 'Alt/Größer & Neuer',
      created: true,
    });
    expect(
      succeeded(await job('imap_create_mailbox', { name: 'Größer & Neuer', parent: 'Alt' }).attempt()),
    ).toMatchObject({
      created: false,
    });
    expect(codeOf(await job('imap_create_mailbox', { name: 'a/b' }).attempt())).toBe('invalid_payload');
    const keys = new Map((await store.mailboxes(credentialId)).map(({ path, key }) => [path, key]));
    const rename = { folder: 'Alt', uid_validity: uidValidity('Alt'), name: 'Neu' };
    expect(succeeded(await job('imap_rename_mailbox', rename).attempt())).toEqual({
      old_path: 'Alt',
      path: 'Neu',
      renamed: true,
      children: 2,
    });
    expect(codeOf(await job('imap_rename_mailbox', { ...rename, folder: 'INBOX' }).attempt())).toBe(
      'operation_not_allowed',
    );
    expect(codeOf(await job('imap_rename_mailbox', rename).attempt())).toBe('mailbox_not_found');
    await messages();
    const records = await store.mailboxes(credentialId);
    const of = (path: string) => records.find((each) => each.path === path);
    expect(keys.get('Alt')).toMatch(/./);
    expect([of('Neu')?.key, of('Neu/Kind')?.key]).toEqual([keys.get('Alt'), keys.get('Alt/Kind')]);
    const remove = (folder: string, more: object = {}) =>
      job('imap_delete_mailbox', { folder, uid_validity: of(folder)?.sync?.uidValidity ?? 1, ...more }).attempt();
    expect(codeOf(await remove('Neu'))).toBe('mailbox_has_children');
    expect(codeOf(await remove('Neu/Kind'))).toBe('mailbox_not_empty');
    expect(succeeded(await remove('Neu/Kind', { if_messages_at_most: 1 }))).toEqual({ deleted: true, messages: 1 });
    expect(codeOf(await remove('Neu/Kind', { if_messages_at_most: 1 }))).toBe('mailbox_not_found');
    expect(codeOf(await remove('INBOX', { if_messages_at_most: 9 }))).toBe('operation_not_allowed');
  });
});
