/** A result is stored in an event: none is larger than 4 KB, even for the largest allowed job. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type ActionName } from '../../../functions/domain/action/catalogue.ts';
import { RESULT_BYTES } from '../../../functions/domain/action/result.ts';
import { createMailbox } from '../../../local/imap/server.ts';
import { account, commandsOf, imapServer, message, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** The longest UIDs, without adjacent ones that could form a range. */
const UIDS = Array.from({ length: 500 }, (_, at) => 4_000_000_000 + 2 * at);
const bytesOf = (result: unknown): number => Buffer.byteLength(JSON.stringify(result));

/** `present`: how many of the 500 exist. */
async function start(present: number) {
  const there = UIDS.slice(0, present).map((uid, at) => ({ ...message(at + 1), uid }));
  const server = await imapServer(
    account(
      createMailbox({ path: 'INBOX', messages: there }),
      createMailbox({ path: 'Target' }),
      createMailbox({ path: 'Trash', specialUse: '\\Trash' }),
    ),
  );
  const world = await actionWorld(engine, settingsFor(server));
  return async (action: ActionName, more: object = {}): Promise<Record<string, unknown>> => {
    const given = { folder: 'INBOX', uid_validity: 1, uids: UIDS, ...more };
    const result = succeeded(await world.job(action, given).attempt());
    expect(bytesOf(result)).toBeLessThanOrEqual(RESULT_BYTES);
    return ACTIONS[action].result.parse(result);
  };
}

describe('with 500 scattered UIDs that all exist', () => {
  it.each<[ActionName, object, object]>([
    ['imap_set_flags', { add: ['\\Seen'] }, { changed: 500, missing: '', conflicted: '' }],
    ['imap_copy_messages', { target_folder: 'Target' }, { copied: 500, missing: '', uid_map: null }],
    ['imap_move_messages', { target_folder: 'Target' }, { moved: 500, missing: '', uid_map: null }],
    ['imap_delete_messages', {}, { deleted: 500, missing: '' }],
    ['imap_delete_messages', { mode: 'expunge' }, { deleted: 500, missing: '' }],
  ])('the result of %s %j has at most 4 KB', async (action, more, result) => {
    const run = await start(500);
    expect(await run(action, more)).toMatchObject(result);
  });
});

describe('with 500 scattered UIDs of which one exists', () => {
  it.each<[ActionName, object, object]>([
    ['imap_set_flags', { add: ['\\Seen'] }, { changed: 1, missing: null, conflicted: '' }],
    ['imap_copy_messages', { target_folder: 'Target' }, { copied: 1, missing: null }],
    ['imap_move_messages', { target_folder: 'Target' }, { moved: 1, missing: null }],
    ['imap_delete_messages', {}, { deleted: 1, missing: null }],
    ['imap_delete_messages', { mode: 'expunge' }, { deleted: 1, missing: null }],
  ])('the result of %s %j has at most 4 KB', async (action, more, result) => {
    const run = await start(1);
    expect(await run(action, more)).toMatchObject(result);
  });

  it('imap_search_messages returns as many UIDs as fit', async () => {
    const server = await imapServer(
      account(createMailbox({ path: 'INBOX', messages: UIDS.map((uid, at) => ({ ...message(at + 1), uid })) })),
    );
    const world = await actionWorld(engine, settingsFor(server));
    const result = succeeded(await world.job('imap_search_messages', { folder: 'INBOX' }).attempt());
    expect(result).toMatchObject({ count: 500, truncated: true });
    expect(bytesOf(result)).toBeLessThanOrEqual(RESULT_BYTES);
  });
});

it('a mailbox is not renamed if both names do not fit into a result', async () => {
  const folder = '字'.repeat(710);
  const parent = '父'.repeat(400);
  const server = await imapServer(
    account(createMailbox({ path: 'INBOX' }), createMailbox({ path: folder }), createMailbox({ path: parent })),
  );
  const world = await actionWorld(engine, settingsFor(server));
  const rename = (name: string) =>
    world.job('imap_rename_mailbox', { folder, uid_validity: 1, name, parent }).attempt();
  expect(codeOf(await rename('名'.repeat(250)))).toBe('invalid_payload');
  expect(commandsOf(server).filter((command) => command.startsWith('RENAME'))).toEqual([]);
  expect(bytesOf(succeeded(await rename('short')))).toBeLessThanOrEqual(RESULT_BYTES);
});
