/** What a transfer stores, refuses and counts. */
import { describe, expect, it } from 'vitest';
import { iterateUids, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { MailboxSession } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { fingerprint } from '../../../functions/worker/actions/messages/arrivals.ts';
import { transfer } from '../../../functions/worker/actions/messages/transfer.ts';
import { bareSession } from './bare-context.ts';
import { codeOf, HOME, onServer, record, stored, world } from './transfer-world.ts';

describe('a transfer', () => {
  const wanted = { folder: 'INBOX', uid_validity: 7, uids: [2, 3], target_folder: 'Ziel', create_target: false };
  const prints = { 2: fingerprint(stored(2)), 3: fingerprint(stored(3)) };
  const plan = { target: { path: 'Ziel', name: 'Ziel', uidValidity: 7, uidNext: 100 }, messages: prints };
  const features = (given: Partial<MailboxSession['features']>) => ({
    features: { ...bareSession().features, ...given },
  });
  const moving = (sent: string[]): Partial<MailboxSession> => ({
    moveMessages: async (uids, target) => {
      sent.push(`move ${uids} ${target}`);
      const pairs = [...iterateUids(parseUidSet(uids))].map((uid) => [uid, uid + 98] as const);
      return { uidValidity: 7, uids: new Map(pairs) };
    },
  });

  it('stores its plan before the first command: target and fingerprints', async () => {
    const sent: string[] = [];
    const { context, plans } = world({ session: moving(sent) });
    const planned: number[] = [];
    const mutate: ActionContext['mutate'] = (command) => {
      planned.push(plans.length);
      return command();
    };
    await transfer({ ...context, mutate }, wanted, 'move');
    expect([planned, plans]).toEqual([[1], [plan]]);
    expect(sent).toEqual(['move 2:3 Ziel']);
  });

  it.each([
    ['the path of the source', { target_folder: 'inbox' }, {}, 'invalid_payload'],
    ['a mailbox that has the name of the source', { target_folder: 'Alias' }, { name: 'INBOX' }, 'invalid_payload'],
  ])('to %s is refused before a plan is stored', async (_, given, named, code) => {
    const { context, plans } = world({ records: [HOME, record('Alias', named)] });
    expect(await codeOf(transfer(context, { ...wanted, ...given }, 'copy'))).toBe(code);
    expect(plans).toEqual([]);
  });

  it('of messages that are all gone fails in a first attempt, and searches the target in a later one', async () => {
    const gone = { fetchMessages: async () => [] };
    const { context, plans } = world({ session: gone });
    expect(await codeOf(transfer(context, wanted, 'move'))).toBe('message_not_found');
    expect(plans).toEqual([]);
    const later = world({
      session: { ...gone, searchMessages: async () => ({ uids: '', count: 0 }) },
      context: { plan },
    });
    expect(await transfer(later.context, wanted, 'move')).toMatchObject({
      ...{ kind: 'transferred', done: 0 },
      outcome: { missing: '2:3', already_done: 0, verified: true, uid_map: null },
    });
    expect(later.plans).toEqual([]);
  });

  it.each([
    ['move', {}, 'INBOX', 'move', 'none'],
    ['move', { move: false }, 'INBOX', 'copy_and_expunge', 'none'],
    ['move', { move: false, uidplus: false }, 'INBOX', null, 'extension_unsupported'],
    ['copy', { move: false, uidplus: false }, 'INBOX', 'copy', 'none'],
    ['move', { gmail: true }, '\\All', null, 'operation_not_allowed'],
    ['move', { gmail: true }, null, 'move', 'none'],
    ['move', { gmail: false }, '\\All', 'move', 'none'],
    ['copy', { gmail: true }, '\\All', 'copy', 'none'],
  ] as const)('as a %s on a server with %j, from a mailbox for %s: %s, %s', async (kind, has, use, method, code) => {
    const sent: string[] = [];
    const answer = moving([]).moveMessages;
    const session = {
      ...moving(sent),
      ...features(has),
      copyMessages: answer ?? bareSession().copyMessages,
      expungeMessages: async (uids: string) => void sent.push(`expunge ${uids}`),
    };
    const records = [{ ...HOME, specialUse: use === 'INBOX' ? null : use }, record('Ziel')];
    const { context } = world({ records, session });
    const made = transfer(context, wanted, kind);
    expect(await codeOf(made)).toBe(code);
    if (method !== null) expect(await made).toMatchObject({ done: 2, outcome: { method, missing: '' } });
    expect(sent).toEqual(method === 'move' ? ['move 2:3 Ziel'] : method === 'copy_and_expunge' ? ['expunge 2:3'] : []);
  });

  it('counts as done what earlier runs of this attempt sent, and as already done what earlier attempts did', async () => {
    const session = {
      fetchMessages: async (uids: string) =>
        uids === '2:3' ? [] : [onServer(2, { uid: 100 }), onServer(3, { uid: 101 })],
      searchMessages: async () => ({ uids: '100:101', count: 2 }),
    };
    for (const [sent, done, before] of [
      [0, 0, 2],
      [1, 1, 1],
      [2, 2, 0],
      [9, 2, 0],
    ]) {
      const { context } = world({ session, context: { plan, checkpoint: { sent } } });
      expect(await transfer(context, wanted, 'move')).toMatchObject({
        done,
        outcome: { already_done: before, missing: '', uid_map: { source: '2:3', target: '100:101' } },
      });
    }
  });

  it.each([
    ['a negative count', { sent: -1 }],
    ['another shape', { done: 1 }],
  ])('ignores a checkpoint of %s', async (_, checkpoint) => {
    const { context } = world({ session: moving([]), context: { checkpoint } });
    expect(await transfer(context, wanted, 'move')).toMatchObject({ done: 2, outcome: { already_done: 0 } });
  });

  it.each([
    ['without its target', { messages: {} }],
    ['with unknown fields', { ...plan, more: 1 }],
    ['with a target of another shape', { ...plan, target: { ...plan.target, uidNext: '100' } }],
  ])('ignores a plan %s, and makes its own', async (_, odd) => {
    const { context, plans } = world({ session: moving([]), context: { plan: odd } });
    await transfer(context, wanted, 'move');
    expect(plans).toEqual([plan]);
  });
});
