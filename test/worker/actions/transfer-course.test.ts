/** Transfers between two mailboxes in memory: the order of the commands, and the reported result. */
import { describe, expect, it } from 'vitest';
import { NOTHING_KNOWN } from '../../../functions/domain/mail/message.ts';
import { iterateUids, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { Transfer } from '../../../functions/ports/mailbox.ts';
import { transfer } from '../../../functions/worker/actions/messages/transfer.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, selectedAs } from './bare-context.ts';

const record = (path: string) => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
});
const HOME = record('INBOX');
const FIRST_UID = 100;

type Server = {
  readonly move?: boolean;
  /** The pairs that the server reports, given the real ones. */
  readonly tells?: (pairs: ReadonlyMap<number, number>) => ReadonlyMap<number, number> | null;
  /** Messages that the server does not transfer although it answers OK. */
  readonly leaves?: readonly number[];
};

/** INBOX has messages 1 to 250; arrivals in the target get UIDs from 100 on. */
function world({ move = true, tells = (pairs) => pairs, leaves = [] }: Server = {}) {
  const source = new Map(Array.from({ length: 250 }, (_, at) => [at + 1, at + 1]));
  const target = new Map<number, number>();
  const sent: string[] = [];
  let selected = { name: '', access: 'read' };
  let plan: unknown = null;
  const bring = (numbers: readonly number[]): ReadonlyMap<number, number> =>
    new Map(
      numbers.map((number) => {
        target.set(FIRST_UID + target.size, number);
        return [number, FIRST_UID + target.size - 1];
      }),
    );
  const inSource = (uids: string, access: string): readonly number[] => {
    if (selected.name !== 'INBOX' || (access === 'write' && selected.access !== 'write'))
      throw failed('command_failed');
    return [...iterateUids(parseUidSet(uids))].filter((uid) => source.has(uid));
  };
  const transferred = (
    command: string,
    uids: string,
    access: string,
  ): Transfer & { readonly done: readonly number[] } => {
    sent.push(`${command} ${uids}`);
    const done = inSource(uids, access).filter((uid) => !leaves.includes(uid));
    return { done, uidValidity: 7, uids: tells(bring(done)) };
  };
  const session = bareSession({
    features: { ...bareSession().features, move },
    async select(name, access = 'read') {
      selected = { name, access };
      sent.push(`select ${name} ${access}`);
      return selectedAs(name);
    },
    async fetchMessages(uids) {
      const here = selected.name === 'INBOX' ? source : target;
      const wanted = [...iterateUids(parseUidSet(uids))];
      return wanted.flatMap((uid) => {
        const number = here.get(uid);
        if (number === undefined) return [];
        const { messageId, internalDate, size } = storedMessage(HOME, number);
        return [{ ...NOTHING_KNOWN, uid, messageId, internalDate, size }];
      });
    },
    status: async () => ({ uidValidity: 7, uidNext: FIRST_UID, messages: 3, highestModseq: null }),
    async searchMessages() {
      sent.push('search');
      const uids = [...target.keys()];
      return { uids: uids.join(','), count: uids.length };
    },
    async moveMessages(uids) {
      const answer = transferred('move', uids, 'write');
      for (const uid of answer.done) source.delete(uid);
      return answer;
    },
    copyMessages: async (uids) => transferred('copy', uids, 'read'),
    async expungeMessages(uids) {
      sent.push(`expunge ${uids}`);
      for (const uid of inSource(uids, 'write')) source.delete(uid);
    },
  });
  const mail = {
    ...noMail,
    mailboxes: async () => [HOME, record('Ziel')],
    messagesOf: async (_: unknown, uids: ReturnType<typeof parseUidSet>) =>
      [...iterateUids(uids)].map((uid) => storedMessage(HOME, uid)),
  };
  /** `times`: the results of `remainingMs`, one per call. */
  function run(
    kind: 'move' | 'copy',
    uids: readonly number[],
    checkpoint: unknown = null,
    times: readonly number[] = [],
  ) {
    const left = [...times];
    const context = bareContext({
      ...{ mail, plan, checkpoint, session: async () => session, remainingMs: () => left.shift() ?? 60_000 },
      record: async (next) => {
        plan = JSON.parse(JSON.stringify(next));
      },
    });
    const wanted = { folder: 'INBOX', uid_validity: 7, uids: [...uids], target_folder: 'Ziel', create_target: false };
    return transfer(context, wanted, kind);
  }
  return { run, sent, source, target, bring, planned: () => plan };
}
const many = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('a transfer with a complete answer', () => {
  it('by MOVE selects the source for write access', async () => {
    const { run, sent } = world();
    expect(await run('move', [2, 3])).toEqual({
      ...{ kind: 'transferred', done: 2 },
      outcome: {
        ...{ already_done: 0, missing: '', target_uid_validity: 7, uid_map: { source: '2:3', target: '100:101' } },
        ...{ method: 'move', verified: true },
      },
    });
    expect(sent).toEqual(['select INBOX write', 'move 2:3']);
  });

  it('by COPY selects the source for read access', async () => {
    const { run, sent } = world();
    await run('copy', [2, 3]);
    expect(sent).toEqual(['select INBOX read', 'select INBOX read', 'copy 2:3']);
  });

  it('without MOVE removes the copied messages from the source after finding them in the target', async () => {
    const { run, sent, source } = world({ move: false });
    expect(await run('move', [2, 3])).toMatchObject({ done: 2, outcome: { method: 'copy_and_expunge', missing: '' } });
    expect(sent).toEqual([
      ...['select INBOX write', 'select INBOX write', 'copy 2:3', 'select INBOX write', 'expunge 2:3'],
    ]);
    expect([source.has(2), source.has(3), source.has(4)]).toEqual([false, false, true]);
  });
});

describe('a transfer with a partial answer', () => {
  it.each([
    ['nothing', () => null],
    ['one of two', (pairs) => new Map([...pairs].slice(0, 1))],
  ] satisfies [string, Server['tells']][])('searches the target: %s is reported', async (_, tells) => {
    for (const [kind, move, leaves] of [
      ['copy', true, [3]],
      ['move', false, [3]],
      ['move', true, [3]],
      ['copy', true, []],
    ] as const) {
      const { run, sent, source } = world({ tells, move, leaves });
      const missing = leaves.length > 0;
      expect(await run(kind, [2, 3])).toMatchObject({
        done: missing ? 1 : 2,
        outcome: {
          ...{ missing: missing ? '3' : '', verified: !missing, already_done: 0 },
          uid_map: missing ? { source: '2', target: '100' } : { source: '2:3', target: '100:101' },
        },
      });
      expect(sent).toContain('search');
      if (missing) expect(source.has(3)).toBe(true);
      if (!move) expect(sent.at(-1)).toBe('expunge 2');
    }
  });

  it('searches the target if only the first of two commands was reported', async () => {
    let answers = 0;
    const tells = (pairs: ReadonlyMap<number, number>) => {
      answers += 1;
      return answers === 2 ? null : pairs;
    };
    const { run, sent } = world({ tells });
    expect(await run('copy', many(150))).toMatchObject({ done: 150, outcome: { missing: '', verified: true } });
    expect(sent.filter((each) => /copy|search/.test(each))).toEqual(['copy 1:50', 'copy 51:150', 'search']);
  });

  it('ignores pairs of messages that were not sent', async () => {
    const { run } = world({ tells: (pairs) => new Map([...pairs, [9, 900]]) });
    expect(await run('copy', [2, 3])).toMatchObject({
      done: 2,
      outcome: { uid_map: { source: '2:3', target: '100:101' } },
    });
  });

  it('removes nothing from the source that is not there any more, although it is in the target', async () => {
    const { run, sent, source, bring } = world({ move: false, leaves: [2, 3] });
    await run('move', [2, 3]);
    source.delete(2);
    bring([2, 3]);
    expect(await run('move', [2, 3])).toMatchObject({ done: 0, outcome: { already_done: 2, missing: '' } });
    expect(sent.at(-1)).toBe('expunge 3');
  });
});

describe('a later attempt of a transfer', () => {
  async function afterFirst(kind: 'move' | 'copy', server: Server) {
    const made = world({ ...server, leaves: [2, 3] });
    await made.run(kind, [2, 3]);
    made.sent.length = 0;
    return made;
  }

  it('by MOVE sends everything still in the source, although equal messages have arrived', async () => {
    const { run, sent, bring } = await afterFirst('move', {});
    bring([2]);
    expect(await run('move', [2, 3])).toMatchObject({ done: 1, outcome: { already_done: 0, missing: '3' } });
    expect(sent.slice(0, 5)).toEqual([
      ...['select INBOX write', 'select Ziel read', 'search', 'select INBOX write', 'move 2:3'],
    ]);
  });

  it('by COPY sends what has not arrived, and counts the rest as already done', async () => {
    const { run, sent, bring } = await afterFirst('copy', {});
    bring([2]);
    expect(await run('copy', [2, 3])).toMatchObject({ done: 0, outcome: { already_done: 1, missing: '3' } });
    expect(sent.filter((each) => each.startsWith('copy'))).toEqual(['copy 3']);
  });

  it('has fingerprints of the existing messages only', async () => {
    const { run, source, planned } = world();
    source.delete(3);
    expect(await run('move', [2, 3])).toMatchObject({ done: 1, outcome: { missing: '3', already_done: 0 } });
    expect(planned()).toMatchObject({ messages: { 2: expect.any(String) } });
    expect(Object.keys(Object(planned()).messages)).toEqual(['2']);
  });
});

describe('a transfer whose time is over', () => {
  it('yields with the number of sent messages, and the next run adds its own', async () => {
    const { run, sent } = world();
    expect(await run('move', many(250), null, [0])).toEqual({ kind: 'yielded', checkpoint: { sent: 50 } });
    expect(await run('move', many(250), { sent: 50 }, [0])).toEqual({ kind: 'yielded', checkpoint: { sent: 150 } });
    expect(await run('move', many(250), { sent: 150 })).toMatchObject({
      ...{ kind: 'transferred', done: 250 },
      outcome: { already_done: 0, missing: '', verified: true },
    });
    expect(sent.filter((each) => each.startsWith('move'))).toEqual(['move 1:50', 'move 51:150', 'move 151:250']);
  });

  it('yields also while it removes from the source, with the number of copied messages', async () => {
    const { run, source, sent } = world({ move: false, leaves: [250] });
    const copied = await run('move', many(250), { sent: 0 }, [9, 9, 0]);
    expect(copied).toEqual({ kind: 'yielded', checkpoint: { sent: 249 } });
    expect(source.size).toBe(250 - 49);
    expect(sent.filter((each) => each.startsWith('expunge'))).toEqual(['expunge 1:49']);
  });
});
