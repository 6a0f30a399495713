/** The status of folders, requested one by one. */
import { describe, expect, it } from 'vitest';
import type { ListingFields, MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { folderPlaceOf } from '../../../functions/domain/sync/folder-order.ts';
import type { ListedMailbox, MailboxStatus } from '../../../functions/ports/mailbox.ts';
import { readStates } from '../../../functions/worker/actions/sync/read-states.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed } from './bare-context.ts';

const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
const state = (messages: number): MailboxStatus => ({ uidValidity: 7, uidNext: 9, messages, highestModseq: null });
const placeOf = (path: string) => folderPlaceOf(record(path), 0);

describe('the status of folders requested one by one', () => {
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

  it('is stored if it differs from the stored one, INBOX first', async () => {
    const { outcome, asked, noted, brokeOff } = await read({
      says: (name) => state(name === 'B' ? 6 : 5),
      stored: state(5),
    });
    expect(asked).toEqual(['INBOX', 'A', 'B', 'C']);
    expect(noted).toEqual([['B', state(6)]]);
    expect([outcome, brokeOff]).toEqual([{ done: true, passed: placeOf('C') }, []]);
  });

  it('is not requested if LIST has it, nor for folders that cannot be selected', async () => {
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

  it('continues after the last one when time was over, and is read once for each', async () => {
    const first = await read({ remaining: [9_000, 9_000, 7_999] });
    expect([first.asked, first.outcome]).toEqual([['INBOX', 'A'], { done: false, passed: placeOf('A') }]);
    const next = await read({ passed: 'A' });
    expect([next.asked, next.outcome]).toEqual([['B', 'C'], { done: true, passed: placeOf('C') }]);
  });

  it('of a round that began after a folder comes to it last, and then no place is kept', async () => {
    const { asked, brokeOff } = await read({ from: 'A' });
    expect(asked).toEqual(['INBOX', 'B', 'C', 'A']);
    expect(brokeOff).toEqual([['mailboxes', null]]);
  });

  it('stays unchanged for a folder that refuses', async () => {
    const { outcome, noted } = await read({ says: (name) => (name === 'A' ? failed('command_failed') : state(5)) });
    expect(noted.map(([path]) => path)).toEqual(['INBOX', 'B', 'C']);
    expect(outcome).toMatchObject({ done: true });
  });

  it.each([
    ['three folders in a row are refused for the same transient reason', ['A', 'B', 'C'], 'provider_unavailable', 'B'],
    ['the credential is refused', ['B'], 'auth_failed', 'A'],
  ] as const)('stops when %s, and the next attempt begins after the last one', async (_, paths, code, last) => {
    const error = failed(code);
    const { outcome, brokeOff } = await read({
      says: (name) => (paths.some((path) => path === name) ? error : state(5)),
    });
    expect(outcome).toBe(error);
    expect(brokeOff).toEqual([['mailboxes', placeOf(last)]]);
  });

  it('does not stop for three refusals with an answer between them', async () => {
    const folders = ['A', 'B', 'C', 'D', 'INBOX'].map((path) => ({ path }));
    const says = (name: string) => (name === 'INBOX' || name === 'B' ? state(5) : failed('provider_unavailable'));
    expect((await read({ says, folders })).outcome).toMatchObject({ done: true });
  });

  it('keeps no place if the first one fails, or the attempt is over', async () => {
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
