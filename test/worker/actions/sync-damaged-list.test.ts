/** A list of mailboxes that cannot be read completely does not stop a sync, and removes nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MailboxList } from '../../../functions/ports/mailbox.ts';
import { lines } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { folderWorld, MESSAGES, scripted } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const DAY = 24 * 3_600_000;
const PATHS = ['INBOX', 'A', 'B', 'Entwürfe'];

/** The list without these mailboxes, as if lines could not be read. */
const without =
  (...hidden: readonly string[]) =>
  ({ mailboxes }: MailboxList): MailboxList => ({
    mailboxes: mailboxes.filter(({ path }) => !hidden.includes(path)),
    fault: { code: 'protocol_error', detail: 'One line of LIST.', retryAfterMs: null, outcomeUnknown: false },
  });
/** The remaining list when the server refuses LIST. */
const refused = without('A', 'B', 'Entwürfe');

describe('a first sync with a damaged list', () => {
  test('stores the readable mailboxes', async () => {
    const world = await folderWorld(engine, { paths: PATHS });
    world.listed.edit = without('B');
    expect(resultOf(await world.messages())).toMatchObject({ folders: 3, complete: false, listing: 'damaged' });
    expect(await world.counts()).toEqual({ INBOX: MESSAGES, A: MESSAGES, Entwürfe: MESSAGES });
  });

  test.each(['INBOX', 'A', 'B', 'Entwürfe'])('stores a folder requested by name: %s', async (folder) => {
    const world = await folderWorld(engine, { paths: PATHS });
    world.listed.edit = refused;
    expect(resultOf(await world.messages({ folder }))).toMatchObject({ added: MESSAGES, listing: 'damaged' });
    expect(await world.counts()).toEqual({ [folder]: MESSAGES });
  });

  test('finds no folder that the server does not have, and keeps no record of it', async () => {
    const world = await folderWorld(engine, { paths: PATHS });
    world.listed.edit = refused;
    await expect(world.messages({ folder: 'Nowhere' })).rejects.toMatchObject({
      failure: { code: 'mailbox_not_found' },
    });
    expect([...(await world.records()).keys()]).toEqual(['INBOX']);
  });
});

describe('a damaged list, for stored mailboxes', () => {
  test('removes none, however long it lasts, and all of them are still synced', async () => {
    const world = await folderWorld(engine, { paths: PATHS });
    await world.messages();
    for (const edit of [without('A'), refused, refused]) {
      world.listed.edit = edit;
      world.clock.now += DAY + 60_000;
      for (const mailbox of world.mailboxes) mailbox.add(...world.fresh(1));
      expect(resultOf(await world.messages())).toMatchObject({ folders: 4, added: 4, removed: 0, listing: 'damaged' });
      expect(await world.listing()).toMatchObject({
        result: { added: 0, missing: 0, removed: 0, renamed: 0, listing: 'damaged' },
      });
    }
    for (const record of (await world.records()).values()) expect(record.missingSince).toBeNull();
    world.listed.edit = (list) => list;
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: 4, listing: 'whole', complete: true });
  });

  test('renames none, and a really deleted one is refused', async () => {
    const world = await folderWorld(engine, { paths: PATHS });
    await world.messages();
    const before = (await world.records()).get('A')?.key;
    world.mailbox('A').rename('Neu');
    world.listed.edit = without();
    expect(resultOf(await world.messages())).toMatchObject({
      added: MESSAGES,
      removed: 0,
      refused: [{ folder: 'A', code: 'mailbox_not_found' }],
    });
    const records = await world.records();
    expect(records.get('A')).toMatchObject({ key: before, missingSince: null });
    expect(records.get('Neu')?.key).not.toBe(before);
  });

  test('does not show a missing one as present', async () => {
    const world = await folderWorld(engine, { paths: PATHS });
    await world.messages();
    world.server.script = scripted((name, mailbox) =>
      mailbox === 'B' && name === 'EXAMINE' ? lines('{tag} NO x') : null,
    );
    const whole = without('B');
    world.listed.edit = (list) => ({ ...whole(list), fault: null });
    expect(await world.listing()).toMatchObject({ result: { missing: 1, listing: 'whole' } });
    world.listed.edit = refused;
    expect(resultOf(await world.messages())).toMatchObject({ folders: 3, refused_count: 0 });
  });
});

test('INBOX is neither missing nor removed, whatever the list says', async () => {
  const world = await folderWorld(engine, { paths: PATHS });
  await world.messages();
  const hidden = without('INBOX');
  world.listed.edit = (list) => ({ ...hidden(list), fault: null });
  for (let day = 0; day < 3; day += 1) {
    world.clock.now += DAY;
    expect(await world.listing()).toMatchObject({ result: { missing: 0, removed: 0 } });
  }
  expect((await world.records()).get('INBOX')?.missingSince).toBeNull();
  expect((await world.counts()).INBOX).toBe(MESSAGES);
});
