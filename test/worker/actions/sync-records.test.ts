/** Records of folders: their paths, how they are created and erased, and their order. */
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
  it('are the listed ones, unless they are taken', () => {
    const paths = pathsFor([record('A')], [listed('A'), listed('B')]);
    expect(paths.give(listed('B'))).toBe('B');
    expect(paths.give(listed('A', 'a*'))).not.toBe('A');
  });

  it('are given only once', () => {
    const paths = pathsFor([], [listed('A'), listed('A', 'a*')]);
    const [first, second] = [paths.give(listed('A')), paths.give(listed('A', 'a*'))];
    expect(first).toBe('A');
    expect(second).not.toBe('A');
  });

  it('are kept by the folder that has them', () => {
    expect(pathsFor([record('A')], []).give(listed('A'), 'A')).toBe('A');
  });

  it('that are made up never equal those of another listed folder', () => {
    const first = pathsFor([record('A')], []).give(listed('A', 'a*'));
    expect(pathsFor([record('A')], [listed(first)]).give(listed('A', 'a*'))).not.toBe(first);
  });
});

it('a folder that the list does not show is the stored one, by its name or the regular spelling', () => {
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

  it('gets a record of this generation, without sync state', async () => {
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

  it('replaces a record of an earlier generation, and stores the keys of all previous ones', async () => {
    const old = record('A', { generation: 2, former: ['e'.repeat(16)] });
    const { add, calls, made } = store({});
    await add('A', [old]);
    expect(calls).toEqual([`replace ${old.key}`]);
    expect(made[0]?.former).toEqual(['e'.repeat(16), old.key]);
  });

  it('replaces the record that an earlier generation has changed meanwhile', async () => {
    const old = record('A', { generation: 2 });
    const changed = { ...old, key: 'd'.repeat(16), version: 9 };
    const { add, calls, made } = store({ replaced: [null], added: [changed] });
    await add('A', [old]);
    expect(calls).toEqual([`replace ${old.key}`, 'add A', `replace ${changed.key}`]);
    expect(made.at(-1)?.former).toEqual([changed.key]);
  });

  it.each([
    ['by another run', record('A')],
    ['by an earlier release, before names were stored', record('A', { name: null })],
  ])('is the one that was added %s', async (_, there) => {
    const { add, calls } = store({ added: [there] });
    expect(await add('A')).toBe(there);
    expect(calls).toEqual(['add A']);
  });

  it('gets another path if another run has given its path to a folder with a similar spelling', async () => {
    const { add, calls } = store({ added: [record('A', { name: 'other' })] });
    const added = await add('a*');
    expect(calls[0]).toBe('add A');
    expect(added.path).not.toBe('A');
    expect(calls[1]).toBe(`add ${added.path}`);
  });

  it('fails after three tries if its path stays in conflict', async () => {
    const old = record('A', { generation: 2 });
    const { add, calls } = store({ replaced: [null, null, null], added: [old, old, old] });
    await expect(add('A', [old])).rejects.toMatchObject({ failure: { code: 'mailbox_in_use' } });
    expect(calls).toHaveLength(6);
  });
});

describe('obsolete records', () => {
  /** Messages of these keys are erased after this many calls. */
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

  it('are erased with all previous keys, the record last', async () => {
    const { erase, calls } = store({ K: 2 }, [], [8_000]);
    expect(await erase([record('A', { key: 'K', former: ['F'] }), record('B', { key: 'L' })])).toBe(true);
    expect(calls).toEqual(['erase F', 'erase K', 'erase K', 'remove A', 'erase L', 'remove B']);
  });

  it('are kept when time is over before their rows are erased', async () => {
    const { erase, calls } = store({ K: 2 }, [], [7_999]);
    expect(await erase([record('A', { key: 'K' })])).toBe(false);
    expect(calls).toEqual(['erase K']);
  });

  it('include previous keys of present folders', async () => {
    const present = [record('A'), record('B', { former: ['F', 'G'] })];
    const { erase, calls } = store({}, present, []);
    expect(await erase([])).toBe(true);
    expect(calls).toEqual(['erase F', 'erase G', 'put B 0']);
    const late = store({ F: 2 }, present, [7_999]);
    expect(await late.erase([])).toBe(false);
    expect(late.calls).toEqual(['erase F']);
  });

  it('are not even read if no folder has previous keys', async () => {
    const { erase, calls } = store({}, [record('B', { former: ['F'] })], []);
    expect(await erase([], [record('A')])).toBe(true);
    expect(calls).toEqual([]);
  });
});

describe('the order and the counts of folders', () => {
  const run = (checkpoint: unknown = null) => startRun(all, bareContext({ checkpoint }));
  const folders = (...records: readonly MailboxRecord[]) =>
    records.map((each) => ({ record: each, listed: listed(each.path) }));
  const error = (minutes: number) => ({
    ...({ code: 'command_failed', detail: 'x', since: AT, tries: 1 } as const),
    at: new Date(NOW + minutes * 60_000).toISOString(),
  });

  it('are INBOX first, folders in error before the attempt last, and the rest by name', () => {
    const given = folders(
      record('A', { lastError: error(-1) }),
      ...[record('C'), record('B', { lastError: error(1) }), record('INBOX')],
    );
    expect(inOrder(run(), given).map(({ record: { path } }) => path)).toEqual(['INBOX', 'B', 'C', 'A']);
    expect(given.map(({ record: { path } }) => path)).toEqual(['A', 'C', 'B', 'INBOX']);
  });

  it('put the folders up to the start of the attempt after the others', () => {
    const { counts, ...rest } = run();
    const from = { late: false, name: 'B', key: record('B').key };
    const given = folders(...['A', 'B', 'C', 'INBOX'].map((path) => record(path)));
    const paths = inOrder({ ...rest, counts: { ...counts, from } }, given).map(({ record: { path } }) => path);
    expect(paths).toEqual(['INBOX', 'C', 'A', 'B']);
  });

  it('count a changed folder once, over all runs that work on it', () => {
    const made = run();
    const { counts } = made;
    const continuation = (effects: number, done: boolean, path = 'A') => {
      const before = effectsOf(made);
      counts.added += effects;
      countChanged(made, record(path), { before, done });
      return [counts.changed, counts.current];
    };
    const key = record('A').key;
    expect(continuation(0, false)).toEqual([0, null]);
    expect(continuation(1, false)).toEqual([1, key]);
    expect(continuation(1, false)).toEqual([1, key]);
    expect(continuation(1, true)).toEqual([1, null]);
    expect(continuation(1, true, 'B')).toEqual([2, null]);
    expect(continuation(0, true, 'C')).toEqual([2, null]);
  });

  it.each(['added', 'updated', 'removed', 'unreadable', 'resets'] as const)(
    'count a folder with %s messages as changed',
    (what) => {
      const made = run();
      made.counts[what] += 2;
      expect(effectsOf(made)).toBe(2);
    },
  );

  it.each([
    ['when it was synced since the attempt began', 0, true, true],
    ['not when it was synced before the attempt began', -1, true, false],
    ['not in the first continuation of an attempt', 0, false, false],
    ['not when it was never synced', null, true, false],
  ])('skip a folder %s', (_, syncedAfter, isLater, expected) => {
    const { sync } = record('A');
    if (sync === null) throw new Error('not synced');
    const syncedAt = syncedAfter === null ? null : new Date(NOW + syncedAfter).toISOString();
    const made = run(isLater ? run().counts : null);
    expect(isSyncedBefore(made, record('A', { sync: { ...sync, syncedAt } }))).toBe(expected);
    expect(isSyncedBefore(made, record('A', { sync: null }))).toBe(false);
  });
});
