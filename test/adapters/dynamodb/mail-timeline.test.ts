/** Messages of an account, newest first, whether they are stored in rows or in blocks that overlap in time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import type { MailPosition, MailQuery, MailStore } from '../../../functions/ports/mail-store.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';

const START = Date.parse('2026-11-01T00:00:00.000Z');
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(START + ms).toISOString();
let engine: Dynoxide;
let store: MailStore;
/** Every message as `path uid`, newest first, with its instant. */
let all: readonly { readonly name: string; readonly instant: string }[];

beforeAll(async () => {
  engine = await startDynoxide();
  store = dynamoMailStore(engine.client, await engine.createMailTable());
  const made: { name: string; instant: string }[] = [];
  // How far apart the messages of each mailbox are, and when the first of them came: minutes, hours, days.
  const mailboxes = [
    { path: 'A', every: 60_000, from: 30 * HOUR, uids: [64, 104] },
    { path: 'B', every: HOUR, from: 0, uids: [64, 124] },
    { path: 'C', every: 26 * HOUR, from: 7, uids: [64, 84] },
    { path: 'D', every: 5 * HOUR, from: 11, uids: [1, 7] },
    { path: 'E', every: 60_000, from: 31 * HOUR, uids: [64, 104] },
  ] as const;
  for (const { path, every, from, uids } of mailboxes) {
    const record = await store.addMailbox(storedMailbox('pc_1', path));
    const [low, high] = uids;
    const messages = Array.from({ length: high - low }, (_, n) => {
      const internalDate = iso(from + n * every);
      made.push({ name: `${path} ${low + n}`, instant: internalDate });
      return storedMessage(record, low + n, { internalDate });
    });
    await store.replaceMessages({ mailboxKey: record.key, uidValidity: 7 }, [[low, high]], messages);
  }
  // More blocks than fit on one page of the index, each beginning a little later than the previous one.
  const many = await store.addMailbox(storedMailbox('pc_1', 'F'));
  const packed = Array.from({ length: 30 * 8 }, (_, n) => {
    const [slot, at] = [Math.floor(n / 8), n % 8];
    const internalDate = iso(200 * HOUR + slot * 300_000 + at * 60_000 + 1);
    made.push({ name: `F ${64 * (slot + 1) + at}`, instant: internalDate });
    return storedMessage(many, 64 * (slot + 1) + at, { internalDate });
  });
  await store.replaceMessages({ mailboxKey: many.key, uidValidity: 7 }, [[64, 64 * 31]], packed);
  all = made.sort((one, other) => (one.instant < other.instant ? 1 : -1));
});
afterAll(() => engine?.stop());

type Bounds = Pick<MailQuery, 'from' | 'before'>;

async function pages(limit: number, bounds: Bounds = {}, scope: MailQuery['scope'] = { account: 'acc_one' }) {
  const sizes: number[] = [];
  const found: { name: string; instant: string }[] = [];
  let after: MailPosition | null = null;
  do {
    const page: Awaited<ReturnType<MailStore['emails']>> = await store.emails({ scope, limit, after, ...bounds });
    sizes.push(page.items.length);
    for (const { message, mailbox } of page.items)
      found.push({ name: `${mailbox.path} ${message.uid}`, instant: message.internalDate ?? '' });
    after = page.next;
  } while (after !== null);
  return { sizes, found };
}
const instants = (list: readonly { readonly instant: string }[]) => list.map(({ instant }) => instant);
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();

describe('a list of messages', () => {
  test.each([7, 50, 500])('has each of them once, newest first, in pages of %i', async (limit) => {
    const { found, sizes } = await pages(limit);
    expect(instants(found)).toEqual(instants(all));
    expect(names(found)).toEqual(names(all));
    expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
  });

  test('of a credential is the same, and of another one is empty', async () => {
    expect(names((await pages(100, {}, { credential: 'pc_1' })).found)).toEqual(names(all));
    expect((await pages(100, {}, { credential: 'pc_2' })).found).toEqual([]);
  });

  test.each([
    ['the newest', { from: iso(31 * HOUR) }],
    ['the oldest', { before: iso(31 * HOUR) }],
    ['those of some minutes', { from: iso(30.2 * HOUR), before: iso(31.3 * HOUR) }],
    ['those of one moment', { from: iso(30 * HOUR), before: iso(30 * HOUR + 1) }],
    ['none between two moments in the wrong order', { from: iso(31 * HOUR), before: iso(30 * HOUR) }],
    ['those after all blocks but one', { from: iso(100 * HOUR) }],
    ['all of them', { from: iso(-HOUR), before: iso(10_000 * HOUR) }],
  ])('has %s', async (_, bounds: Bounds) => {
    const { from = '', before = '9' } = bounds;
    const expected = all.filter(({ instant }) => instant >= from && instant < before);
    for (const limit of [9, 300]) {
      const { found } = await pages(limit, bounds);
      expect(instants(found)).toEqual(instants(expected));
      expect(names(found)).toEqual(names(expected));
    }
  });
});
