/**
 * Effects of a list of folders on the stored ones: which are new, renamed, missing or gone, and which records are
 * written.
 */
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../functions/domain/failure/failure.ts';
import type { ListingFields, MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { NewMailbox } from '../../../functions/ports/mail-store.ts';
import type { ListedMailbox, MailboxSession } from '../../../functions/ports/mailbox.ts';
import { discover, type Scope } from '../../../functions/worker/actions/sync/discover.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { bareContext, bareSession, failed, NOW, selectedAs } from './bare-context.ts';
import { ago, SAME, shown, synced } from './folder-list.ts';

const AT = new Date(NOW).toISOString();
const DAMAGED = failed('protocol_error').failure;
const DAY = 24 * 60;
const PERSONAL: Scope = { namespaces: ['personal'], folder: null, statuses: false };

/** A folder as it is listed when nothing is new. */
const listed = (path: string, given: Partial<ListedMailbox> = {}): ListedMailbox => ({
  ...shown(synced(path)).listed,
  ...given,
});

type Given = {
  readonly stored?: readonly MailboxRecord[];
  readonly list?: readonly ListedMailbox[];
  readonly fault?: Failure | null;
  readonly scope?: Partial<Scope>;
  readonly session?: Partial<MailboxSession>;
  /** Paths of folders that somebody else changes meanwhile. */
  readonly changed?: readonly string[];
  /** The record that is stored then; default: one that changes again. */
  readonly then?: readonly MailboxRecord[];
  /** Ends the attempt at the write of this number; 0: after the list was read. */
  readonly endsAt?: number;
};

function lists(given: Given = {}) {
  const writes: string[] = [];
  const noted: ListingFields[] = [];
  const ended = new AbortController();
  let underWay = 0;
  let mostAtOnce = 0;
  const options: unknown[] = [];
  const write = async <Answer>(what: string, answer: Answer): Promise<Answer> => {
    writes.push(what);
    if (writes.length === given.endsAt) ended.abort();
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    await Promise.resolve();
    underWay -= 1;
    return answer;
  };
  const made = (mailbox: NewMailbox): MailboxRecord => ({
    ...{ ...mailbox, key: `new ${mailbox.path}`, version: 1, doubt: 0, lastError: null },
  });
  const isChanged = (record: MailboxRecord) =>
    (given.changed?.includes(record.path) ?? false) && given.then?.includes(record) !== true;
  const reads = [given.stored, given.then ?? given.stored];
  const mail = {
    ...noMail,
    mailboxes: async () => reads.shift() ?? [],
    addMailbox: (mailbox: NewMailbox) => write(`add ${mailbox.path} at ${mailbox.firstSeenAt}`, made(mailbox)),
    replaceMailbox: (old: MailboxRecord, mailbox: NewMailbox) =>
      write(`replace ${old.path} of ${old.generation}`, made(mailbox)),
    renameMailbox: (record: MailboxRecord, path: string, fields: ListingFields) =>
      write(`rename ${record.path} to ${path}`, isChanged(record) ? null : { ...record, ...fields, path }),
    async noteListing(record: MailboxRecord, fields: ListingFields) {
      noted.push(fields);
      await write(`note ${record.path} missing since ${fields.missingSince}`, null);
    },
    putMailbox: (record: MailboxRecord) =>
      write(`hide ${record.path} ${record.sync} ${record.lock}`, isChanged(record) ? null : record),
  };
  const session = bareSession({
    nameFor: (path) => `wire ${path}`,
    async listMailboxes(asked) {
      options.push(asked);
      if (given.endsAt === 0) ended.abort();
      return { mailboxes: given.list ?? [], fault: given.fault ?? null };
    },
    ...given.session,
  });
  const context = bareContext({ mail, session: async () => session, signal: ended.signal });
  const run = () => discover(context, { ...PERSONAL, ...given.scope });
  return { run, writes, noted, options, mostAtOnce: () => mostAtOnce };
}

describe('a list of folders', () => {
  it('is requested once, with states, and nothing is written if nothing is new', async () => {
    const { run, writes, options } = lists({ stored: [synced('B'), synced('A')], list: [listed('A'), listed('B')] });
    const { mailboxes, removed, fault, plan } = await run();
    expect(mailboxes.map(({ record, listed: { name } }) => [record.path, record.key, name])).toEqual([
      ['A', synced('A').key, 'A'],
      ['B', synced('B').key, 'B'],
    ]);
    expect([writes, removed, fault, options]).toEqual([[], [], null, [{ statuses: true }]]);
    expect(plan.present).toHaveLength(2);
  });

  it.each([
    ['name', { name: 'a' }],
    ['delimiter', { delimiter: '.' }],
    ['namespace', { namespace: 'shared' as const }],
    ['selectable', { selectable: false }],
    ['specialUse', { specialUse: '\\Sent' }],
  ])('that shows a change of a folder updates its record: %s', async (_, change) => {
    const stored = synced('A', {}, { ...('name' in change ? { name: null } : {}) });
    const { run, noted } = lists({
      ...{ stored: [stored], list: [listed('A', change)] },
      scope: { namespaces: ['personal', 'shared'] },
    });
    const { mailboxes } = await run();
    expect(noted).toMatchObject([change]);
    expect(mailboxes).toMatchObject([{ record: { key: synced('A').key, ...change } }]);
  });

  it('shows a folder again that was missing', async () => {
    const { run, noted } = lists({ stored: [synced('A', {}, { missingSince: ago(5) })], list: [listed('A')] });
    expect(await run()).toMatchObject({ mailboxes: [{ record: { missingSince: null } }] });
    expect(noted).toMatchObject([{ missingSince: null }]);
  });

  it.each([
    [true, SAME, SAME],
    [true, null, { ...SAME, messages: 1 }],
    [false, SAME, { ...SAME, messages: 1 }],
  ])('has its states stored if they are requested (%s)', async (statuses, status, expected) => {
    const before = { ...SAME, messages: 1 };
    const stored = [synced('A', {}, { status: before })];
    const { run, noted } = lists({ stored, list: [listed('A', { status })], scope: { statuses } });
    expect(await run()).toMatchObject({ mailboxes: [{ record: { status: expected } }] });
    expect(noted).toMatchObject(expected === SAME ? [{ status: SAME }] : []);
  });

  it.each([
    ['of a newer connection of the credential', [synced('A', {}, { generation: 4 })], undefined, 'credential_changed'],
    ['that arrives after the end of the attempt', [], 0, 'deadline_exceeded'],
  ])('%s changes nothing', async (_, stored, endsAt, code) => {
    const { run, writes } = lists({ stored: [...stored, synced('B')], list: [], endsAt });
    await expect(run()).rejects.toMatchObject({ failure: { code } });
    expect(writes).toEqual([]);
  });
});

describe('a folder that is new in the list', () => {
  it('gets a record at its position in the list, first seen now', async () => {
    const { run, writes } = lists({ stored: [synced('B')], list: [listed('A'), listed('B'), listed('C')] });
    const { mailboxes } = await run();
    expect(mailboxes.map(({ record: { key } }) => key)).toEqual(['new A', synced('B').key, 'new C']);
    expect(writes).toEqual([`add A at ${AT}`, `add C at ${AT}`]);
  });

  it('is stored together with at most nine others, and not after the end of the attempt', async () => {
    const list = Array.from({ length: 25 }, (_, n) => listed(`F${n}`));
    const all = lists({ list });
    expect((await all.run()).mailboxes.map(({ record }) => record.path)).toEqual(list.map(({ path }) => path));
    expect([all.writes.length, all.mostAtOnce()]).toEqual([25, 10]);
    const over = lists({ list, endsAt: 4 });
    await expect(over.run()).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(over.writes).toHaveLength(10);
  });

  it('gets another path if its path is taken', async () => {
    const { run } = lists({ stored: [synced('A')], list: [listed('A'), listed('A', { name: 'a*' })] });
    const { mailboxes } = await run();
    expect(mailboxes.map(({ record: { path } }) => path)).toEqual(['A', 'a*']);
  });

  it('replaces the record of an earlier generation at its path; the other records of that generation are removed', async () => {
    const former = (path: string) => synced(path, {}, { generation: 2, lock: { by: 'job_2', until: NOW } });
    const { run, writes } = lists({ stored: [former('A'), former('B')], list: [listed('A')] });
    const { mailboxes, removed, plan } = await run();
    expect(writes).toEqual(['replace A of 2', 'hide B null null']);
    expect(mailboxes).toMatchObject([{ record: { key: 'new A', former: [former('A').key], generation: 3 } }]);
    expect(removed).toMatchObject([{ path: 'B' }]);
    expect(plan.removed).toMatchObject([{ path: 'B', generation: 2 }]);
  });
});

describe('a folder that is no longer in the list', () => {
  it('is missing from now on; after a day it is hidden and its rows are removed', async () => {
    const long = synced('B', {}, { missingSince: ago(DAY + 1), lock: { by: 'job_2', until: NOW } });
    const { run, writes } = lists({
      stored: [synced('A'), long, synced('C', {}, { missingSince: ago(DAY - 1) })],
      list: [listed('INBOX')],
    });
    const { removed, plan, mailboxes } = await run();
    expect(writes).toEqual([`add INBOX at ${AT}`, `note A missing since ${AT}`, 'hide B null null']);
    expect([removed, plan.removed]).toMatchObject([[{ path: 'B' }], [{ path: 'B' }]]);
    expect(mailboxes.map(({ record }) => record.path)).toEqual(['INBOX']);
  });

  it('is not removed if another writer has changed it meanwhile', async () => {
    const { run } = lists({ stored: [synced('B', {}, { missingSince: ago(DAY + 1) })], changed: ['B'] });
    expect((await run()).removed).toEqual([]);
  });

  it('may still exist if the list is damaged: nothing is marked missing, removed or renamed', async () => {
    const stored = [
      synced('A', {}, { status: SAME, delimiter: '.' }),
      synced('B', {}, { missingSince: ago(DAY + 1) }),
      synced('C', {}, { name: null }),
    ];
    const { run, writes } = lists({ stored, list: [listed('D', { status: SAME })], fault: DAMAGED });
    const { mailboxes, fault } = await run();
    expect([fault, writes]).toEqual([DAMAGED, [`add D at ${AT}`]]);
    expect(mailboxes.map(({ record: { path }, listed: { name, delimiter } }) => [path, name, delimiter])).toEqual([
      ['D', 'D', '/'],
      ['A', 'A', '.'],
      ['C', 'wire C', '/'],
    ]);
  });
});

describe('a folder under another name', () => {
  const status = { ...SAME, highestModseq: '12' };
  const stored = [synced('A', {}, { status })];
  const list = [listed('B', { status, delimiter: '.' })];

  it('keeps its record if its numbers prove that it is the same', async () => {
    const { run, writes } = lists({ stored, list });
    const { mailboxes, plan } = await run();
    expect(writes).toEqual(['rename A to B']);
    expect(mailboxes).toMatchObject([
      { record: { path: 'B', name: 'B', key: synced('A').key, delimiter: '.', missingSince: null } },
    ]);
    expect([plan.renamed.length, plan.added, plan.missing]).toEqual([1, [], []]);
  });

  it('is renamed with the values of another write that came in between', async () => {
    const then = [synced('A', {}, { status, version: 2, mailboxId: 'm1' })];
    const { run, writes } = lists({ stored, list, changed: ['A'], then });
    const { mailboxes } = await run();
    expect(writes).toEqual(['rename A to B', 'rename A to B']);
    expect(mailboxes).toMatchObject([{ record: { path: 'B', key: synced('A').key, mailboxId: 'm1' } }]);
  });

  it('keeps the changes of another sync that came in between', async () => {
    const then = [synced('B', {}, { status, version: 2, key: synced('A').key })];
    const { run, writes } = lists({ stored, list, changed: ['A'], then });
    const { mailboxes } = await run();
    expect([writes, mailboxes.map(({ record }) => record)]).toEqual([['rename A to B'], then]);
  });

  it.each([
    ['keeps changing', undefined, ['rename A to B']],
    ['is gone meanwhile', [], []],
  ])('is new if the record %s', async (_, then, again) => {
    const { run, writes } = lists({ stored, list, changed: ['A'], ...(then === undefined ? {} : { then }) });
    const { mailboxes } = await run();
    expect(writes).toEqual(['rename A to B', ...again, `add B at ${AT}`]);
    expect(mailboxes).toMatchObject([{ record: { key: 'new B' } }]);
  });

  it('may keep the path that it gives up, and gets no path of another folder', async () => {
    const twins = [synced('R&D', {}, { name: 'One', status })];
    const same = lists({ stored: twins, list: [listed('R&D', { name: 'Two', status })] });
    await same.run();
    expect(same.writes).toEqual(['rename R&D to R&D']);
    const taken = lists({ stored: [...stored, synced('C')], list: [listed('C', { name: 'c*', status }), listed('C')] });
    await taken.run();
    expect(taken.writes).toEqual(['rename A to c*']);
    const twice = lists({ stored, list: [listed('C', { name: 'c*', status }), listed('C', { status: SAME })] });
    await twice.run();
    expect(twice.writes).toEqual(['rename A to C', `add C (C) at ${AT}`]);
  });

  it('is opened if the numbers alone prove nothing', async () => {
    const asked: string[] = [];
    const select: MailboxSession['select'] = async (name) => {
      asked.push(name);
      return selectedAs(name, { mailboxId: 'M1' });
    };
    const { run, writes } = lists({
      stored: [synced('A', null, { status, mailboxId: 'M1' })],
      list: [listed('B', { status: { ...status, highestModseq: '13' } })],
      session: { select },
    });
    await run();
    expect([asked, writes]).toEqual([['B'], ['rename A to B']]);
  });

  it('gets a STATUS if the list has no state', async () => {
    const { run, writes } = lists({ stored, list: [listed('B')], session: { status: async () => status } });
    await run();
    expect(writes).toEqual(['rename A to B']);
  });
});

describe('the scope of a list', () => {
  const shared = (path: string) => synced(path, {}, { namespace: 'shared' });
  const theirs = (path: string) => listed(path, { namespace: 'shared' });

  it('excludes other namespaces, listed or not', async () => {
    const { run, writes } = lists({ stored: [shared('S1'), synced('A')], list: [listed('A'), theirs('S2')] });
    const { mailboxes } = await run();
    expect([writes, mailboxes.map(({ record }) => record.path)]).toEqual([[], ['A']]);
  });

  it('includes the folder with the requested path in any namespace', async () => {
    const scope = { folder: 'S1' };
    const seen = lists({ stored: [shared('S1')], list: [theirs('S1'), theirs('S2')], scope });
    expect((await seen.run()).mailboxes).toMatchObject([{ record: { key: synced('S1').key } }]);
    const missing = lists({ stored: [shared('S1'), shared('S2')], list: [theirs('S2')], scope });
    await missing.run();
    expect([seen.writes, missing.writes]).toEqual([[], [`note S1 missing since ${AT}`]]);
  });

  it('includes the folder that is stored under the requested path, even if it is listed under another one', async () => {
    const stored = [shared('X'), synced('R&D', {}, { name: 'One', namespace: 'shared' })];
    const list = [theirs('X'), listed('Else', { name: 'One', namespace: 'shared' })];
    const { run, writes } = lists({ stored, list, scope: { folder: 'R&D' } });
    const { mailboxes } = await run();
    expect([writes, mailboxes.map(({ record }) => record.key)]).toEqual([[], [synced('R&D').key]]);
  });

  it('includes the stored folder of a listed name, whatever its namespace was before', async () => {
    const { run, writes, noted } = lists({ stored: [shared('A')], list: [listed('A')] });
    await run();
    expect(writes).toEqual(['note A missing since null']);
    expect(noted).toMatchObject([{ namespace: 'personal' }]);
  });
});
