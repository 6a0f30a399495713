import { describe, expect, it } from 'vitest';
import { ACTIONS, type ActionName, actionName, isMutating } from '../../../functions/domain/action/catalogue.ts';
import { canonicalPath } from '../../../functions/domain/action/message-set.ts';
import { fits, fitting, RESULT_BYTES } from '../../../functions/domain/action/result.ts';
import { MAX_UID } from '../../../functions/domain/sync/uid-set.ts';

type Fields = Readonly<Record<string, unknown>>;
const SET = { folder: 'INBOX', uid_validity: 1, uids: [1, 2] };
const PLACE = { folder: 'A', uid_validity: 1 };

/** Payloads with all fields. */
const PAYLOADS: Readonly<Record<ActionName, Fields>> = {
  imap_sync_mailboxes: { namespaces: ['personal', 'other_users', 'shared'] },
  imap_sync_messages: { folder: 'A', full: true, since: '2026-01-31' },
  imap_search_messages: {
    folder: 'A',
    criteria: {
      ...{ seen: true, flagged: false, answered: true, draft: false, since: '2026-01-01', before: '2026-02-01' },
      ...{ larger: 0, smaller: MAX_UID, uid_gte: 1, uid_lt: MAX_UID },
    },
  },
  imap_set_flags: { ...SET, add: ['\\Seen', '$Forwarded', 'x'], remove: ['\\Draft'], if_unchanged_since: '12' },
  imap_move_messages: { ...SET, target_folder: 'B', create_target: true },
  imap_copy_messages: { ...SET, target_folder: 'B', create_target: true },
  imap_delete_messages: { ...SET, mode: 'expunge' },
  imap_create_mailbox: { name: 'New', parent: 'A' },
  imap_rename_mailbox: { ...PLACE, name: 'New', parent: null },
  imap_delete_mailbox: { ...PLACE, if_messages_at_most: MAX_UID },
};

/** The defaults of optional fields; required fields are not listed. */
const DEFAULTS: Readonly<Record<ActionName, Fields>> = {
  imap_sync_mailboxes: { namespaces: ['personal'] },
  imap_sync_messages: { folder: null, full: false, since: undefined },
  imap_search_messages: { criteria: {} },
  imap_set_flags: { add: undefined, remove: undefined, if_unchanged_since: undefined },
  imap_move_messages: { create_target: false },
  imap_copy_messages: { create_target: false },
  imap_delete_messages: { mode: 'trash' },
  imap_create_mailbox: { parent: null },
  imap_rename_mailbox: { parent: undefined },
  imap_delete_mailbox: { if_messages_at_most: 0 },
};

const TRANSFERRED = {
  ...{ already_done: 0, missing: '3', target_uid_validity: 2, method: 'copy_and_expunge', verified: true },
  uid_map: { source: '1:2', target: '8:9' },
};
const RESULTS: Readonly<Record<ActionName, Fields>> = {
  imap_sync_mailboxes: {
    ...{ mailboxes: 1, added: 1, missing: 0, removed: 0, renamed: 0, unselectable: 0, listing: 'damaged' },
  },
  imap_sync_messages: {
    ...{ folders: 1, unchanged: 0, added: 0, updated: 0, removed: 0, moved: 0, unreadable: 0, resets: 0 },
    ...{ backfill_left: 0, complete: true, flags: 'window', listing: 'damaged', refused_count: 1 },
    refused: [{ folder: 'B', code: 'command_failed' }],
  },
  imap_search_messages: { uid_validity: 1, count: 1, uids: '1', truncated: false },
  imap_set_flags: { changed: 1, missing: null, conflicted: '2', rejected_flags: ['x'] },
  imap_move_messages: { moved: 1, ...TRANSFERRED },
  imap_copy_messages: { copied: 1, ...TRANSFERRED },
  imap_delete_messages: { deleted: 1, already_done: 0, mode: 'trash', missing: '', trash_folder: 'Bin' },
  imap_create_mailbox: { path: 'A/New', created: true },
  imap_rename_mailbox: { old_path: 'A', path: 'New', renamed: true, children: 0 },
  imap_delete_mailbox: { deleted: true, messages: 0 },
};
/** Fields that results of earlier releases lack. */
const LATER: Readonly<Record<string, unknown>> = { listing: 'whole', refused: [], refused_count: 0 };

const each = actionName.options.map((name) => ({ name }));
const without = (fields: Fields, field: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));

describe('the payload', () => {
  it.each(each)('of $name is accepted unchanged', ({ name }) => {
    expect(ACTIONS[name].payload.parse(PAYLOADS[name])).toEqual(PAYLOADS[name]);
    expect(ACTIONS[name].payload.safeParse({ ...PAYLOADS[name], other: 1 }).success).toBe(false);
  });

  it.each(each)('of $name may omit fields with a default, and no others', ({ name }) => {
    for (const field of Object.keys(PAYLOADS[name])) {
      const parsed = ACTIONS[name].payload.safeParse(without(PAYLOADS[name], field));
      expect(parsed.success, field).toBe(field in DEFAULTS[name]);
      if (parsed.success) expect(parsed.data).toEqual({ ...PAYLOADS[name], [field]: DEFAULTS[name][field] });
    }
  });

  it.each<[ActionName, Fields]>([
    ['imap_sync_mailboxes', { namespaces: [] }],
    ['imap_sync_mailboxes', { namespaces: ['personal', 'shared', 'shared', 'shared'] }],
    ['imap_sync_mailboxes', { namespaces: ['mine'] }],
    ['imap_sync_messages', { since: '31.1.2026' }],
    ['imap_search_messages', { criteria: { larger: -1 } }],
    ['imap_search_messages', { criteria: { smaller: MAX_UID + 1 } }],
    ['imap_search_messages', { criteria: { uid_gte: 0 } }],
    ['imap_search_messages', { criteria: { uid_lt: MAX_UID + 1 } }],
    ['imap_search_messages', { criteria: { subject: 'x' } }],
    ['imap_set_flags', { add: ['\\Deleted'] }],
    ['imap_set_flags', { add: ['\\Recent'] }],
    ['imap_set_flags', { add: ['x y'] }],
    ['imap_set_flags', { add: ['x\\Seen'] }],
    ['imap_set_flags', { add: ['\\Seen)'] }],
    ['imap_set_flags', { add: ['(x'] }],
    ['imap_set_flags', { add: ['x'.repeat(101)] }],
    ['imap_set_flags', { add: [''] }],
    ['imap_set_flags', { add: [] }],
    ['imap_set_flags', { add: Array.from({ length: 21 }, (_, at) => `x${at}`) }],
    ['imap_set_flags', { add: undefined, remove: undefined }],
    ['imap_set_flags', { add: ['x', '\\Draft'] }],
    ['imap_set_flags', { if_unchanged_since: '12x' }],
    ['imap_set_flags', { if_unchanged_since: 'x12' }],
    ['imap_set_flags', { if_unchanged_since: '1'.repeat(20) }],
    ['imap_move_messages', { uids: [] }],
    ['imap_move_messages', { uids: [0] }],
    ['imap_move_messages', { uids: [MAX_UID + 1] }],
    ['imap_move_messages', { uids: [1, 2, 1] }],
    ['imap_move_messages', { uids: Array.from({ length: 501 }, (_, at) => at + 1) }],
    ['imap_move_messages', { uid_validity: 0 }],
    ['imap_move_messages', { uid_validity: MAX_UID + 1 }],
    ['imap_move_messages', { folder: '' }],
    ['imap_move_messages', { folder: 'x'.repeat(1_001) }],
    ['imap_delete_messages', { mode: 'shred' }],
    ['imap_create_mailbox', { name: '' }],
    ['imap_create_mailbox', { name: 'x'.repeat(251) }],
    ['imap_create_mailbox', { name: 'a%' }],
    ['imap_create_mailbox', { name: '*' }],
    ['imap_rename_mailbox', { uid_validity: 0 }],
    ['imap_rename_mailbox', { uid_validity: MAX_UID + 1 }],
    ['imap_delete_mailbox', { if_messages_at_most: -1 }],
    ['imap_delete_mailbox', { if_messages_at_most: MAX_UID + 1 }],
  ])('of %s is refused with %j', (name, changes) => {
    expect(ACTIONS[name].payload.safeParse({ ...PAYLOADS[name], ...changes }).success).toBe(false);
  });

  it('may only remove flags, and may name as many messages as one job allows', () => {
    const { payload } = ACTIONS.imap_set_flags;
    expect(payload.safeParse({ ...SET, remove: ['\\Seen'] }).success).toBe(true);
    expect(payload.safeParse({ ...SET, add: ['\\Seen', 'a'], remove: ['b'] }).success).toBe(true);
    const uids = Array.from({ length: 500 }, (_, at) => at + 1);
    expect(payload.safeParse({ ...SET, uids, uid_validity: MAX_UID, add: ['x'.repeat(100)] }).success).toBe(true);
    const add = Array.from({ length: 20 }, (_, at) => `x${at}`);
    expect(payload.safeParse({ ...SET, uids: [MAX_UID], add }).success).toBe(true);
    expect(payload.safeParse({ ...SET, add: ['\\Answered', '\\Flagged'] }).success).toBe(true);
    expect(ACTIONS.imap_delete_mailbox.payload.safeParse({ ...PLACE, if_messages_at_most: 0 }).success).toBe(true);
  });
});

describe('the result', () => {
  it.each(each)('of $name is stored unchanged, with every field', ({ name }) => {
    expect(ACTIONS[name].result.parse(RESULTS[name])).toEqual(RESULTS[name]);
    for (const field of Object.keys(RESULTS[name])) {
      const parsed = ACTIONS[name].result.safeParse(without(RESULTS[name], field));
      expect(parsed.success, field).toBe(field in LATER);
      if (parsed.success) expect(parsed.data).toEqual({ ...RESULTS[name], [field]: LATER[field] });
    }
    expect(ACTIONS[name].result.safeParse({ ...RESULTS[name], other: 1 }).success).toBe(false);
  });

  it('accepts each method of a transfer, each mode of a deletion, and each kind of flag comparison', () => {
    const ok = (name: ActionName, changes: Fields) =>
      ACTIONS[name].result.safeParse({ ...RESULTS[name], ...changes }).success;
    for (const method of ['move', 'copy_and_expunge', 'copy']) expect(ok('imap_move_messages', { method })).toBe(true);
    expect(ok('imap_move_messages', { method: 'other' })).toBe(false);
    expect(ok('imap_copy_messages', { uid_map: null, missing: null, target_uid_validity: null })).toBe(true);
    expect(ok('imap_copy_messages', { uid_map: { source: '1' } })).toBe(false);
    for (const mode of ['trash', 'expunge']) expect(ok('imap_delete_messages', { mode })).toBe(true);
    expect(ok('imap_delete_messages', { mode: 'other', trash_folder: null })).toBe(false);
    for (const flags of ['exact', 'window']) expect(ok('imap_sync_messages', { flags })).toBe(true);
    for (const listing of ['whole', 'damaged']) {
      expect(ok('imap_sync_messages', { listing })).toBe(true);
      expect(ok('imap_sync_mailboxes', { listing })).toBe(true);
    }
    expect(ok('imap_sync_messages', { listing: 'other' }) || ok('imap_sync_messages', { flags: 'other' })).toBe(false);
    expect(ok('imap_sync_messages', { refused: Array(20).fill({ folder: 'B', code: 'command_failed' }) })).toBe(true);
    expect(ok('imap_sync_messages', { refused: Array(21).fill({ folder: 'B', code: 'command_failed' }) })).toBe(false);
    expect(ok('imap_sync_messages', { refused: [{ folder: 'B' }] })).toBe(false);
  });

  it('has at most 4,096 bytes: its UID sets are dropped in order, and nothing else is', () => {
    const bytes = (text: string) => ({ text, missing: '1', uid_map: null, conflicted: '2' });
    const room = RESULT_BYTES - JSON.stringify(bytes('')).length;
    const full = bytes('x'.repeat(room));
    expect([fits(full), fits(bytes('x'.repeat(room + 1)))]).toEqual([true, false]);
    expect(fits(bytes('ü'.repeat(room / 2 + 1))), 'counted in bytes').toBe(false);
    expect(fitting(full)).toBe(full);
    const set = '1,'.repeat(1_500);
    expect(fitting({ moved: 1, uid_map: set, missing: set, conflicted: '2' })).toEqual({
      ...{ moved: 1, uid_map: null, missing: set, conflicted: '2' },
    });
    expect(fitting({ moved: 1, missing: set, conflicted: set })).toEqual({ moved: 1, missing: null, conflicted: set });
    expect(fitting({ missing: set, conflicted: `${set}${set}` })).toEqual({ missing: null, conflicted: null });
    const long = { text: set + set };
    expect(fitting(long), 'no field is made up').toEqual(long);
    expect(fitting(set + set)).toBe(set + set);
    expect(fitting(null)).toBeNull();
  });
});

it('every action counts as mutating except the listed ones; an unknown action does not', () => {
  expect(actionName.options.filter((name) => !isMutating(name))).toEqual([
    ...['imap_sync_mailboxes', 'imap_sync_messages', 'imap_search_messages'],
  ]);
  expect(isMutating('imap_unheard_of')).toBe(false);
});

it('INBOX is the same mailbox in any case; other names are compared exactly', () => {
  expect(['inbox', 'InBox', 'INBOX', 'Archive', 'inbox/a'].map(canonicalPath)).toEqual([
    ...['INBOX', 'INBOX', 'INBOX', 'Archive', 'inbox/a'],
  ]);
});
