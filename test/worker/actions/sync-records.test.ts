/** Records of folders: the paths that they get, how they are made and erased, and in which order they are visited. */
import { describe, expect, it } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { NewMailbox } from '../../../functions/ports/mail-store.ts';
import type { ListedMailbox } from '../../../functions/ports/mailbox.ts';
import { addMailbox } from '../../../functions/worker/actions/sync/add-mailbox.ts';
import { fromRecord } from '../../../functions/worker/actions/sync/discover.ts';
import {
  countChanged,
  effectsOf,
  inOrder,
  isSyncedBefore,
} from '../../../functions/worker/actions/sync/each-folder.ts';
import { eraseRemoved } from '../../../functions/worker/actions/sync/erase-removed.ts';
import { pathsFor } from '../../../functions/worker/actions/sync/free-paths.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, NOW } from './bare-context.ts';

const AT = new Date(NOW).toISOString();
const all = { folder: null, full: false };
const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
const listed = (path: string, name = path): ListedMailbox => ({
  ...{ name, path, delimiter: '/', namespace: 'personal', selectable: true, hasChildren: null },
  ...{ specialUse: '\\Sent', status: null },
});

describe('the paths of folders', () => {
  it('are those that LIST shows, unless one has it already', () => {
    const paths = pathsFor([record('A')], [listed('A'), listed('B')]);
    expect(paths.give(listed('B'))).toBe('B');
    expect(paths.give(listed('A', 'a*'))).not.toBe('A');
  });

  it('are given once', () => {
    const paths = pathsFor([], [listed('A'), listed('A', 'a*')]);
    const [first, second] = [paths.give(listed('A')), paths.give(listed('A', 'a*'))];
    expect(first).toBe('A');
    expect(second).not.toBe('A');
  });

  it('are kept by who has them, and are others’ no more once somebody else took them', () => {
    const paths = pathsFor([record('A')], []);
    expect(paths.give(listed('A'), 'A')).toBe('A');
    const others = pathsFor([], []);
    others.take('A');
    expect(others.give(listed('A'))).not.toBe('A');
  });

  it('that are made up are never those of another listed folder', () => {
    const first = pathsFor([record('A')], []).give(listed('A', 'a*'));
    expect(pathsFor([record('A')], [listed(first)]).give(listed('A', 'a*'))).not.toBe(first);
  });
});

it('a folder that the list does not show is the one that was stored, by its name or the regular spelling', () => {
  const session = bareSession({ nameFor: (path) => `wire ${path}` });
  const stored = record('A', { delimiter: '.', namespace: 'shared', selectable: false, specialUse: '\\Junk' });
  const shown = { path: 'A', delimiter: '.', namespace: 'shared', selectable: false, specialUse: '\\Junk' };
  expect(fromRecord(stored, session)).toEqual({
    record: stored,
    listed: { ...shown, name: 'A', hasChildren: null, status: null },
  });
  expect(fromRecord({ ...stored, name: null }, session).listed.name).toBe('wire A');
});

describe('a folder that no sync has seen', () => {
  type Store = { readonly added?: MailboxRecord[]; readonly replaced?: (MailboxRecord | null)[] };
  function store({ added = [], replaced = [] }: Store) {
    const calls: string[] = [];
    const made: NewMailbox[] = [];
    const note = (call: string, mailbox: NewMailbox, answer: MailboxRecord | undefined): MailboxRecord => {
      calls.push(call);
      made.push(mailbox);
      return answer ?? { ...mailbox, key: 'f'.repeat(16), version: 1, doubt: 0, lastError: null };
    };
    const mail = {
      ...noMail,
      addMailbox: async (mailbox: NewMailbox) => note(`add ${mailbox.path}`, mailbox, added.shift()),
      replaceMailbox: async (old: MailboxRecord, mailbox: NewMailbox) => {
        const answer = replaced.shift();
        const here = note(`replace ${old.key}`, mailbox, answer ?? undefined);
        return answer === null ? null : here;
      },
    };
    const add = (name: string, former: readonly MailboxRecord[] = []) =>
      addMailbox(bareContext({ mail }), listed('A', name), {
        at: AT,
        former: new Map(former.map((each) => [each.path, each])),
        paths: pathsFor([], []),
      });
    return { add, calls, made };
  }

  it('gets a record of this generation, with nothing synced', async () => {
    const { add, calls, made } = store({});
    expect(await add('A')).toMatchObject({ path: 'A', name: 'A', version: 1 });
    expect(calls).toEqual(['add A']);
    expect(made).toEqual([
      {
        ...{ accountId: 'acc_one', credentialId: 'pc_1', path: 'A', name: 'A', delimiter: '/', namespace: 'personal' },
        ...{ selectable: true, specialUse: '\\Sent', mailboxId: null, generation: 3, former: [], status: null },
        ...{ syncLevel: 'basic', firstSeenAt: AT, missingSince: null, sync: null, lock: null },
      },
    ]);
  });

  it('takes the place of one of an earlier generation, and remembers all that were there', async () => {
    const old = record('A', { generation: 2, former: ['e'.repeat(16)] });
    const { add, calls, made } = store({});
    await add('A', [old]);
    expect(calls).toEqual([`replace ${old.key}`]);
    expect(made[0]?.former).toEqual(['e'.repeat(16), old.key]);
  });

  it('takes the place of what an earlier generation has made of it meanwhile', async () => {
    const old = record('A', { generation: 2 });
    const changed = { ...old, key: 'd'.repeat(16), version: 9 };
    const { add, calls, made } = store({ replaced: [null], added: [changed] });
    await add('A', [old]);
    expect(calls).toEqual([`replace ${old.key}`, 'add A', `replace ${changed.key}`]);
    expect(made.at(-1)?.former).toEqual([changed.key]);
  });

  it.each([
    ['by another run', record('A')],
    ['by one from before names were stored', record('A', { name: null })],
  ])('is the one that was added %s', async (_, there) => {
    const { add, calls } = store({ added: [there] });
    expect(await add('A')).toBe(there);
    expect(calls).toEqual(['add A']);
  });

  it('gets another path where another run has given its path to a folder that spells alike', async () => {
    const { add, calls } = store({ added: [record('A', { name: 'other' })] });
    const added = await add('a*');
    expect(calls[0]).toBe('add A');
    expect(added.path).not.toBe('A');
    expect(calls[1]).toBe(`add ${added.path}`);
  });

  it('is given up after three tries, where others hold on to its place', async () => {
    const old = record('A', { generation: 2 });
    const { add, calls } = store({ replaced: [null, null, null], added: [old, old, old] });
    await expect(add('A', [old])).rejects.toMatchObject({ failure: { code: 'mailbox_in_use' } });
    expect(calls).toHaveLength(6);
  });
});

describe('what has no place any more', () => {
  /** Messages of these keys are gone after so many calls. */
  function store(
    pages: Readonly<Record<string, number>>,
    records: readonly MailboxRecord[],
    remaining: readonly number[],
  ) {
    const calls: string[] = [];
    const left = new Map(Object.entries(pages));
    const time = [...remaining];
    const mail = {
      ...noMail,
      async eraseMessages(key: string) {
        calls.push(`erase ${key}`);
        const pagesLeft = (left.get(key) ?? 1) - 1;
        left.set(key, pagesLeft);
        return pagesLeft <= 0;
      },
      async removeMailbox({ path }: MailboxRecord) {
        calls.push(`remove ${path}`);
        return true;
      },
      mailboxes: async () => records,
      async putMailbox(next: MailboxRecord) {
        calls.push(`put ${next.path} ${next.former.length}`);
        return next;
      },
    };
    const context = bareContext({ mail, remainingMs: () => time.shift() ?? 0 });
    const erase = (removed: readonly MailboxRecord[], present: readonly MailboxRecord[] = records) =>
      eraseRemoved(context, {
        plan: { present: [], added: [], missing: [], removed, renamed: [], unshown: [] },
        ...{ removed, fault: null },
        mailboxes: present.map((each) => ({ record: each, listed: listed(each.path) })),
      });
    return { erase, calls };
  }

  it('is erased with all that was there before it, its record last', async () => {
    const { erase, calls } = store({ K: 2 }, [], [8_000]);
    expect(await erase([record('A', { key: 'K', former: ['F'] }), record('B', { key: 'L' })])).toBe(true);
    expect(calls).toEqual(['erase F', 'erase K', 'erase K', 'remove A', 'erase L', 'remove B']);
  });

  it('keeps its record when time is up before its rows are gone', async () => {
    const { erase, calls } = store({ K: 2 }, [], [7_999]);
    expect(await erase([record('A', { key: 'K' })])).toBe(false);
    expect(calls).toEqual(['erase K']);
  });

  it('is also what folders of earlier generations had in the place of present ones', async () => {
    const present = [record('A'), record('B', { former: ['F', 'G'] })];
    const { erase, calls } = store({}, present, []);
    expect(await erase([])).toBe(true);
    expect(calls).toEqual(['erase F', 'erase G', 'put B 0']);
    const late = store({ F: 2 }, present, [7_999]);
    expect(await late.erase([])).toBe(false);
    expect(late.calls).toEqual(['erase F']);
  });

  it('is nothing where no folder had another in its place: the records are not even read', async () => {
    const { erase, calls } = store({}, [record('B', { former: ['F'] })], []);
    expect(await erase([], [record('A')])).toBe(true);
    expect(calls).toEqual([]);
  });
});

describe('folder after folder', () => {
  const run = (checkpoint: unknown = null) => startRun(all, bareContext({ checkpoint }));
  const folders = (...records: readonly MailboxRecord[]) =>
    records.map((each) => ({ record: each, listed: listed(each.path) }));
  const error = (minutes: number) => ({
    ...({ code: 'command_failed', detail: 'x', since: AT, tries: 1 } as const),
    at: new Date(NOW + minutes * 60_000).toISOString(),
  });

  it('INBOX is first, those that were in error before are last, and the rest by name', () => {
    const given = folders(
      record('A', { lastError: error(-1) }),
      ...[record('C'), record('B', { lastError: error(1) }), record('INBOX')],
    );
    expect(inOrder(run(), given).map(({ record: { path } }) => path)).toEqual(['INBOX', 'B', 'C', 'A']);
    expect(given.map(({ record: { path } }) => path)).toEqual(['A', 'C', 'B', 'INBOX']);
  });

  it('those behind which the attempt began come after the others', () => {
    const { counts, ...rest } = run();
    const from = { late: false, name: 'B', key: record('B').key };
    const given = folders(...['A', 'B', 'C', 'INBOX'].map((path) => record(path)));
    const paths = inOrder({ ...rest, counts: { ...counts, from } }, given).map(({ record: { path } }) => path);
    expect(paths).toEqual(['INBOX', 'C', 'A', 'B']);
  });

  it('one counts as changed once, over all parts that work on it', () => {
    const made = run();
    const { counts } = made;
    const part = (effects: number, done: boolean, path = 'A') => {
      const before = effectsOf(made);
      counts.added += effects;
      countChanged(made, record(path), { before, done });
      return [counts.changed, counts.current];
    };
    const key = record('A').key;
    expect(part(0, false)).toEqual([0, null]);
    expect(part(1, false)).toEqual([1, key]);
    expect(part(1, false)).toEqual([1, key]);
    expect(part(1, true)).toEqual([1, null]);
    expect(part(1, true, 'B')).toEqual([2, null]);
    expect(part(0, true, 'C')).toEqual([2, null]);
  });

  it.each(['added', 'updated', 'removed', 'unreadable', 'resets'] as const)(
    'one that has %s messages has changed',
    (what) => {
      const made = run();
      made.counts[what] += 2;
      expect(effectsOf(made)).toBe(2);
    },
  );

  it.each([
    ['when it was synced since the attempt began', 0, true, true],
    ['not when that was before', -1, true, false],
    ['not in the first part of an attempt', 0, false, false],
    ['not when it never was', null, true, false],
  ])('one is done with %s', (_, syncedAfter, isLater, expected) => {
    const { sync } = record('A');
    if (sync === null) throw new Error('not synced');
    const syncedAt = syncedAfter === null ? null : new Date(NOW + syncedAfter).toISOString();
    const made = run(isLater ? run().counts : null);
    expect(isSyncedBefore(made, record('A', { sync: { ...sync, syncedAt } }))).toBe(expected);
    expect(isSyncedBefore(made, record('A', { sync: null }))).toBe(false);
  });
});
