/** States of folders asked for one by one, and the lock of the folder that is worked in. */
import { describe, expect, it } from 'vitest';
import type { ListingFields, MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { folderPlaceOf } from '../../../functions/domain/sync/folder-order.ts';
import type { ListedMailbox, MailboxStatus, SelectedMailbox } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { MailboxLost, openMailbox } from '../../../functions/worker/actions/sync/mailbox-work.ts';
import { recordsOf } from '../../../functions/worker/actions/sync/message-records.ts';
import { readStates } from '../../../functions/worker/actions/sync/read-states.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, NOW, selectedAs } from './bare-context.ts';

const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
const state = (messages: number): MailboxStatus => ({ uidValidity: 7, uidNext: 9, messages, highestModseq: null });
const placeOf = (path: string) => folderPlaceOf(record(path), 0);

describe('states that are asked for one by one', () => {
  type Given = {
    readonly says?: (name: string) => MailboxStatus | Error;
    readonly listStatus?: boolean;
    readonly remaining?: readonly number[];
    readonly passed?: string;
    readonly from?: string;
    readonly folders?: readonly {
      readonly path: string;
      readonly selectable?: boolean;
      readonly status?: MailboxStatus;
    }[];
    readonly stored?: MailboxStatus | null;
    readonly signal?: AbortSignal;
  };
  const ABC = ['A', 'B', 'C', 'INBOX'].map((path) => ({ path }));

  async function read(given: Given) {
    const { says = () => state(5), listStatus = false, folders = ABC, stored = null } = given;
    const asked: string[] = [];
    const noted: [string, ListingFields['status']][] = [];
    const brokeOff: unknown[] = [];
    const session = bareSession({
      features: { ...bareSession().features, listStatus },
      async status(name) {
        asked.push(name);
        const answer = says(name);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });
    const time = [...(given.remaining ?? [])];
    const context = bareContext({
      ...(given.signal === undefined ? {} : { signal: given.signal }),
      session: async () => session,
      remainingMs: () => time.shift() ?? 60_000,
      mail: {
        ...noMail,
        noteListing: async ({ path }, { status }) => void noted.push([path, status]),
        noteBreakOff: async (_, round, place) => void brokeOff.push([round, place]),
      },
    });
    const mailboxes = folders.map(({ path, ...rest }) => {
      const listed: ListedMailbox = {
        ...{ name: path, path, delimiter: '/', namespace: 'personal', selectable: true, hasChildren: null },
        ...{ specialUse: null, status: null },
        ...rest,
      };
      return { record: record(path, { status: stored }), listed };
    });
    const at = (path: string | undefined) => (path === undefined ? null : placeOf(path));
    const done = readStates(context, mailboxes, { passed: at(given.passed), from: at(given.from) });
    const outcome = await done.catch((error: unknown) => error);
    return { outcome, asked, noted, brokeOff };
  }

  it('are stored where they differ from what is stored, INBOX first', async () => {
    const { outcome, asked, noted, brokeOff } = await read({
      says: (name) => state(name === 'B' ? 6 : 5),
      stored: state(5),
    });
    expect(asked).toEqual(['INBOX', 'A', 'B', 'C']);
    expect(noted).toEqual([['B', state(6)]]);
    expect([outcome, brokeOff]).toEqual([{ done: true, passed: placeOf('C') }, []]);
  });

  it('are not asked for where LIST has them, nor of what cannot be selected', async () => {
    expect(await read({ listStatus: true, passed: 'A' })).toMatchObject({
      ...{ asked: [], outcome: { done: true, passed: placeOf('A') } },
    });
    const folders = [{ path: 'A', selectable: false }, { path: 'B', status: state(7) }, { path: 'C' }];
    const { asked, noted } = await read({ folders });
    expect(asked).toEqual(['C']);
    expect(noted).toEqual([
      ['B', state(7)],
      ['C', state(5)],
    ]);
  });

  it('are read on behind the last one when time was up, and each once', async () => {
    const first = await read({ remaining: [9_000, 9_000, 7_999] });
    expect([first.asked, first.outcome]).toEqual([['INBOX', 'A'], { done: false, passed: placeOf('A') }]);
    const next = await read({ passed: 'A' });
    expect([next.asked, next.outcome]).toEqual([['B', 'C'], { done: true, passed: placeOf('C') }]);
  });

  it('of a round that began behind a folder come to it last, and then no place is kept', async () => {
    const { asked, brokeOff } = await read({ from: 'A' });
    expect(asked).toEqual(['INBOX', 'B', 'C', 'A']);
    expect(brokeOff).toEqual([['mailboxes', null]]);
  });

  it('are left as they are where one folder refuses to tell', async () => {
    const { outcome, noted } = await read({ says: (name) => (name === 'A' ? failed('command_failed') : state(5)) });
    expect(noted.map(([path]) => path)).toEqual(['INBOX', 'B', 'C']);
    expect(outcome).toMatchObject({ done: true });
  });

  it.each([
    ['three folders in a row are refused for the same transient reason', ['A', 'B', 'C'], 'provider_unavailable', 'B'],
    ['the credential is refused', ['B'], 'auth_failed', 'A'],
  ] as const)('are given up when %s, and the next attempt begins behind the last one', async (_, paths, code, last) => {
    const error = failed(code);
    const { outcome, brokeOff } = await read({
      says: (name) => (paths.some((path) => path === name) ? error : state(5)),
    });
    expect(outcome).toBe(error);
    expect(brokeOff).toEqual([['mailboxes', placeOf(last)]]);
  });

  it('are not given up for three refusals with an answer between them', async () => {
    const folders = ['A', 'B', 'C', 'D', 'INBOX'].map((path) => ({ path }));
    const says = (name: string) => (name === 'INBOX' || name === 'B' ? state(5) : failed('provider_unavailable'));
    expect((await read({ says, folders })).outcome).toMatchObject({ done: true });
  });

  it('keep no place where the first of them fails, or the attempt is over', async () => {
    const { brokeOff, outcome } = await read({ says: () => failed('auth_failed') });
    expect([brokeOff, outcome]).toEqual([[], failed('auth_failed')]);
    const ended = new AbortController();
    const says = (name: string) => {
      if (name === 'A') ended.abort();
      return state(5);
    };
    const over = await read({ says, signal: ended.signal });
    expect([over.asked, over.brokeOff]).toEqual([['INBOX', 'A'], []]);
    expect(over.outcome).toMatchObject({ failure: { code: 'deadline_exceeded' } });
  });
});

describe('a folder that is worked in', () => {
  type Given = {
    readonly found?: Partial<MailboxRecord>;
    readonly selects?: (n: number) => SelectedMailbox | Error;
    readonly stores?: (n: number) => boolean;
    readonly context?: Partial<ActionContext>;
  };
  function world({
    found = {},
    selects = () => selectedAs('A'),
    stores = () => true,
    context: given = {},
  }: Given = {}) {
    const puts: MailboxRecord[] = [];
    const selected: string[] = [];
    let doubts = 0;
    const session = bareSession({
      nameFor: (path) => `wire ${path}`,
      async select(name) {
        selected.push(name);
        const answer = selects(selected.length);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });
    const mail = {
      ...noMail,
      async putMailbox(next: MailboxRecord) {
        puts.push(next);
        return stores(puts.length) ? { ...next, version: next.version + 1 } : null;
      },
      async noteDoubt() {
        doubts += 1;
      },
    };
    const context = bareContext({ mail, session: async () => session, ...given });
    const run = startRun({ folder: null, full: false }, context);
    return { run, puts, selected, doubts: () => doubts, open: () => openMailbox(run, record('A', found)) };
  }

  it.each([
    ['another job holds it', { by: 'job_2', until: NOW + 1 }, true],
    ['the lock of another job has run out', { by: 'job_2', until: NOW }, false],
    ['its own job holds it', { by: 'job_1', until: NOW + 1 }, false],
    ['nobody holds it', null, false],
  ])('is left alone only where %s', async (_, lock, isLost) => {
    const { open, selected, puts } = world({ found: { lock } });
    const opened = await open().catch((error: unknown) => error);
    expect(opened instanceof MailboxLost).toBe(isLost);
    expect(selected).toEqual(isLost ? [] : ['A']);
    expect(puts.map((put) => put.lock)).toEqual(isLost ? [] : [{ by: 'job_1', until: NOW + 300_000 }]);
  });

  it('is selected by the regular spelling of its path where its name is not stored', async () => {
    const { open, selected } = world({ found: { name: null } });
    const work = await open();
    await work.reselect();
    expect(selected).toEqual(['wire A', 'wire A']);
  });

  it('is selected once more where the connection is lost, and no third time', async () => {
    const lost = failed('connection_closed');
    const once = world({ selects: (n) => (n === 1 ? lost : selectedAs('A')) });
    await once.open();
    expect(once.selected).toEqual(['A', 'A']);
    const twice = world({ selects: () => lost });
    await expect(twice.open()).rejects.toBe(lost);
    expect(twice.selected).toEqual(['A', 'A']);
    const refused = failed('command_failed');
    const other = world({ selects: () => refused });
    await expect(other.open()).rejects.toBe(refused);
    expect(other.selected).toEqual(['A']);
  });

  it.each([
    [{ modseqs: false }, false, 'basic'],
    [{ modseqs: true }, false, 'condstore'],
    [{ modseqs: true }, true, 'qresync'],
  ] as const)('has the level of what its server has: %j, QRESYNC %s', async (given, qresync, level) => {
    const session = bareSession({
      features: { ...bareSession().features, qresync },
      select: async () => selectedAs('A', { ...given, mailboxId: 'M' }),
    });
    const { open, puts } = world({ context: { session: async () => session } });
    await open();
    expect(puts).toMatchObject([{ syncLevel: level, mailboxId: 'M' }]);
  });

  it.each([
    ['those above the UIDs of the last sync', {}, 7, 100],
    ['none where it was renumbered: all are new', {}, 8, null],
    ['none where it was never synced', { sync: null }, 7, null],
  ])('has as arrived messages %s', async (_, found, uidValidity, arrivedFrom) => {
    const work = await world({ found, selects: () => selectedAs('A', { uidValidity }) }).open();
    expect(work.arrivedFrom).toBe(arrivedFrom);
    expect(work.generation).toEqual({ mailboxKey: record('A').key, uidValidity });
  });

  it('leaves a doubt behind where another run has changed its record', async () => {
    const { open, doubts } = world({ stores: (n) => n < 2 });
    const work = await open();
    expect(doubts()).toBe(0);
    await expect(work.commit(work.state)).rejects.toBeInstanceOf(MailboxLost);
    expect(doubts()).toBe(1);
  });

  it('is lost where it has another UIDVALIDITY when it is selected again', async () => {
    const { open, selected } = world({
      selects: (n) => selectedAs('A', { uidValidity: n === 3 ? 8 : 7, messages: n }),
    });
    const work = await open();
    await work.reselect();
    expect([work.opened.messages, work.selected.messages]).toEqual([1, 2]);
    expect(selected).toEqual(['A', 'A']);
    await expect(work.reselect()).rejects.toBeInstanceOf(MailboxLost);
  });

  it.each([
    [true, new Date(NOW).toISOString(), null],
    [false, '2026-10-01T00:00:00.000Z', 'command_failed'],
  ] as const)('is given back, synced and well when it is finished: %s', async (finished, syncedAt, error) => {
    const { sync } = record('A');
    if (sync === null) throw new Error('not synced');
    const at = '2026-10-01T00:00:00.000Z';
    const lastError = { code: 'command_failed', detail: 'x', since: at, at, tries: 1 } as const;
    const { open, puts, run } = world({ found: { lastError, sync: { ...sync, syncedAt: at } } });
    const work = await open();
    run.progress.advanced = false;
    await work.release(finished);
    expect(puts.at(-1)).toMatchObject({
      ...{ lock: null, version: 2, sync: { syncedAt } },
      status: { uidValidity: 7, uidNext: 2_000, messages: 1_000, highestModseq: '9' },
    });
    expect(puts.at(-1)?.lastError?.code ?? null).toBe(error);
    expect(run.progress.advanced).toBe(finished);
  });

  it('has come further when less is left of it', async () => {
    const { open, run } = world();
    const work = await open();
    run.progress.advanced = false;
    await work.commit({ ...work.state, syncedAt: null });
    expect(run.progress.advanced).toBe(false);
    await work.commit({ ...work.state, known: work.state.known + 1 });
    expect(run.progress.advanced).toBe(true);
  });

  it('is not worked in any more once the job is another worker’s', async () => {
    const ended = new AbortController();
    const { open, puts } = world({ context: { signal: ended.signal } });
    const work = await open();
    ended.abort();
    await expect(work.commit(work.state)).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    await expect(work.reselect()).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(puts).toHaveLength(1);
  });

  it('stores of each message what was read, and of an unreadable one that it is there', async () => {
    const work = await world().open();
    const { accountId, credentialId, mailboxKey, uidValidity, unreadable, storedAt, ...row } = storedMessage(
      work.record,
      4,
    );
    const place = { accountId: 'acc_one', credentialId: 'pc_1', mailboxKey: work.record.key, uidValidity: 7 };
    const stored = { ...place, storedAt: new Date(NOW).toISOString() };
    expect([accountId, credentialId, mailboxKey, uidValidity, unreadable, storedAt !== '']).toEqual([
      ...['acc_one', 'pc_1', work.record.key, 7, false, true],
    ]);
    expect(recordsOf(work, { rows: [row], bad: new Set([9]) })).toEqual([
      { ...row, ...stored, unreadable: false },
      expect.objectContaining({ ...stored, uid: 9, unreadable: true, subject: null, flags: [] }),
    ]);
  });
});
