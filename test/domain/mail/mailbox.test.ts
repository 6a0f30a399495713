import { describe, expect, it } from 'vitest';
import { isCurrent, mailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { folderPlace } from '../../../functions/domain/sync/folder-order.ts';
import { traces } from '../../../functions/domain/sync/moves.ts';
import { AT, storedMailbox } from '../../fixtures/stored-mail.ts';

const sync = storedMailbox('pc_one', 'A').sync;
/** A mailbox with a value in every field that may be null. */
const FULL = {
  ...storedMailbox('pc_one', 'A'),
  ...{ key: '0123456789abcdef', version: 1, doubt: 0, specialUse: '\\Trash', mailboxId: 'id', missingSince: AT },
  ...{ former: ['a'], syncLevel: 'condstore', namespace: 'shared', lock: { by: 'job_1', until: 5 } },
  status: { uidValidity: 7, uidNext: 100, messages: 3, highestModseq: '9223372036854775807' },
  sync: {
    ...sync,
    ...{ floor: { uid: 5, date: '2026-01-31' }, scan: { below: 9, highestModseq: '9', doubt: 0 }, old: [6] },
    ...{ suspected: { at: AT, count: 200 }, resets: 1, unfollowed: 8, flagsAt: AT, reconciledAt: AT },
  },
  lastError: { code: 'command_failed', detail: 'no', since: AT, at: AT, tries: 1 },
};
const takes = (changes: object): boolean => mailboxRecord.safeParse({ ...FULL, ...changes }).success;

describe('the record of a mailbox', () => {
  it('is read as it was stored', () => {
    expect(mailboxRecord.parse(FULL)).toEqual(FULL);
    const empty = { ...storedMailbox('pc_one', 'A'), key: FULL.key, version: 1, doubt: 0, lastError: null };
    expect(mailboxRecord.parse(empty)).toEqual(empty);
  });

  it('of an earlier release gets defaults for missing fields', () => {
    const { name: _, generation: __, former: ___, lastError: ____, ...rest } = FULL;
    const { resets: _r, unfollowed: _u, window: _w, ...then } = FULL.sync;
    expect(mailboxRecord.parse({ ...rest, sync: then })).toEqual({
      ...{ ...FULL, name: null, generation: 1, former: [], lastError: null },
      sync: { ...FULL.sync, resets: 0, unfollowed: null, window: 500 },
    });
  });

  it.each(['qresync', 'condstore', 'basic'])('may be at sync level %s', (syncLevel) => {
    expect(takes({ syncLevel })).toBe(true);
  });

  it.each(['personal', 'other_users', 'shared'])('may be in the namespace %s', (namespace) => {
    expect(takes({ namespace })).toBe(true);
  });

  it.each<[string, object]>([
    ['a key that is too long', { key: `${FULL.key}0` }],
    ['a key that is too short', { key: 'a' }],
    ['a key in another alphabet', { key: 'x123456789abcdef' }],
    ['a mod-sequence that is not a number', { status: { ...FULL.status, highestModseq: 'x1' } }],
    ['a mod-sequence with text after it', { status: { ...FULL.status, highestModseq: '1x' } }],
    ['a mod-sequence that is too long', { status: { ...FULL.status, highestModseq: '1'.repeat(20) } }],
    ['a status without a count', { status: { uidValidity: 1, uidNext: 1, highestModseq: null } }],
    ['another namespace', { namespace: 'other' }],
    ['another sync level', { syncLevel: 'other' }],
    ['a lock without an owner', { lock: { until: 5 } }],
    ['an error without a code', { lastError: { ...FULL.lastError, code: undefined } }],
    ['a floor without its day', { sync: { ...FULL.sync, floor: { uid: 5 } } }],
    ['a scan without an end', { sync: { ...FULL.sync, scan: { highestModseq: null, doubt: 0 } } }],
    ['a suspicion without a count', { sync: { ...FULL.sync, suspected: { at: AT } } }],
    ['a state without UIDNEXT', { sync: { ...FULL.sync, uidNext: undefined } }],
    ['unknown fields', { other: 1 }],
  ])('is refused without or with a wrong field: %s', (_, changes) => {
    expect(takes(changes)).toBe(false);
  });

  it('shows only rows of the UIDVALIDITY that its sync has recorded', () => {
    const record = mailboxRecord.parse(FULL);
    expect([isCurrent(record, 7), isCurrent(record, 8), isCurrent({ ...record, sync: null }, 7)]).toEqual([
      ...[true, false, false],
    ]);
  });
});

it('a position in the folder order and the halves of moves are read as they were stored', () => {
  const place = { late: true, name: 'A', key: 'k' };
  expect(folderPlace.parse(place)).toEqual(place);
  expect(folderPlace.safeParse({ late: true, name: 'A' }).success).toBe(false);
  const one = { mailboxKey: 'k', at: 1, by: 'job_1', prints: ['p'] };
  const both = { generation: 1, removed: [one], added: [one] };
  expect(traces.parse(both)).toEqual(both);
  expect(traces.safeParse({ ...both, removed: [{ at: 1 }] }).success).toBe(false);
  expect(traces.safeParse({ generation: 1 }).success).toBe(false);
});
