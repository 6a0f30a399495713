/**
 * Actions of several commands, with time for only one command in each run: they continue run by run and do everything
 * once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import { createMailbox, type Mailbox } from '../../../local/imap/server.ts';
import { account, capabilitiesWithout, imapServer, message, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const COUNT = 230;
const UIDS = Array.from({ length: COUNT }, (_, n) => n + 1);

async function start(without: readonly string[]) {
  const mailboxes = [
    createMailbox({ path: 'INBOX', uidValidity: 1, messages: [...UIDS, COUNT + 1].map((n) => message(n)) }),
    createMailbox({ path: 'Target', uidValidity: 2 }),
    createMailbox({ path: 'Trash', uidValidity: 3, specialUse: '\\Trash' }),
  ];
  const options = account(...mailboxes);
  const server = await imapServer({ ...options, capabilities: capabilitiesWithout(...without) });
  const world = await actionWorld(engine, settingsFor(server));
  const mailbox = (path: string): Mailbox => {
    const found = options.accounts[0]?.mailboxes.find((each) => each.path === path);
    if (found === undefined) throw new Error(`no ${path}`);
    return found;
  };
  return { server, world, mailbox, of: (path: string) => mailbox(path).messages };
}

/** Runs the action to its end. Each continuation has no time left after its first command. */
async function inContinuations(world: Awaited<ReturnType<typeof actionWorld>>, name: ActionName, payload: object) {
  const { attempt } = world.job(name, { folder: 'INBOX', uid_validity: 1, uids: UIDS, ...payload });
  for (let continuations = 1, checkpoint: unknown = null; ; continuations += 1) {
    const outcome = await attempt({ checkpoint, remainingMs: () => 0 });
    if (outcome.kind !== 'yielded') return { continuations, result: succeeded(outcome) };
    expect(continuations).toBeLessThan(10);
    checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint));
  }
}

describe('an action with time for one command in each run', () => {
  it.each([
    ['MOVE', [], 3],
    ['COPY and EXPUNGE', ['MOVE'], 6],
  ])('moves by %s', async (_, without, most) => {
    const { world, of } = await start(without);
    const { continuations, result } = await inContinuations(world, 'imap_move_messages', { target_folder: 'Target' });
    expect(continuations).toBeGreaterThan(2);
    expect(continuations).toBeLessThanOrEqual(most);
    expect(result).toMatchObject({ moved: COUNT, already_done: 0, missing: '', verified: true });
    expect([of('INBOX').length, of('Target').length]).toEqual([1, COUNT]);
  });

  it('copies', async () => {
    const { world, of } = await start([]);
    const { continuations, result } = await inContinuations(world, 'imap_copy_messages', { target_folder: 'Target' });
    expect(continuations).toBe(3);
    expect(result).toMatchObject({ copied: COUNT, already_done: 0, missing: '', verified: true });
    expect([of('INBOX').length, of('Target').length]).toEqual([COUNT + 1, COUNT]);
  });

  it.each([
    ['trash', 'Trash'],
    ['expunge', null],
  ])('deletes: %s', async (mode, bin) => {
    const { world, of } = await start([]);
    const { continuations, result } = await inContinuations(world, 'imap_delete_messages', { mode });
    expect(continuations).toBe(3);
    expect(result).toMatchObject({ deleted: COUNT, already_done: 0, missing: '' });
    expect(of('INBOX')).toHaveLength(1);
    if (bin !== null) expect(of(bin)).toHaveLength(COUNT);
  });

  it('sets flags, and distinguishes earlier changes from its own', async () => {
    const { world, of, mailbox } = await start([]);
    const flags = { add: ['\\Flagged'], remove: ['\\Answered'] };
    expect((await inContinuations(world, 'imap_set_flags', flags)).continuations).toBe(3);
    expect(of('INBOX').filter((each) => each.flags.includes('\\Flagged'))).toHaveLength(COUNT);

    const since = String(mailbox('INBOX').highestModseq);
    mailbox('INBOX').setFlags(150, []);
    const seen = await inContinuations(world, 'imap_set_flags', { add: ['\\Seen'], if_unchanged_since: since });
    expect(seen.continuations).toBe(3);
    expect(seen.result).toMatchObject({ changed: COUNT - 1, missing: '', conflicted: '150' });
    expect(of('INBOX').filter((each) => each.flags.includes('\\Seen'))).toHaveLength(COUNT - 1);
  });
});
