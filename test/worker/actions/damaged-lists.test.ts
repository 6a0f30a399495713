/** If LIST cannot be read completely, a missing mailbox proves nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import { createMailbox, type Mailbox } from '../../../local/imap/server.ts';
import { account, commandsOf, edited, imapServer, lines, messages, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** Lists each of these names in a line without its end. */
const hiding = (...names: readonly string[]) =>
  edited((line) => [
    names.some((name) => line.startsWith('* LIST') && line.endsWith(`"${name}"`)) ? line.slice(0, -1) : line,
  ]);

async function start(...mailboxes: readonly Mailbox[]) {
  const { accounts } = account(createMailbox({ path: 'INBOX', messages: messages(3) }), ...mailboxes);
  const server = await imapServer({ accounts });
  const world = await actionWorld(engine, settingsFor(server));
  const before = server.log.length;
  return {
    world,
    list: (reply: ReturnType<typeof lines>) => {
      server.script = ({ name }) => (name === 'LIST' ? reply : { kind: 'normal' });
    },
    attempt: (name: ActionName, payload: object) => world.job(name, { ...payload }).attempt(),
    changes: () => commandsOf(server).filter((each) => /^(CREATE|RENAME|DELETE|UID (COPY|MOVE))/.test(each)),
    statuses: () => server.log.slice(before).filter(({ name }) => name === 'STATUS').length,
    names: () => (accounts[0]?.mailboxes ?? []).map(({ path }) => path),
  };
}

const at = (path: string, uidValidity = 7): Mailbox => createMailbox({ path, uidValidity });
const old = { folder: 'Old', uid_validity: 7 };

describe('a mailbox that a damaged list hides', () => {
  it('is not deleted: the server does not say whether it has children', async () => {
    const { attempt, list, names } = await start(at('Old'));
    list(hiding('Old'));
    expect(codeOf(await attempt('imap_delete_mailbox', old))).toBe('protocol_error');
    expect(names()).toEqual(['INBOX', 'Old']);
  });

  it('is not deleted or renamed when a sync knows a special use of it', async () => {
    const { attempt, list, changes } = await start(
      createMailbox({ path: 'Old', uidValidity: 7, specialUse: '\\Sent' }),
    );
    list(hiding('Old'));
    expect(codeOf(await attempt('imap_delete_mailbox', old))).toBe('operation_not_allowed');
    expect(codeOf(await attempt('imap_rename_mailbox', { ...old, name: 'New' }))).toBe('operation_not_allowed');
    expect(changes()).toEqual([]);
  });

  it('is not deleted or renamed when nothing is known about it', async () => {
    const { attempt, list, changes, names, world } = await start(at('Old'));
    for (const record of await world.store.mailboxes(world.credentialId))
      if (record.path === 'Old') await world.store.removeMailbox(record);
    list(hiding('Old'));
    expect(codeOf(await attempt('imap_delete_mailbox', old))).toBe('protocol_error');
    expect(codeOf(await attempt('imap_rename_mailbox', { ...old, name: 'New' }))).toBe('protocol_error');
    expect(changes()).toEqual([]);
    expect(names()).toEqual(['INBOX', 'Old']);
  });

  it('is renamed', async () => {
    const { attempt, list, names } = await start(at('Old'));
    list(hiding('Old'));
    expect(succeeded(await attempt('imap_rename_mailbox', { ...old, name: 'New' }))).toMatchObject({ path: 'New' });
    expect(names()).toEqual(['INBOX', 'New']);
  });

  it('is not created again as a target', async () => {
    const { attempt, list, changes, names } = await start(at('Old'), createMailbox({ path: 'Ü', wireName: 'Ü' }));
    list(lines('* LIST () "/" "Old', '* LIST () "/" "', '{tag} OK'));
    const copy = { folder: 'INBOX', uid_validity: 1, uids: [1], create_target: true };
    expect(codeOf(await attempt('imap_copy_messages', { ...copy, target_folder: 'Ü' }))).toBe('succeeded');
    expect(codeOf(await attempt('imap_copy_messages', { ...copy, target_folder: 'Old' }))).toBe('succeeded');
    expect(succeeded(await attempt('imap_create_mailbox', { name: 'Ü' }))).toMatchObject({ created: false });
    expect(changes().filter((command) => command.startsWith('CREATE'))).toEqual([]);
    expect(names()).toEqual(['INBOX', 'Old', 'Ü']);
  });

  it('is not a free name', async () => {
    const { attempt, list, changes } = await start(at('Old'), createMailbox({ path: 'Ü', wireName: 'Ü' }));
    list(lines('* LIST (\\HasNoChildren) "/" Old', '* LIST () "/" "', '{tag} OK'));
    expect(codeOf(await attempt('imap_rename_mailbox', { ...old, name: 'Ü' }))).toBe('mailbox_exists');
    expect(changes()).toEqual([]);
  });
});

describe('a mailbox whose children a damaged list may hide', () => {
  it.each([
    ['\\HasNoChildren', 'succeeded'],
    ['\\NoInferiors', 'succeeded'],
    ['\\HasChildren', 'mailbox_has_children'],
    ['\\Marked', 'protocol_error'],
  ])('is deleted only if the server says that there are none: %s', async (flag, code) => {
    const { attempt, list, names } = await start(at('Old'));
    list(lines(`* LIST (${flag}) "/" Old`, '* LIST () "/" "Cut', '{tag} OK'));
    expect(codeOf(await attempt('imap_delete_mailbox', old))).toBe(code);
    expect(names()).toEqual(code === 'succeeded' ? ['INBOX'] : ['INBOX', 'Old']);
  });

  it('is deleted with a complete list, whatever its attributes are', async () => {
    const { attempt, list } = await start(at('Old'));
    list(lines('* LIST (\\HasChildren) "/" Old', '{tag} OK'));
    expect(codeOf(await attempt('imap_delete_mailbox', old))).toBe('succeeded');
  });
});

describe.each([
  ['a damaged line', lines('* LIST () "/" INBOX', '* LIST () "/" "Cut', '{tag} OK')],
  ['no line', lines('{tag} OK')],
  ['a refusal', lines('{tag} NO [SERVERBUG] Cannot list')],
])('when LIST returns %s', (_, reply) => {
  it('a deletion or a rename that was begun does not count as done', async () => {
    const { attempt, list, world } = await start(at('Old'));
    list(reply);
    const delete_mailbox = { messages: 0, name: 'Old' };
    const rename = { to: 'New', children: 0, from_name: 'Old', to_name: 'New' };
    const deletion = world.job('imap_delete_mailbox', old);
    expect(codeOf(await deletion.attempt({ plan: { delete_mailbox } }))).not.toBe('succeeded');
    const renaming = world.job('imap_rename_mailbox', { ...old, name: 'New' });
    expect(codeOf(await renaming.attempt({ plan: { rename } }))).toBe('succeeded');
    expect(codeOf(await attempt('imap_delete_mailbox', old))).toBe('mailbox_not_found');
  });

  it('a mailbox that is really gone counts as done, by STATUS', async () => {
    const { list, world, statuses } = await start();
    list(reply);
    const deletion = world.job('imap_delete_mailbox', old);
    const plan = { delete_mailbox: { messages: 4, name: 'Old' } };
    expect(succeeded(await deletion.attempt({ plan }))).toEqual({ deleted: true, messages: 4 });
    expect(statuses()).toBe(1);
  });

  it('messages are still copied to an existing mailbox', async () => {
    const target = at('Old');
    const { attempt, list } = await start(target);
    list(reply);
    const copy = { folder: 'INBOX', uid_validity: 1, uids: [1], target_folder: 'Old' };
    expect(codeOf(await attempt('imap_copy_messages', copy))).toBe('succeeded');
    expect(target.messages).toHaveLength(1);
  });
});

it('no action requests the status of other mailboxes', async () => {
  const more = Array.from({ length: 30 }, (_, n) => at(`F${n}`, 20 + n));
  const { attempt, statuses } = await start(at('Old'), ...more);
  await attempt('imap_create_mailbox', { name: 'New' });
  expect(statuses()).toBe(0);
  await attempt('imap_rename_mailbox', { ...old, name: 'Older' });
  await attempt('imap_delete_mailbox', { folder: 'F3', uid_validity: 23 });
  expect(statuses()).toBe(2);
});
