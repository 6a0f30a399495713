import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  type EmailFilter,
  emailFilterSchema,
  matchesEmailFilter,
} from '../../../functions/domain/mail/email-filter.ts';
import { mailboxFilterShape, matchesMailboxFilter } from '../../../functions/domain/mail/mailbox-filter.ts';
import {
  mailAddress,
  NOTHING_KNOWN,
  sameFlags,
  sortInstant,
  withinBudget,
} from '../../../functions/domain/mail/message.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';

const record = { ...storedMailbox('pc_one', 'INBOX'), key: '00000000000000aa', version: 1, doubt: 0, lastError: null };
const MESSAGE = storedMessage(record, 1, {
  flags: ['\\Seen', '$Junk'],
  size: 100,
  messageId: '<a@example.test>',
  providerThreadId: 'thread-1',
  subject: 'Quarterly Report',
  from: [{ name: 'Ann Lee', address: 'ann@example.test' }],
  to: [{ name: null, address: 'bob@example.test' }],
  cc: [{ name: 'Cem', address: 'cem@example.test' }],
});
const matches = (filter: EmailFilter, message = MESSAGE) => matchesEmailFilter(message, 'INBOX', filter);

describe('a message', () => {
  it.each<[string, EmailFilter, EmailFilter]>([
    ['credential', { credential_id: ['pc_x', 'pc_one'] }, { credential_id: ['pc_x'] }],
    ['folder', { folder: ['INBOX'] }, { folder: ['inbox'] }],
    ['Message-ID', { message_id: ['<a@example.test>'] }, { message_id: ['<b@example.test>'] }],
    ['thread', { provider_thread_id: ['thread-1'] }, { provider_thread_id: ['thread-2'] }],
    ['\\Seen', { seen: true }, { seen: false }],
    ['\\Flagged', { flagged: false }, { flagged: true }],
    ['\\Answered', { answered: false }, { answered: true }],
    ['\\Draft', { draft: false }, { draft: true }],
    ['one of several flags, in any case', { flag: ['\\Draft', '$JUNK'] }, { flag: ['\\Draft', 'Junk'] }],
    ['the name of its sender', { from: 'lee' }, { from: 'bob' }],
    ['the address of its sender', { from: 'ann@' }, { from: 'report' }],
    ['a recipient', { to: 'BOB' }, { to: 'ann' }],
    ['a CC recipient', { to: 'cem' }, { to: 'zoe' }],
    ['words of its subject, in any order', { subject: 'report quarterly' }, { subject: 'report yearly' }],
    ['a minimum size', { size: { gte: 100 } }, { size: { gte: 101 } }],
    ['a maximum size', { size: { lte: 100 } }, { size: { lte: 99 } }],
    ['words anywhere: subject and sender', { q: 'report lee' }, { q: 'report yearly' }],
    ['words anywhere: Message-ID', { q: '<a@example' }, { q: '<b@example' }],
    ['words anywhere: recipients', { q: 'bob cem' }, { q: 'bob zoe' }],
  ])('is found by %s', (_, found, other) => {
    expect(matches(found)).toBe(true);
    expect(matches(other)).toBe(false);
  });

  it('is found by each system flag that it has', () => {
    const all = { ...MESSAGE, flags: ['\\FLAGGED', '\\Answered', '\\draft'] };
    expect(matches({ seen: false, flagged: true, answered: true, draft: true }, all)).toBe(true);
    for (const flag of ['flagged', 'answered', 'draft']) expect(matches({ [flag]: false }, all), flag).toBe(false);
    expect(matches({ seen: true }, all)).toBe(false);
  });

  it('is found by an empty filter, and not by a field that it does not have', () => {
    expect(matches({})).toBe(true);
    const bare = { ...MESSAGE, messageId: null, providerThreadId: null, size: null, subject: null };
    expect(matches({ message_id: ['null'] }, bare)).toBe(false);
    expect(matches({ provider_thread_id: ['null'] }, bare)).toBe(false);
    expect(matches({ size: { gte: 0 } }, bare)).toBe(false);
    expect(matches({ subject: 'null' }, bare)).toBe(false);
  });
});

it('a filter of messages accepts only its own fields, each within its limits', () => {
  const good = { folder: 'x'.repeat(1_000), flag: ['x'.repeat(255)], seen: true, size: { gte: 1 }, q: 'a', from: 'b' };
  expect(emailFilterSchema.parse(good)).toMatchObject({ folder: [good.folder], flag: good.flag });
  for (const bad of [
    { folder: 'x'.repeat(1_001) },
    { folder: '' },
    { flag: '' },
    { flag: 'x'.repeat(256) },
    { seen: 'true' },
    { body: 'x' },
  ])
    expect(emailFilterSchema.safeParse(bad).success, JSON.stringify(bad).slice(0, 30)).toBe(false);
});

describe('a mailbox', () => {
  const error = {
    code: 'command_failed',
    detail: '',
    since: record.firstSeenAt,
    at: record.firstSeenAt,
    tries: 1,
  } as const;
  const [well, ill] = [{ lastError: null }, { lastError: error }];

  it('is found by whether syncs can read it', () => {
    const of = (filter: Parameters<typeof matchesMailboxFilter>[1]) =>
      [well, ill].map((each) => matchesMailboxFilter(each, filter));
    expect(of({})).toEqual([true, true]);
    expect(of({ in_error: 'true' })).toEqual([false, true]);
    expect(of({ in_error: 'false' })).toEqual([true, false]);
    expect(of({ last_error_code: ['permission_denied', 'command_failed'] })).toEqual([false, true]);
    expect(of({ last_error_code: ['permission_denied'] })).toEqual([false, false]);
    expect(of({ last_error_code: ['command_failed'], in_error: 'false' })).toEqual([false, false]);
  });
});

it('a filter of mailboxes accepts only its own fields', () => {
  const schema = z.strictObject(mailboxFilterShape);
  const full = {
    ...{ credential_id: 'pc_01jgx000000000000000000001', last_error_code: ['command_failed'] },
  };
  for (const in_error of ['true', 'false']) expect(schema.parse({ ...full, in_error })).toEqual({ ...full, in_error });
  for (const bad of [{ in_error: 'yes' }, { last_error_code: ['x'] }, { credential_id: 'x' }, { x: 1 }])
    expect(schema.safeParse(bad).success).toBe(false);
});

describe('the stored fields of a message', () => {
  it('are empty if only its UID is known', () => {
    const { flags, from, to, cc, ...rest } = NOTHING_KNOWN;
    expect({ flags, from, to, cc }).toEqual({ flags: [], from: [], to: [], cc: [] });
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
    expect(Object.keys(rest).sort()).toEqual([
      ...['date', 'internalDate', 'messageId', 'modseq', 'providerMessageId', 'providerThreadId', 'size', 'subject'],
    ]);
  });

  it('accept an address with a name, an address, both or neither', () => {
    for (const address of [
      { name: 'Ann', address: 'a@b' },
      { name: null, address: null },
    ])
      expect(mailAddress.parse(address)).toEqual(address);
    expect(mailAddress.safeParse({ name: 'Ann' }).success).toBe(false);
  });

  it('include the addresses that fit 16,000 characters over all lists', () => {
    const long = (length: number) => ({ name: 'x'.repeat(length - 1), address: 'y' });
    const [from, to, cc] = withinBudget([[long(8_000)], [long(8_000)], [{ name: null, address: 'z' }]]);
    expect([from, to, cc].map((list) => list?.length)).toEqual([1, 1, 0]);
    expect(withinBudget([[{ name: null, address: null }], [long(16_001)]])).toEqual([
      [{ name: null, address: null }],
      [],
    ]);
  });

  it("sort by the server's time, otherwise by the message's date, otherwise by the time it was stored", () => {
    const at = { internalDate: 'a', date: 'b', storedAt: 'c' };
    expect(sortInstant(at)).toBe('a');
    expect(sortInstant({ ...at, internalDate: null })).toBe('b');
    expect(sortInstant({ ...at, internalDate: null, date: null })).toBe('c');
  });

  it('compare flags without regard to order or repetition', () => {
    expect(sameFlags(['a', 'b'], ['b', 'a', 'a'])).toBe(true);
    expect(sameFlags(['a', 'b'], ['a'])).toBe(false);
    expect(sameFlags(['ab'], ['a', 'b'])).toBe(false);
  });
});
