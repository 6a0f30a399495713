import { describe, expect, it } from 'vitest';
import { iterateUids, MAX_UID, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { MailboxSession, MessageRow } from '../../../functions/ports/mailbox.ts';
import {
  arrivals,
  fingerprint,
  pairedSets,
  type TargetMark,
} from '../../../functions/worker/actions/messages/arrivals.ts';

const identity = (messageId: string) => ({ messageId, internalDate: '2026-11-01T00:00:00.000Z', size: 7 });
const MARK: TargetMark = { path: 'Ziel', name: 'Ziel', uidValidity: 2, uidNext: 100 };

/** A target with these messages, by UID, whose SEARCH returns `found`; records the calls. */
function target(messages: ReadonlyMap<number, string>, found: string, uidValidity = 2) {
  const asked: string[] = [];
  const row = (uid: number, id: string): MessageRow => ({
    ...{ uid, modseq: null, flags: [], ...identity(id), providerMessageId: null, providerThreadId: null },
    ...{ subject: null, date: null, from: [], to: [], cc: [] },
  });
  const session: Pick<MailboxSession, 'select' | 'searchMessages' | 'fetchMessages'> = {
    async select(name, access = 'read') {
      asked.push(`select ${name} ${access}`);
      return {
        ...{ name, mailboxId: null, readOnly: true, modseqs: false, stores: () => false },
        ...{ uidValidity, uidNext: null, messages: 0, highestModseq: null },
      };
    },
    async searchMessages({ uids = '' }) {
      asked.push(`search ${uids}`);
      return { uids: found, count: 0 };
    },
    async fetchMessages(uids) {
      asked.push(`fetch ${uids}`);
      return [...iterateUids(parseUidSet(uids))].flatMap((uid) => {
        const id = messages.get(uid);
        return id === undefined ? [] : [row(uid, id)];
      });
    },
  };
  return { session, asked };
}
const prints = (...given: readonly (readonly [number, string])[]): ReadonlyMap<number, string> =>
  new Map(given.map(([uid, id]) => [uid, fingerprint(identity(id))]));

describe('a fingerprint', () => {
  it('equals the one that an earlier release stored in its plans', () => {
    expect(fingerprint(identity('<a@b>'))).toBe('i1UrvB5WNGj');
    expect(fingerprint({ messageId: null, internalDate: null, size: null })).toHaveLength(11);
  });

  it('differs by each of its parts', () => {
    const one = identity('<a@b>');
    const others = [{ messageId: '<c@b>' }, { internalDate: '2026-11-02T00:00:00.000Z' }, { size: 8 }, { size: null }];
    const all = [one, ...others.map((other) => ({ ...one, ...other }))].map(fingerprint);
    expect(new Set(all).size).toBe(5);
  });
});

describe('the messages that arrived in a target', () => {
  it('are searched from the mark on, whatever SEARCH lists below it', async () => {
    const { session, asked } = target(
      new Map([
        [99, 'a'],
        [100, 'b'],
        [120, 'c'],
      ]),
      '99:100,120',
    );
    expect(await arrivals(session, MARK, prints([1, 'a'], [2, 'b'], [3, 'c']))).toEqual(
      new Map([
        [2, 100],
        [3, 120],
      ]),
    );
    expect(asked).toEqual(['select Ziel read', `search 100:${MAX_UID}`, 'fetch 100,120']);
  });

  it('are not searched in a mailbox that replaced the target', async () => {
    const { session, asked } = target(new Map([[100, 'a']]), '100', 3);
    await expect(arrivals(session, MARK, prints([1, 'a']))).rejects.toMatchObject({
      failure: { code: 'uidvalidity_changed' },
    });
    expect(asked).toEqual(['select Ziel read']);
  });

  it('are none if no UID is left above the mark, and are searched at the last UID', async () => {
    const last = target(new Map([[MAX_UID, 'a']]), String(MAX_UID));
    expect(await arrivals(last.session, { ...MARK, uidNext: MAX_UID }, prints([1, 'a']))).toEqual(
      new Map([[1, MAX_UID]]),
    );
    const none = target(new Map(), '');
    expect(await arrivals(none.session, { ...MARK, uidNext: MAX_UID + 1 }, prints([1, 'a']))).toEqual(new Map());
    expect(none.asked).toEqual(['select Ziel read']);
  });

  it('are each matched with one of several equal messages', async () => {
    const { session } = target(
      new Map([
        [100, 'a'],
        [101, 'b'],
        [102, 'b'],
        [103, 'b'],
        [104, 'of others'],
      ]),
      '100:104',
    );
    expect([...(await arrivals(session, MARK, prints([1, 'a'], [2, 'a'], [3, 'b'], [4, 'b'])))]).toEqual([
      [1, 100],
      [3, 101],
      [4, 102],
    ]);
  });

  it('are read lowest first, 500 at a time, and only the last 20,000', async () => {
    const uids = Array.from({ length: 20_001 }, (_, at) => 200 + at);
    const { session, asked } = target(
      new Map([
        [200, 'a'],
        [201, 'b'],
        [20_200, 'c'],
      ]),
      `200:${uids.at(-1)}`,
    );
    expect([...(await arrivals(session, MARK, prints([1, 'a'], [2, 'b'], [3, 'c'])))]).toEqual([
      [2, 201],
      [3, 20_200],
    ]);
    const fetched = asked.filter((each) => each.startsWith('fetch'));
    expect([fetched.length, fetched[0], fetched.at(-1)]).toEqual([40, 'fetch 201:700', 'fetch 19701:20200']);
  });
});

describe('the pairs of a transfer', () => {
  it.each<[string, [number, number][], { source: string; target: string } | null]>([
    [
      'rise together',
      [
        [3, 9],
        [1, 7],
        [2, 8],
      ],
      { source: '1:3', target: '7:9' },
    ],
    [
      'have gaps',
      [
        [1, 7],
        [5, 20],
      ],
      { source: '1,5', target: '7,20' },
    ],
    [
      'cross',
      [
        [1, 8],
        [2, 7],
      ],
      null,
    ],
    [
      'meet',
      [
        [1, 7],
        [2, 7],
      ],
      null,
    ],
    ['are none', [], null],
  ])('with %s are two sets in the same order, or null', (_, pairs, expected) => {
    expect(pairedSets(new Map(pairs))).toEqual(expected);
  });
});
