import { describe, expect, test } from 'vitest';
import type { MailboxRecord, StoredStatus } from '../../../functions/domain/mail/mailbox.ts';
import type { Listed } from '../../../functions/domain/sync/listed.ts';
import {
  isSameMailbox,
  planMailboxes,
  renameCandidates,
  sameStatus,
} from '../../../functions/domain/sync/plan-mailboxes.ts';

const now = Date.parse('2026-11-02T00:00:00.000Z');
const hoursAgo = (hours: number): string => new Date(now - hours * 3_600_000).toISOString();
const status = { uidValidity: 5, uidNext: 9, messages: 3, highestModseq: '77' };

const listed = (path: string, changes: Partial<Listed> = {}): Listed => ({
  name: path,
  path,
  delimiter: '/',
  namespace: 'personal',
  selectable: true,
  specialUse: null,
  status,
  ...changes,
});

const stored = (path: string, changes: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...listed(path),
  key: '00112233445566ff',
  accountId: 'acc_one',
  credentialId: 'pc_one',
  mailboxId: null,
  generation: 1,
  former: [],
  syncLevel: 'condstore',
  firstSeenAt: hoursAgo(100),
  missingSince: null,
  sync: null,
  lastError: null,
  lock: null,
  doubt: 0,
  version: 1,
  ...changes,
});

const paths = (records: readonly { readonly path: string }[]): readonly string[] => records.map(({ path }) => path);

describe('what LIST says of stored mailboxes', () => {
  test('a new path is added, a known one is present and unchanged', () => {
    const plan = planMailboxes([stored('A')], [listed('A'), listed('B', { status: null })], now);
    expect(paths(plan.added)).toEqual(['B']);
    expect(plan.present.map(({ changed }) => changed)).toEqual([false]);
  });

  test('a missing path is recorded as missing once, and removed only after more than a day', () => {
    const plan = planMailboxes(
      [
        stored('New', { status: null }),
        stored('Day', { status: null, missingSince: hoursAgo(24) }),
        stored('Old', { status: null, missingSince: hoursAgo(25) }),
      ],
      [],
      now,
    );
    expect(paths(plan.missing)).toEqual(['New']);
    expect(paths(plan.removed)).toEqual(['Old']);
  });

  test('a missing path that is listed again has changed', () => {
    const plan = planMailboxes([stored('A', { missingSince: hoursAgo(1) })], [listed('A')], now);
    expect(plan.present.map(({ changed }) => changed)).toEqual([true]);
    expect(plan.missing).toEqual([]);
  });

  test('a missing path and a new one with the same numbers are one mailbox', () => {
    const plan = planMailboxes([stored('A')], [listed('B')], now);
    expect(plan.renamed.map(({ record, listed: to }) => [record.path, to.path])).toEqual([['A', 'B']]);
    expect([plan.added, plan.missing]).toEqual([[], []]);
  });

  test.each([
    ['another count', [stored('A')], [listed('B', { status: { ...status, messages: 4 } })]],
    ['two that fit', [stored('A')], [listed('B'), listed('C')]],
    ['two that vanished', [stored('A'), stored('Z')], [listed('B')]],
    [
      'no mod-sequences',
      [stored('A', { status: { ...status, highestModseq: null } })],
      [listed('B', { status: { ...status, highestModseq: null } })],
    ],
    [
      'no messages',
      [stored('A', { status: { ...status, messages: 0 } })],
      [listed('B', { status: { ...status, messages: 0 } })],
    ],
  ])('%s is not a rename', (_, before, after) => {
    const plan = planMailboxes(before, after, now);
    expect(plan.renamed).toEqual([]);
    expect(plan.added.length).toBe(after.length);
  });
});

describe('what a list says', () => {
  const CHANGES: readonly [string, Partial<Listed>][] = [
    ['delimiter', { delimiter: '.' }],
    ['namespace', { namespace: 'shared' }],
    ['selectable', { selectable: false }],
    ['special use', { specialUse: '\\Trash' }],
    ['UIDVALIDITY', { status: { ...status, uidValidity: 6 } }],
    ['UIDNEXT', { status: { ...status, uidNext: 10 } }],
    ['number of messages', { status: { ...status, messages: 4 } }],
    ['mod-sequence', { status: { ...status, highestModseq: '78' } }],
    ['numbers at all', { status: null }],
  ];
  test.each(CHANGES)('with another %s is a change', (_, changes) => {
    const { present } = planMailboxes([stored('A')], [listed('A', changes)], now);
    expect(present.map(({ changed }) => changed)).toEqual([true]);
  });

  test('with another spelling than stored is a change', () => {
    const { present } = planMailboxes([stored('A', { name: null })], [listed('A')], now);
    expect(present.map(({ changed }) => changed)).toEqual([true]);
  });

  test('without INBOX neither removes INBOX nor marks it missing', () => {
    const plan = planMailboxes([stored('INBOX', { missingSince: hoursAgo(30) }), stored('Old')], [], now);
    expect([paths(plan.missing), paths(plan.removed)]).toEqual([['Old'], []]);
  });

  test('that is damaged removes nothing and renames nothing', () => {
    const before = [stored('A'), stored('Gone', { missingSince: hoursAgo(30) })];
    const plan = planMailboxes(before, [listed('B')], now, { whole: false });
    expect(plan).toMatchObject({ missing: [], removed: [], renamed: [] });
    expect(paths(plan.added)).toEqual(['B']);
    expect(paths(plan.unshown), 'not what was missing before').toEqual(['A']);
    expect(planMailboxes(before, [listed('C', { status: null })], now).unshown).toEqual([]);
  });
});

describe('a rename', () => {
  const keyed = (path: string, key: string, changes: Partial<MailboxRecord> = {}) => stored(path, { key, ...changes });
  const pairs = (plan: { readonly renamed: readonly { record: MailboxRecord; listed: Listed }[] }) =>
    plan.renamed.map(({ record, listed: to }) => `${record.path} ${to.path}`);

  test('that is proven is accepted beside those that the numbers show', () => {
    const [one, other] = [keyed('A', '1', { status: null }), keyed('Z', '2')];
    const [to, fits] = [listed('B', { status: null }), listed('Y')];
    const plan = planMailboxes([one, other], [to, fits], now, { proven: [{ record: one, listed: to }] });
    expect(pairs(plan)).toEqual(['A B', 'Z Y']);
    expect([plan.added, plan.missing]).toEqual([[], []]);
  });

  test('that is proven for one mailbox in two ways, or for two as one, is refused', () => {
    const [one, other] = [keyed('A', '1', { status: null }), keyed('Z', '2', { status: null })];
    const [to, fits] = [listed('B', { status: null }), listed('Y', { status: null })];
    const two = planMailboxes([one, other], [to, fits], now, {
      proven: [
        { record: one, listed: to },
        { record: one, listed: fits },
      ],
    });
    expect(pairs(two)).toEqual([]);
    const same = planMailboxes([one, other], [to, fits], now, {
      proven: [
        { record: one, listed: to },
        { record: other, listed: to },
      ],
    });
    expect(pairs(same)).toEqual([]);
  });

  test('that is proven otherwise is not also derived from the numbers', () => {
    const [one, other] = [keyed('A', '1'), keyed('Z', '2', { status: { ...status, messages: 8 } })];
    const to = listed('B', { status: { ...status, messages: 8 } });
    const plan = planMailboxes([one, other], [to, listed('Y')], now, { proven: [{ record: one, listed: to }] });
    expect(pairs(plan)).toEqual(['A B']);
  });

  test('is not derived from numbers without UIDNEXT', () => {
    const without = { ...status, uidNext: null };
    expect(pairs(planMailboxes([stored('A', { status: without })], [listed('B', { status: without })], now))).toEqual(
      [],
    );
  });

  test.each<[string, Partial<MailboxRecord>, Partial<StoredStatus>, number]>([
    ['equal numbers without mod-sequences', {}, {}, 1],
    ['an id and the same UIDVALIDITY, whatever the counts', { mailboxId: 'id' }, { messages: 0 }, 1],
    ['other counts and no id', {}, { messages: 4 }, 0],
    ['no messages and no id', {}, { messages: 0 }, 0],
    ['another UIDVALIDITY', { mailboxId: 'id' }, { uidValidity: 6 }, 0],
  ])('may be one with %s', (_, of, seen, count) => {
    const without = { ...status, highestModseq: null };
    const record = stored('A', { status: without, ...of });
    expect(renameCandidates([record], [listed('B', { status: { ...without, ...seen } })])).toHaveLength(count);
  });

  test('is possible for every pair with equal numbers', () => {
    const without = { ...status, highestModseq: null };
    const records = [stored('A', { status: without })];
    const pairs = renameCandidates(records, [listed('B', { status: without }), listed('C', { status: without })]);
    expect(pairs.map(({ record, listed: to }) => [record.path, to.path])).toEqual([
      ['A', 'B'],
      ['A', 'C'],
    ]);
    const empty = { ...without, messages: 0 };
    expect(renameCandidates([stored('A', { status: empty })], [listed('B', { status: empty })])).toEqual([]);
    expect(renameCandidates([stored('A', { status: null })], [listed('B')])).toEqual([]);
  });

  test('is not derived from numbers that only look equal when concatenated', () => {
    const before = stored('A', { status: { ...status, uidNext: 91, messages: 3 } });
    const after = listed('B', { status: { ...status, uidNext: 9, messages: 13 } });
    expect(pairs(planMailboxes([before], [after], now))).toEqual([]);
  });

  test('is not searched for mailboxes that cannot be selected, have no numbers, or are certain already', () => {
    const without = { ...status, highestModseq: null };
    const record = stored('A', { status: without, mailboxId: 'id' });
    expect(renameCandidates([record], [listed('B', { status: without, selectable: false })])).toEqual([]);
    expect(renameCandidates([record], [listed('B', { status: null })])).toEqual([]);
    expect(renameCandidates([stored('A', { mailboxId: 'id' })], [listed('B')])).toEqual([]);
    const both = [stored('A', { mailboxId: 'id' }), stored('Z', { mailboxId: 'id', status: without })];
    expect(renameCandidates(both, [listed('B'), listed('Y', { status: without })])).toHaveLength(1);
  });
});

describe('a mailbox that was opened', () => {
  const message = (
    uid: number,
    changes: Partial<{ messageId: string | null; size: number; internalDate: string }> = {},
  ) => ({
    uid,
    messageId: `<${uid}@example.test>`,
    internalDate: '2026-11-01T00:00:00.000Z',
    size: 10,
    ...changes,
  });
  const seen = {
    uidValidity: 5,
    mailboxId: null,
    stored: [message(1), message(2, { messageId: null })],
    found: [message(2, { messageId: null }), message(1), message(3)],
  };

  test('is the stored one when every stored message of the sample is there', () => {
    expect(isSameMailbox(stored('A'), seen)).toBe(true);
  });

  test.each([
    ['a message does not exist', { found: [message(1)] }],
    [
      'a message has another Message-ID',
      { found: [message(1, { messageId: '<x>' }), message(2, { messageId: null })] },
    ],
    ['a message has another size', { found: [message(1, { size: 11 }), message(2, { messageId: null })] }],
    [
      'a message has another date',
      { found: [message(1, { internalDate: '2026-11-01T00:00:01.000Z' }), message(2, { messageId: null })] },
    ],
    ['no message of the sample has a Message-ID', { stored: [message(2, { messageId: null })] }],
    ['nothing is stored', { stored: [] }],
    ['its UIDVALIDITY is another', { uidValidity: 6 }],
  ])('is another one when %s', (_, changes) => {
    expect(isSameMailbox(stored('A'), { ...seen, ...changes })).toBe(false);
  });

  test('is identified by ids if both have one, whatever its messages', () => {
    const record = stored('A', { mailboxId: 'id' });
    expect(isSameMailbox(record, { ...seen, mailboxId: 'id', found: [] })).toBe(true);
    expect(isSameMailbox(record, { ...seen, mailboxId: 'other' })).toBe(false);
    expect(isSameMailbox(record, seen)).toBe(true);
    expect(isSameMailbox(stored('A'), { ...seen, mailboxId: 'id' })).toBe(true);
    expect(isSameMailbox(stored('A', { status: null }), seen)).toBe(false);
  });
});

test('the numbers of a mailbox are equal when both are equal or both unknown', () => {
  expect([sameStatus(null, null), sameStatus(status, null), sameStatus(null, status)]).toEqual([true, false, false]);
  expect(sameStatus(status, { ...status })).toBe(true);
});
