/**
 * Transfers to a target whose UIDNEXT is missing or wrong. The target already has twins: messages with the same
 * Message-ID, date and size. They do not count as transferred.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { createMailbox, type Script } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  edited,
  imapServer,
  lines,
  message,
  settingsFor,
} from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** The UIDNEXT in SELECT and STATUS; null: none. `status`: replaces the answer to STATUS. */
type Claim = { readonly uidNext: string | null; readonly status?: readonly string[] };

const claiming =
  ({ uidNext, status }: Claim): Script =>
  ({ name, args }) => {
    if (!args.includes('Target')) return { kind: 'normal' };
    if (name === 'STATUS' && status !== undefined) return lines(...status);
    if (!['STATUS', 'EXAMINE', 'SELECT'].includes(name)) return { kind: 'normal' };
    return edited((line) => {
      if (uidNext !== null) return [line.replace(/UIDNEXT \d+/, `UIDNEXT ${uidNext}`)];
      return line.includes('[UIDNEXT') ? [] : [line.replace(/UIDNEXT \d+ /, '')];
    });
  };

const CLAIMS: readonly [string, Claim][] = [
  ['missing', { uidNext: null }],
  ['missing, and STATUS is empty', { uidNext: null, status: ['* STATUS "Target" ()', '{tag} OK'] }],
  ['missing, and STATUS is refused', { uidNext: null, status: ['{tag} NO Not now'] }],
  ['1', { uidNext: '1' }],
  ['that of a message in the middle', { uidNext: '15' }],
  ['no number', { uidNext: 'soon' }],
];
const UIDS = [2, 3];
const wanted = { folder: 'INBOX', uid_validity: 1, uids: UIDS, target_folder: 'Target' };

async function start(claim: Claim, without: readonly string[] = []) {
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, messages: [1, 2, 3, 4].map((n) => message(n)) });
  const twins = [
    { ...message(2), uid: 10 },
    { ...message(9), uid: 20 },
    { ...message(3), uid: 30 },
  ];
  const target = createMailbox({ path: 'Target', uidValidity: 2, messages: twins });
  const server = await imapServer({ ...account(inbox, target), capabilities: capabilitiesWithout(...without) });
  const world = await actionWorld(engine, settingsFor(server));
  server.script = claiming(claim);
  const uidsIn = (mailbox: typeof inbox): readonly number[] => mailbox.messages.map(({ uid }) => uid);
  return { world, server, inbox: () => uidsIn(inbox), target: () => uidsIn(target) };
}

const lost = () =>
  new MailboxFailure({ code: 'connection_closed', detail: 'cut', retryAfterMs: null, outcomeUnknown: true });
/** The worker dies before the command, or after it was carried out. */
const cut = (when: 'before' | 'after'): Partial<ActionContext> => ({
  async mutate(command) {
    if (when === 'after') await command();
    throw lost();
  },
});

describe.each(CLAIMS)('if the UIDNEXT of the target is %s', (_what, claim) => {
  it('a copy that was cut off before the command is made, although the target has twins', async () => {
    const { world, inbox, target } = await start(claim);
    const job = world.job('imap_copy_messages', wanted);
    expect(codeOf(await job.attempt(cut('before')))).toBe('connection_closed');
    expect(succeeded(await job.attempt())).toMatchObject({ already_done: 0, missing: '' });
    expect([inbox(), target()]).toEqual([
      [1, 2, 3, 4],
      [10, 20, 30, 31, 32],
    ]);
  });

  it('a copy whose answer was lost is not made twice', async () => {
    const { world, target } = await start(claim);
    const job = world.job('imap_copy_messages', wanted);
    expect(codeOf(await job.attempt(cut('after')))).toBe('connection_closed');
    expect(succeeded(await job.attempt())).toMatchObject({ already_done: 2, missing: '' });
    expect(target()).toEqual([10, 20, 30, 31, 32]);
  });

  it('a move without MOVE removes from the source only what it copied itself', async () => {
    const { world, inbox, target } = await start(claim, ['MOVE']);
    const job = world.job('imap_move_messages', wanted);
    expect(codeOf(await job.attempt(cut('before')))).toBe('connection_closed');
    expect(inbox()).toEqual([1, 2, 3, 4]);
    expect(succeeded(await job.attempt())).toMatchObject({ missing: '', uid_map: { source: '2:3', target: '31:32' } });
    expect([inbox(), target()]).toEqual([
      [1, 4],
      [10, 20, 30, 31, 32],
    ]);
  });

  it('a move without COPYUID finds the new UIDs, not the twins', async () => {
    const { world, inbox, target } = await start(claim, ['UIDPLUS']);
    const result = succeeded(await world.job('imap_move_messages', wanted).attempt());
    expect(result).toMatchObject({ missing: '', uid_map: { source: '2:3', target: '31:32' } });
    expect([inbox(), target()]).toEqual([
      [1, 4],
      [10, 20, 30, 31, 32],
    ]);
  });
});

it('a target with a correct UIDNEXT is not opened before the messages are sent', async () => {
  const { world, server } = await start({ uidNext: '31' });
  const before = server.log.length;
  await world.job('imap_move_messages', wanted).attempt();
  const sent = server.log.slice(before).map(({ name }) => name);
  expect(sent.filter((name) => /EXAMINE|SELECT|SEARCH|STATUS/.test(name))).toEqual(['SELECT', 'STATUS']);
});

describe('a target that no sync has seen, whose UIDNEXT is too low and above the number of messages', () => {
  /** Removes the stored records of the target: only the server knows it. */
  async function unseen() {
    const made = await start({ uidNext: '15' });
    for (const record of await made.world.store.mailboxes(made.world.credentialId))
      if (record.path === 'Target') await made.world.store.removeMailbox(record);
    return made;
  }

  it('gets a copy that was cut off before the command, although it has twins', async () => {
    const { world, target } = await unseen();
    const job = world.job('imap_copy_messages', wanted);
    expect(codeOf(await job.attempt(cut('before')))).toBe('connection_closed');
    expect(succeeded(await job.attempt())).toMatchObject({ already_done: 0, missing: '' });
    expect(target()).toEqual([10, 20, 30, 31, 32]);
  });

  it('gets no second copy when the answer to the first was lost', async () => {
    const { world, target } = await unseen();
    const job = world.job('imap_copy_messages', wanted);
    expect(codeOf(await job.attempt(cut('after')))).toBe('connection_closed');
    expect(succeeded(await job.attempt())).toMatchObject({ already_done: 2, missing: '' });
    expect(target()).toEqual([10, 20, 30, 31, 32]);
  });

  it('is searched only at or above its UIDNEXT', async () => {
    const { world, server } = await unseen();
    const before = server.log.length;
    await world.job('imap_copy_messages', wanted).attempt();
    const searches = server.log.slice(before).filter(({ name }) => name === 'UID SEARCH');
    expect(searches[0]?.args).toContain('UID 15:4294967295');
  });
});
