/** The folder that a sync works on: its lock, its selection and its stored record. */
import { describe, expect, it } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { SelectedMailbox } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { MailboxLost, openMailbox } from '../../../functions/worker/actions/sync/mailbox-work.ts';
import { recordsOf } from '../../../functions/worker/actions/sync/message-records.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, NOW, selectedAs } from './bare-context.ts';

const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
describe('the folder of a sync', () => {
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
    ['the lock of another job has expired', { by: 'job_2', until: NOW }, false],
    ['its own job holds it', { by: 'job_1', until: NOW + 1 }, false],
    ['no job holds it', null, false],
  ])('is skipped only if %s', async (_, lock, isLost) => {
    const { open, selected, puts } = world({ found: { lock } });
    const opened = await open().catch((error: unknown) => error);
    expect(opened instanceof MailboxLost).toBe(isLost);
    expect(selected).toEqual(isLost ? [] : ['A']);
    expect(puts.map((put) => put.lock)).toEqual(isLost ? [] : [{ by: 'job_1', until: NOW + 300_000 }]);
  });

  it('is selected by the regular spelling of its path if its name is not stored', async () => {
    const { open, selected } = world({ found: { name: null } });
    const work = await open();
    await work.reselect();
    expect(selected).toEqual(['wire A', 'wire A']);
  });

  it('is selected once more after a lost connection, and not a third time', async () => {
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
  ] as const)('has the sync level of its server: %j, QRESYNC %s', async (given, qresync, level) => {
    const session = bareSession({
      features: { ...bareSession().features, qresync },
      select: async () => selectedAs('A', { ...given, mailboxId: 'M' }),
    });
    const { open, puts } = world({ context: { session: async () => session } });
    await open();
    expect(puts).toMatchObject([{ syncLevel: level, mailboxId: 'M' }]);
  });

  it.each([
    ['above the UIDs of the last sync', {}, 7, 100],
    ['of no UID if it has another UIDVALIDITY', {}, 8, null],
    ['of no UID if it was never synced', { sync: null }, 7, null],
  ])('counts as arrived the messages %s', async (_, found, uidValidity, arrivedFrom) => {
    const work = await world({ found, selects: () => selectedAs('A', { uidValidity }) }).open();
    expect(work.arrivedFrom).toBe(arrivedFrom);
    expect(work.generation).toEqual({ mailboxKey: record('A').key, uidValidity });
  });

  it('is marked as doubtful when another run has changed its record', async () => {
    const { open, doubts } = world({ stores: (n) => n < 2 });
    const work = await open();
    expect(doubts()).toBe(0);
    await expect(work.commit(work.state)).rejects.toBeInstanceOf(MailboxLost);
    expect(doubts()).toBe(1);
  });

  it('is lost if it has another UIDVALIDITY when selected again', async () => {
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
  ] as const)('is released, synced and without error when it is finished: %s', async (finished, syncedAt, error) => {
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

  it('made progress when less of it is left', async () => {
    const { open, run } = world();
    const work = await open();
    run.progress.advanced = false;
    await work.commit({ ...work.state, syncedAt: null });
    expect(run.progress.advanced).toBe(false);
    await work.commit({ ...work.state, known: work.state.known + 1 });
    expect(run.progress.advanced).toBe(true);
  });

  it('is not processed any more once the job belongs to another worker', async () => {
    const ended = new AbortController();
    const { open, puts } = world({ context: { signal: ended.signal } });
    const work = await open();
    ended.abort();
    await expect(work.commit(work.state)).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    await expect(work.reselect()).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(puts).toHaveLength(1);
  });

  it('stores the fetched data of each message, and for an unreadable one only its UID', async () => {
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
