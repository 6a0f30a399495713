/** A mailbox is identified by the server's spelling: twins with the same decoded text never share stored data. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ListedMailbox, MailboxList } from '../../../functions/ports/mailbox.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { folderWorld, MESSAGES } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const DAY = 24 * 3_600_000;

/** The list in which some mailboxes have another path than their own. */
const withPaths =
  (paths: Readonly<Record<string, string>>) =>
  (list: MailboxList): MailboxList => ({
    ...list,
    mailboxes: list.mailboxes.map((each): ListedMailbox => ({ ...each, path: paths[each.name] ?? each.path })),
  });

async function subjects(world: Awaited<ReturnType<typeof folderWorld>>): Promise<Record<string, readonly string[]>> {
  const page = await world.store.emails({ scope: { credential: world.credentialId }, limit: 100, after: null });
  const byPath: Record<string, string[]> = {};
  for (const { message, mailbox } of page.items) {
    byPath[mailbox.path] ??= [];
    byPath[mailbox.path]?.push(message.subject ?? '');
  }
  return Object.fromEntries(Object.entries(byPath).map(([path, list]) => [path, list.sort()]));
}

test('two spellings of one path are two mailboxes with different paths, and removing one keeps the other', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX', 'One', 'Two'] });
  world.listed.edit = withPaths({ One: 'R&D', Two: 'R&D' });
  expect(resultOf(await world.messages())).toMatchObject({ folders: 3, added: 3 * MESSAGES });
  const records = await world.records();
  expect([...records.keys()].sort()).toEqual(['INBOX', 'R&D', 'Two']);
  expect(records.get('R&D')?.name).toBe('One');
  const before = await subjects(world);
  expect(before['R&D']).not.toEqual(before.Two);
  world.listed.edit = (list) => {
    const { mailboxes } = withPaths({ One: 'R&D', Two: 'R&D' })(list);
    return { mailboxes: mailboxes.filter(({ name }) => name !== 'One'), fault: null };
  };
  await world.listing();
  world.clock.now += DAY + 60_000;
  expect(await world.listing()).toMatchObject({ result: { removed: 1 } });
  expect(await subjects(world)).toEqual({ INBOX: before.INBOX, Two: before.Two });
});

test('a mailbox keeps its path while its name is listed, and a new one with a similar spelling gets another', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX', 'One', 'Two'] });
  const hide = (list: MailboxList): MailboxList => ({
    ...list,
    mailboxes: list.mailboxes.filter(({ name }) => name !== 'Two'),
  });
  world.listed.edit = (list) => hide(withPaths({ One: 'Übersee' })(list));
  await world.messages();
  const before = await subjects(world);
  // The server decides the order of the list, and so which twin is first.
  world.listed.edit = (list) => {
    const twins = withPaths({ One: 'Übersee (2)', Two: 'Übersee' })(list);
    return { ...twins, mailboxes: twins.mailboxes.toReversed() };
  };
  expect(resultOf(await world.messages())).toMatchObject({ added: MESSAGES, removed: 0, resets: 0 });
  const after = await subjects(world);
  expect(after.Übersee).toEqual(before.Übersee);
  expect(after.Two).toHaveLength(MESSAGES);
  expect((await world.records()).get('Übersee')?.name).toBe('One');
  expect(resultOf(await world.messages({ folder: 'Übersee' }))).toMatchObject({ unchanged: 1 });
});

test('a record from before names were stored is the mailbox of its path', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX', 'Entwürfe'] });
  await world.messages();
  for (const record of (await world.records()).values())
    await world.store.noteListing(record, { ...record, name: null });
  const before = await world.records();
  expect(await world.listing()).toMatchObject({ result: { added: 0, missing: 0, renamed: 0 } });
  const after = await world.records();
  expect([...after.values()].map(({ key }) => key)).toEqual([...before.values()].map(({ key }) => key));
  expect(after.get('Entwürfe')?.name).toBe('Entw&APw-rfe');
});
