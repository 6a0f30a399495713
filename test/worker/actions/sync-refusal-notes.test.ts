/** What is stored about folders that could not be read, when, and when they end the whole sync. */
import { describe, expect, it } from 'vitest';
import type { FolderError, MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { isOfFolder, refusalsOf } from '../../../functions/worker/actions/sync/refusals.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, NOW, selectedAs } from './bare-context.ts';

const BEFORE = '2026-10-31T00:00:00.000Z';
const AT = new Date(NOW).toISOString();
const stored = (tries: number): FolderError => ({
  code: 'limit_reached',
  detail: 'x',
  since: BEFORE,
  at: BEFORE,
  tries,
});
const folder = (path: string, lastError: FolderError | null = null, name: string | null = path): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError, name },
});
const DOWN = failed('provider_unavailable', 'down');
const REFUSED = failed('command_failed', 'refused');

type Given = { readonly witness?: MailboxRecord | null; readonly anyWell?: boolean; readonly ended?: AbortController };

/** `selects`: the error when a folder is selected to check the server. */
function world(
  { witness = null, anyWell = false, ended = new AbortController() }: Given,
  selects?: () => Error | null,
) {
  const notes: [string, FolderError | null][] = [];
  const selected: string[] = [];
  let sessions = 0;
  const select = async (name: string) => {
    selected.push(name);
    const error = selects?.() ?? null;
    if (error !== null) throw error;
    return selectedAs(name);
  };
  const context = bareContext({
    mail: { ...noMail, noteError: async ({ path }, error) => void notes.push([path, error]) },
    async session() {
      sessions += 1;
      return bareSession({ select, nameFor: (path) => `wire ${path}` });
    },
    signal: ended.signal,
  });
  const run = startRun({ folder: null, full: false }, context);
  return { run, notes, selected, sessions: () => sessions, refusals: refusalsOf(run, { witness, anyWell }) };
}

const noted = ({ failure: { code, detail } }: MailboxFailure, tries: number, since = AT) => ({
  ...{ code, detail, since, at: AT, tries },
});

describe('a folder that could not be read', () => {
  it('gets its error stored when the next one can be read: it is at fault, and waits', async () => {
    const { refusals, notes, run, sessions } = world({});
    await refusals.refused(folder('A'), REFUSED);
    expect([notes, run.progress.advanced, sessions()]).toEqual([[], true, 1]);
    expect([refusals.isRefused(folder('A')), refusals.isRefused(folder('B'))]).toEqual([true, false]);
    expect(refusals.errorOf(folder('A'))).toBeNull();
    await refusals.opened(folder('B'));
    expect(notes).toEqual([['A', noted(REFUSED, 1)]]);
    expect(refusals.errorOf(folder('A'))).toEqual(noted(REFUSED, 1));
    expect(refusals.isRefused(folder('B'))).toBe(false);
    await refusals.settle();
    expect(notes).toHaveLength(1);
  });

  it('waits longer each time, with the time of its first failure', async () => {
    const { refusals, notes } = world({});
    await refusals.refused(folder('A', stored(3)), REFUSED);
    await refusals.opened(folder('B'));
    expect(notes).toEqual([['A', noted(REFUSED, 4, BEFORE)]]);
  });

  it.each([
    ['does not wait where no other could be read', {}, undefined, 0],
    ['waits if an earlier continuation could read one', { anyWell: true }, undefined, 1],
    ['waits where it is known that another is well', {}, true, 1],
    ['does not wait where it is known that none is', { anyWell: true }, false, 0],
  ] as const)('%s', async (_, given, own, tries) => {
    const { refusals, notes } = world(given);
    await refusals.refused(folder('A'), REFUSED);
    await refusals.settle(own);
    expect(notes).toEqual([['A', noted(REFUSED, tries)]]);
  });

  it('waits if an earlier one could be read', async () => {
    const { refusals, notes } = world({});
    await refusals.opened(folder('B'));
    await refusals.refused(folder('A'), REFUSED);
    await refusals.settle();
    expect(notes).toEqual([['A', noted(REFUSED, 1)]]);
  });

  it('has no error any more once it can be read, although its record shows one', async () => {
    const { refusals, notes } = world({});
    const was = folder('A', stored(2));
    expect([refusals.errorOf(was), refusals.isRefused(was)]).toEqual([stored(2), true]);
    await refusals.opened(was);
    expect([refusals.errorOf(was), refusals.isRefused(was), notes]).toEqual([null, false, []]);
  });

  it('that need not be read loses its error, and nothing is written if it has none', async () => {
    const { refusals, notes } = world({});
    await refusals.unchanged(folder('A', stored(2)));
    await refusals.unchanged(folder('A', stored(2)));
    await refusals.unchanged(folder('B'));
    expect(notes).toEqual([['A', null]]);
    expect(refusals.isRefused(folder('A', stored(2)))).toBe(false);
  });
});

describe('several folders in a row with the same failure', () => {
  const three = async ({ refusals }: ReturnType<typeof world>, ...errors: readonly MailboxFailure[]) => {
    for (const [at, error] of errors.entries()) await refusals.refused(folder(`F${at}`), error);
  };

  it('end the sync when a healthy folder is refused too, and no folder waits', async () => {
    const made = world({ witness: folder('W') }, () => REFUSED);
    await expect(three(made, DOWN, DOWN, DOWN)).rejects.toBe(DOWN);
    expect(made.selected).toEqual(['W']);
    expect(made.notes).toEqual(['F0', 'F1', 'F2'].map((path) => [path, noted(DOWN, 0)]));
  });

  it('are tried again later if a healthy folder can be opened, and the sync continues', async () => {
    const made = world({ witness: folder('W') });
    await three(made, DOWN, DOWN, DOWN, DOWN, DOWN);
    expect(made.selected).toEqual(['W']);
    expect(made.notes).toEqual(['F0', 'F1', 'F2'].map((path) => [path, noted(DOWN, 1)]));
    await made.refusals.refused(folder('F6'), DOWN);
    expect(made.selected).toEqual(['W', 'W']);
  });

  it.each([
    ['the folder that could be read in this continuation', 'B', folder('B'), folder('W')],
    ['a folder by the regular spelling of its path if its name is not stored', 'wire W', null, folder('W', null, null)],
    ['INBOX if no folder could be read', 'INBOX', null, null],
  ])('are checked with %s', async (_, name, well, witness) => {
    const made = world({ witness });
    if (well !== null) await made.refusals.opened(well);
    await three(made, DOWN, DOWN, DOWN);
    expect(made.selected).toEqual([name]);
  });

  it('are not checked before the third, nor if they fail differently or one is read in between', async () => {
    const made = world({ witness: folder('W') }, () => DOWN);
    await three(made, DOWN, DOWN);
    await made.refusals.opened(folder('B'));
    await three(made, DOWN, failed('connection_closed'), DOWN);
    await three(made, REFUSED, REFUSED, REFUSED);
    expect(made.selected).toEqual([]);
  });

  it('end the sync with the error of the healthy folder, if it concerns more than a folder', async () => {
    const locked = failed('auth_failed');
    const made = world({ witness: folder('W') }, () => locked);
    await expect(three(made, DOWN, DOWN, DOWN)).rejects.toBe(locked);
    expect(made.notes.map(([, error]) => error?.tries)).toEqual([0, 0, 0]);
  });
});

describe('a failure of more than one folder', () => {
  it('ends the sync at once, and stores earlier failures without a wait', async () => {
    const { refusals, notes } = world({ anyWell: true });
    await refusals.refused(folder('A'), REFUSED);
    const locked = failed('auth_failed');
    await expect(refusals.refused(folder('B'), locked)).rejects.toBe(locked);
    expect(notes).toEqual([['A', noted(REFUSED, 0)]]);
  });

  it('stores nothing if the attempt has ended', async () => {
    const ended = new AbortController();
    const { refusals, notes } = world({ ended });
    await refusals.refused(folder('A'), REFUSED);
    ended.abort();
    await expect(refusals.refused(folder('B'), REFUSED)).rejects.toBe(REFUSED);
    expect(notes).toEqual([]);
  });

  it.each([
    [REFUSED, false, true],
    [failed('auth_failed'), false, false],
    [new Error('a bug'), false, false],
    [REFUSED, true, false],
  ])('is distinguished from that of one folder: %s, attempt over %s', (error, isOver, isOf) => {
    const ended = new AbortController();
    if (isOver) ended.abort();
    expect(isOfFolder({ context: bareContext({ signal: ended.signal }) }, error)).toBe(isOf);
  });
});
