/** Actions take paths, and send the server's own name of the mailbox. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import { createMailbox, type Mailbox } from '../../../local/imap/server.ts';
import {
  account as accountOf,
  capabilitiesWithout,
  commandsOf,
  imapServer,
  messages,
  settingsFor,
} from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const named = (wireName: string, uidValidity: number, count = 0): Mailbox =>
  createMailbox({ path: wireName, wireName, uidValidity, messages: messages(count) });

async function start(mailboxes: readonly Mailbox[], capabilities = capabilitiesWithout()) {
  const inbox = createMailbox({ path: 'INBOX', messages: messages(3) });
  const { accounts } = accountOf(inbox, ...mailboxes);
  const server = await imapServer({ accounts, capabilities });
  const world = await actionWorld(engine, settingsFor(server));
  const before = server.log.length;
  const job = (name: ActionName, payload: object) => world.job(name, { ...payload });
  return {
    account: accounts[0],
    inbox,
    server,
    world,
    job,
    attempt: (name: ActionName, payload: object) => job(name, payload).attempt(),
    sent: () => commandsOf(server).slice(before),
    changes: () => commandsOf(server).filter((each) => /^(CREATE|RENAME|DELETE|UID COPY|UID MOVE)/.test(each)),
    names: () => (accounts[0]?.mailboxes ?? []).map(({ wireName }) => Buffer.from(wireName, 'latin1').toString()),
  };
}

const fromInbox = { folder: 'INBOX', uid_validity: 1, uids: [1, 2] };

describe.each([
  ['raw UTF-8', 'Räume', 'Räume', 'Neu Ü', 'Räume/Neu &ANw-'],
  ['an unencoded &', 'R&D', 'R&D', 'Neu Ü', 'R&D/Neu &ANw-'],
  ['Base64 of ASCII', 'Sp&AGE-m', 'Sp&AGE-m', 'Neu Ü', 'Sp&AGE-m/Neu &ANw-'],
])('a mailbox spelled in %s', (_, name, path, child, childName) => {
  it('is the target of copies and moves, with create_target and without, and none is created beside it', async () => {
    for (const create_target of [false, true]) {
      for (const [action, command] of [
        ['imap_copy_messages', 'UID COPY'],
        ['imap_move_messages', 'UID MOVE'],
      ] as const) {
        const odd = named(name, 7);
        const { attempt, changes, names, inbox } = await start([odd]);
        const outcome = await attempt(action, { ...fromInbox, target_folder: path, create_target });
        expect(succeeded(outcome)).toMatchObject({ target_uid_validity: 7, verified: true });
        expect(changes()).toEqual([`${command} 1:2 "${name}"`]);
        expect(names()).toEqual(['INBOX', name]);
        expect(odd.messages).toHaveLength(2);
        expect(inbox.messages).toHaveLength(command === 'UID COPY' ? 3 : 1);
      }
    }
  });

  it('is searched, changed and deleted from', async () => {
    const odd = named(name, 7, 3);
    const { attempt } = await start([odd]);
    const some = { folder: path, uid_validity: 7, uids: [1] };
    expect(succeeded(await attempt('imap_search_messages', { folder: path }))).toMatchObject({ count: 3 });
    expect(succeeded(await attempt('imap_set_flags', { ...some, add: ['\\Seen'] }))).toMatchObject({ changed: 1 });
    expect(succeeded(await attempt('imap_delete_messages', { ...some, mode: 'expunge' }))).toMatchObject({
      deleted: 1,
    });
    expect(odd.messages.map(({ uid }) => uid)).toEqual([2, 3]);
  });

  it('is renamed with its children, on the server and in the store', async () => {
    const { attempt, names, changes, world } = await start([named(name, 7, 1), named(`${name}/Alt`, 8, 1)]);
    const renamed = await attempt('imap_rename_mailbox', { folder: path, uid_validity: 7, name: 'Größe' });
    expect(succeeded(renamed)).toEqual({ old_path: path, path: 'Größe', renamed: true, children: 1 });
    expect(changes()).toEqual([`RENAME "${name}" "Gr&APYA3w-e"`]);
    expect(names()).toEqual(['INBOX', 'Gr&APYA3w-e', 'Gr&APYA3w-e/Alt']);
    const stored = await world.store.mailboxes(world.credentialId);
    expect(stored.map((each) => [each.path, each.name]).sort()).toEqual([
      ['Größe', 'Gr&APYA3w-e'],
      ['Größe/Alt', 'Gr&APYA3w-e/Alt'],
      ['INBOX', 'INBOX'],
    ]);
  });

  it('is deleted', async () => {
    const { attempt, names } = await start([named(name, 7)]);
    expect(codeOf(await attempt('imap_delete_mailbox', { folder: path, uid_validity: 7 }))).toBe('succeeded');
    expect(names()).toEqual(['INBOX']);
  });

  it('is not created again, and its path is not a free name', async () => {
    const { attempt, changes } = await start([named(name, 7), named('Other', 8)]);
    expect(succeeded(await attempt('imap_create_mailbox', { name: path }))).toEqual({ path, created: false });
    expect(codeOf(await attempt('imap_rename_mailbox', { folder: 'Other', uid_validity: 8, name: path }))).toBe(
      'mailbox_exists',
    );
    expect(changes()).toEqual([]);
  });

  it('keeps its spelling in the names of its children', async () => {
    const { attempt, names } = await start([named(name, 7), named('Other', 8)]);
    const made = await attempt('imap_create_mailbox', { name: child, parent: path });
    expect(succeeded(made)).toEqual({ path: `${path}/${child}`, created: true });
    const moved = { folder: 'Other', uid_validity: 8, name: 'Dort', parent: path };
    expect(succeeded(await attempt('imap_rename_mailbox', moved))).toMatchObject({ path: `${path}/Dort` });
    const target = { ...fromInbox, target_folder: `${path}/Ziel Ü`, create_target: true };
    expect(codeOf(await attempt('imap_copy_messages', target))).toBe('succeeded');
    expect(names()).toEqual(['INBOX', name, `${name}/Dort`, childName, `${name}/Ziel &ANw-`]);
  });
});

describe('a mailbox created below one with another spelling', () => {
  it('is shown under the path in its job', async () => {
    const { attempt, world } = await start([named('Räume', 7)]);
    const { path } = succeeded(await attempt('imap_create_mailbox', { name: 'R&D Ü', parent: 'Räume' }));
    await world.mailboxes();
    const records = await world.store.mailboxes(world.credentialId);
    expect(records.map((record) => record.path).toSorted()).toEqual(['INBOX', 'Räume', path]);
    expect(path).toBe('Räume/R&D Ü');
  });
});

describe('two spellings with the same decoded text', () => {
  const both = () => [named('Räume', 7, 1), named('R&AOQ-ume', 7, 2)] as const;

  it('are each reached by the path from a sync, and no third one is created', async () => {
    const [raw, regular] = both();
    const { attempt, names } = await start([raw, regular]);
    const count = async (folder: string) => succeeded(await attempt('imap_search_messages', { folder })).count;
    expect([await count('R%C3%A4ume'), await count('Räume')]).toEqual([1, 2]);
    for (const target_folder of ['R%C3%A4ume', 'Räume'])
      expect(codeOf(await attempt('imap_copy_messages', { ...fromInbox, target_folder, create_target: true }))).toBe(
        'succeeded',
      );
    expect([raw.messages.length, regular.messages.length]).toEqual([3, 4]);
    expect(names()).toHaveLength(3);
  });

  it('are not confused when one is deleted, although they have the same UIDVALIDITY', async () => {
    for (const [folder, left] of [
      ['R%C3%A4ume', 'R&AOQ-ume'],
      ['Räume', 'Räume'],
    ] as const) {
      const { job, names, server } = await start(both());
      const payload = { folder, uid_validity: 7, if_messages_at_most: 9 };
      const deletion = job('imap_delete_mailbox', payload);
      // The answer is lost: the mailbox is deleted, and the next attempt sees only the other one.
      server.script = ({ name }) => (name === 'DELETE' ? { kind: 'drop', afterLines: 0 } : { kind: 'normal' });
      expect(codeOf(await deletion.attempt())).toBe('connection_closed');
      server.script = null;
      expect(names()).toEqual(['INBOX', left]);
      expect(codeOf(await deletion.attempt())).toBe('succeeded');
      expect(names()).toEqual(['INBOX', left]);
      expect(codeOf(await job('imap_delete_mailbox', payload).attempt())).toBe('mailbox_not_found');
      expect(names()).toEqual(['INBOX', left]);
    }
  });

  it('are not confused when the second appears only after a sync, or no sync has seen either', async () => {
    for (const seen of [true, false]) {
      const { job, names, server, world, account } = await start([named('R&AOQ-ume', 7)]);
      account?.mailboxes.push(named('Räume', 7));
      if (!seen)
        for (const record of await world.store.mailboxes(world.credentialId)) await world.store.removeMailbox(record);
      const deletion = job('imap_delete_mailbox', { folder: 'Räume', uid_validity: 7 });
      server.script = ({ name }) => (name === 'DELETE' ? { kind: 'drop', afterLines: 0 } : { kind: 'normal' });
      expect(codeOf(await deletion.attempt())).toBe('connection_closed');
      server.script = null;
      expect(codeOf(await deletion.attempt())).toBe('succeeded');
      expect(names()).toEqual(['INBOX', 'Räume']);
      if (!seen) continue;
      const again = job('imap_delete_mailbox', { folder: 'Räume', uid_validity: 7 });
      expect(codeOf(await again.attempt())).toBe('mailbox_not_found');
      expect(names()).toEqual(['INBOX', 'Räume']);
    }
  });

  it('are not confused by a move when one is gone, with a complete list or not', async () => {
    for (const damaged of [false, true]) {
      for (const [target_folder, gone] of [
        ['Räume', 1],
        ['R%C3%A4ume', 0],
      ] as const) {
        const { attempt, account, changes, server } = await start(both());
        account?.mailboxes.splice(1 + gone, 1);
        const hide = (line: string): readonly string[] =>
          !line.startsWith('* LIST') || line.includes('INBOX') ? [line] : ['* LIST (('];
        if (damaged)
          server.script = ({ name }) => (name === 'LIST' ? { kind: 'edited', edit: hide } : { kind: 'normal' });
        expect(codeOf(await attempt('imap_move_messages', { ...fromInbox, target_folder }))).toBe('mailbox_not_found');
        expect(changes()).toEqual([]);
      }
    }
  });

  it('are created again by their names, not by the path that distinguishes them', async () => {
    const { attempt, account, names } = await start(both());
    account?.mailboxes.splice(1, 1);
    const target = { ...fromInbox, target_folder: 'R%C3%A4ume', create_target: true };
    expect(succeeded(await attempt('imap_copy_messages', target))).toMatchObject({ copied: 2 });
    expect(names()).toEqual(['INBOX', 'R&AOQ-ume', 'Räume']);
  });

  it('cannot be source and target of one transfer', async () => {
    const [raw] = both();
    const { attempt, changes } = await start([raw]);
    const same = { folder: 'Räume', uid_validity: 7, uids: [1], target_folder: 'R&AOQ-ume' };
    expect(codeOf(await attempt('imap_move_messages', same))).toBe('mailbox_not_found');
    const decomposed = { ...same, target_folder: 'Ra\u0308ume', create_target: true };
    expect(codeOf(await attempt('imap_move_messages', decomposed))).toBe('invalid_payload');
    expect(changes()).toEqual([]);
  });
});

describe('a mailbox that no sync has seen', () => {
  it('is found by LIST in its spelling', async () => {
    const { attempt, server, changes } = await start([]);
    const odd = named('Räumchen', 7, 2);
    server.script = null;
    const { attempt: other, changes: others } = await start([odd]);
    expect(codeOf(await attempt('imap_search_messages', { folder: 'Räumchen' }))).toBe('mailbox_not_found');
    expect(succeeded(await other('imap_search_messages', { folder: 'Räumchen' }))).toMatchObject({ count: 2 });
    expect([...changes(), ...others()]).toEqual([]);
  });

  it('is found by LIST also when its old name is unknown because the spelling has changed', async () => {
    const odd = named('Räume', 7, 2);
    const { attempt, sent } = await start([odd]);
    odd.rename('Räume');
    expect(succeeded(await attempt('imap_search_messages', { folder: 'Räume' }))).toMatchObject({ count: 2 });
    const asked = sent().filter((command) => /^(EXAMINE|LIST|STATUS)/.test(command));
    expect(asked.map((command) => command.replace(/ \(.*/, ''))).toEqual([
      'EXAMINE "Räume"',
      'LIST "" "*"',
      'EXAMINE "R&AOQ-ume"',
    ]);
  });
});

describe('the plan of a transfer', () => {
  it('leads a later attempt to the same mailbox, whatever LIST shows by then', async () => {
    const raw = named('Räume', 7);
    const { job, inbox, server, names } = await start([raw], capabilitiesWithout('MOVE'));
    const move = job('imap_move_messages', { ...fromInbox, target_folder: 'Räume', create_target: true });
    server.script = ({ name }) => (name === 'UID COPY' ? { kind: 'drop', afterLines: 0 } : { kind: 'normal' });
    expect(codeOf(await move.attempt())).toBe('connection_closed');
    expect(move.plan()).toMatchObject({ target: { path: 'Räume', name: 'Räume', uidValidity: 7, uidNext: 1 } });
    server.script = null;
    expect(succeeded(await move.attempt())).toMatchObject({ already_done: 2, missing: '' });
    expect(raw.messages).toHaveLength(2);
    expect(inbox.messages).toHaveLength(1);
    expect(names()).toEqual(['INBOX', 'Räume']);
  });

  it('from before names were stored leads to the same mailbox too', async () => {
    const raw = named('Räume', 7, 1);
    const { job, inbox } = await start([raw]);
    const plan = { target: { path: 'Räume', uidValidity: 7, uidNext: 2 }, messages: {} };
    const outcome = await job('imap_move_messages', { ...fromInbox, target_folder: 'Räume' }).attempt({ plan });
    expect(succeeded(outcome)).toMatchObject({ moved: 2 });
    expect([raw.messages.length, inbox.messages.length]).toEqual([3, 1]);
  });
});
