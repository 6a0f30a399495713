import { describe, expect, test } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { type Listed, planMailboxes } from '../../../functions/domain/sync/plan-mailboxes.ts';

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

  test('a vanished path is missing once, and removed only after more than a day', () => {
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

  test('a vanished path and a new one with the same numbers are one mailbox', () => {
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
  ])('%s is no rename', (_, before, after) => {
    const plan = planMailboxes(before, after, now);
    expect(plan.renamed).toEqual([]);
    expect(plan.added.length).toBe(after.length);
  });
});
