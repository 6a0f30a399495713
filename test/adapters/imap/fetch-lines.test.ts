/** Answers to FETCH as servers send them: one message in several lines, and invalid values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeLines } from '../../../functions/adapters/imap/merge-lines.ts';
import type { FlagRow, MessageRow } from '../../../functions/ports/mailbox.ts';
import { capabilitiesWithout, connect, imapServer, lines, replying, settingsFor } from './world.ts';

const FLAGS = 'FLAGS (\\Seen)';
const DATE = 'INTERNALDATE "02-Nov-2026 10:00:00 +0000"';
const SIZE = 'RFC822.SIZE 50';
const envelope = (subject: string) =>
  `ENVELOPE ("Mon, 02 Nov 2026 10:00:00 +0000" "${subject}" NIL NIL NIL NIL NIL NIL NIL "<${subject}@x>")`;
const whole = (uid: number) => `* ${uid} FETCH (UID ${uid} ${FLAGS} ${DATE} ${SIZE} ${envelope(`m${uid}`)})`;

async function sessionWith(...answer: readonly string[]) {
  const script = replying({ 'UID FETCH': lines(...answer, '{tag} OK') });
  const session = await connect(settingsFor(await imapServer({ script })));
  await session.select('INBOX');
  return session;
}

async function fetched(uids: string, ...answer: readonly string[]): Promise<readonly MessageRow[]> {
  return (await sessionWith(...answer)).fetchMessages(uids);
}

async function flagsOf(uids: string, ...answer: readonly string[]): Promise<readonly FlagRow[]> {
  const rows = new Map<number, FlagRow>();
  await (await sessionWith(...answer)).fetchFlags(uids, null, (row) => rows.set(row.uid, row));
  return [...rows.values()];
}

const told = (rows: readonly MessageRow[]) =>
  rows.map(({ uid, subject, size, flags, internalDate }) => [uid, subject, size, flags.join(), internalDate !== null]);
const M1 = [1, 'm1', 50, '\\Seen', true];
const M2 = [2, 'm2', 50, '\\Seen', true];

describe('the answer for one message in several lines', () => {
  it.each([
    ['with the UID in each', [`(UID 1 ${FLAGS})`, `(UID 1 ${envelope('m1')} ${DATE})`, `(UID 1 ${SIZE})`]],
    ['with the UID in the first', [`(UID 1 ${FLAGS} ${SIZE})`, `(${envelope('m1')})`, `(${DATE})`]],
    ['with the UID in the last', [`(${FLAGS})`, `(${envelope('m1')} ${SIZE})`, `(${DATE} UID 1)`]],
    ['with the UID in the middle and alone', [`(${FLAGS} ${DATE})`, '(UID 1)', `(${envelope('m1')} ${SIZE})`]],
    ['item by item', ['(UID 1)', `(${FLAGS})`, `(${DATE})`, `(${SIZE})`, `(${envelope('m1')})`]],
  ])('is one row: %s', async (_what, parts) => {
    expect(told(await fetched('1:2', ...parts.map((part) => `* 1 FETCH ${part}`), whole(2)))).toEqual([M1, M2]);
  });

  it('is one row even between the lines of another message', async () => {
    const rows = await fetched(
      '1:2',
      `* 1 FETCH (UID 1 ${FLAGS})`,
      `* 2 FETCH (${envelope('m2')} ${DATE})`,
      `* 1 FETCH (${SIZE} ${envelope('m1')})`,
      `* 2 FETCH (UID 2 ${SIZE})`,
      `* 1 FETCH (${DATE})`,
      `* 2 FETCH (${FLAGS})`,
    );
    expect(told(rows).toSorted()).toEqual([M1, M2]);
  });

  it('keeps fields that a later line omits', async () => {
    const rows = await fetched('1', whole(1), '* 1 FETCH (UID 1 RFC822.SIZE 51)', '* 1 FETCH (FLAGS (\\Flagged))');
    expect(told(rows)).toEqual([[1, 'm1', 51, '\\Flagged', true]]);
  });

  it('keeps its mod-sequence when flags come without one', async () => {
    const rows = await fetched('1', `* 1 FETCH (UID 1 ${SIZE} MODSEQ (7))`, '* 1 FETCH (UID 1 FLAGS (\\Flagged))');
    expect(rows).toMatchObject([{ uid: 1, size: 50, modseq: '7', flags: ['\\Flagged'] }]);
  });

  it('has its newest flags, whichever line had the UID', async () => {
    const parts = ['(FLAGS (\\Seen))', '(UID 1)', '(FLAGS (\\Flagged))', `(UID 1 ${SIZE})`];
    const rows = await fetched('1', ...parts.map((part) => `* 1 FETCH ${part}`));
    expect(rows).toMatchObject([{ uid: 1, size: 50, flags: ['\\Flagged'] }]);
  });

  it('is a row even if fields are missing, also while other messages are expunged', async () => {
    const rows = await fetched('1:2', `* 1 FETCH (UID 1 ${SIZE})`, '* 5 EXPUNGE', `* 2 FETCH (UID 2 ${SIZE})`);
    expect(rows).toMatchObject([{ uid: 1 }, { uid: 2 }]);
  });

  it('is not mixed with flags that another client sets on a message that was not requested', async () => {
    const rows = await fetched('2', '* 1 FETCH (FLAGS (\\Deleted))', whole(2), '* 1 FETCH (UID 1 FLAGS (\\Deleted))');
    expect(told(rows)).toEqual([M2]);
  });

  it('takes newer flags that name the message only by its number', async () => {
    expect(told(await fetched('1:2', whole(1), '* 1 FETCH (FLAGS (\\Flagged))', whole(2)))).toEqual([
      [1, 'm1', 50, '\\Flagged', true],
      M2,
    ]);
  });
});

describe('message numbers that change during an answer', () => {
  it('are tracked when messages are expunged', async () => {
    const rows = await fetched(
      '2:4',
      `* 2 FETCH (UID 2 ${FLAGS} ${SIZE})`,
      `* 4 FETCH (UID 4 ${FLAGS} ${SIZE})`,
      '* 1 EXPUNGE',
      `* 1 FETCH (${envelope('m2')} ${DATE})`,
      '* 2 EXPUNGE',
      `* 2 FETCH (${envelope('m4')} ${DATE})`,
    );
    expect(told(rows)).toEqual([M2, [4, 'm4', 50, '\\Seen', true]]);
  });

  it('are not assigned to an expunged message', async () => {
    const rows = await fetched(
      '1:2',
      `* 1 FETCH (UID 1 ${FLAGS} ${SIZE})`,
      '* 1 EXPUNGE',
      `* 1 FETCH (${envelope('m2')} ${DATE})`,
      `* 1 FETCH (UID 2 ${FLAGS} ${SIZE})`,
    );
    expect(told(rows)).toEqual([M2]);
  });

  it('leave out a message whose lines cannot be assigned', async () => {
    // VANISHED names UIDs without their numbers.
    const rows = await fetched(
      '1:3',
      whole(1),
      `* 3 FETCH (UID 3 ${FLAGS} ${SIZE})`,
      '* VANISHED 2',
      `* 2 FETCH (${envelope('m3')} ${DATE})`,
    );
    expect(told(rows)).toEqual([M1]);
  });

  it('are valid again for lines that follow VANISHED with a UID', async () => {
    const rows = await fetched(
      '1:3',
      whole(1),
      '* VANISHED 2',
      `* 2 FETCH (UID 3 ${FLAGS} ${SIZE})`,
      `* 2 FETCH (${envelope('m3')} ${DATE})`,
    );
    expect(told(rows)).toEqual([M1, [3, 'm3', 50, '\\Seen', true]]);
  });

  it('do not change because of earlier vanished messages', async () => {
    const rows = await fetched(
      '1',
      `* 1 FETCH (UID 1 ${FLAGS} ${SIZE})`,
      '* VANISHED (EARLIER) 7:9',
      `* 1 FETCH (${envelope('m1')} ${DATE})`,
    );
    expect(told(rows)).toEqual([M1]);
  });

  it('are not used when one of them names two messages', async () => {
    const rows = await fetched(
      '1:2',
      `* 1 FETCH (UID 1 ${FLAGS} ${SIZE})`,
      `* 1 FETCH (UID 2 ${FLAGS} ${SIZE})`,
      `* 1 FETCH (${envelope('m1')} ${DATE})`,
    );
    expect(rows).toEqual([]);
  });

  it.each(['* 0 EXPUNGE', '* 99999999999 EXPUNGE'])('are not used after %s', async (line) => {
    const rows = await fetched('1:2', `* 1 FETCH (UID 1 ${SIZE})`, line, `* 1 FETCH (${envelope('m2')})`, whole(2));
    expect(told(rows)).toEqual([M2]);
  });

  it('leave the message count of the mailbox correct', async () => {
    const inbox = await sessionWith(whole(1), '* 3 EXPUNGE');
    await inbox.fetchMessages('1');
    expect(await inbox.allUids()).toEqual({ uids: '1:5', count: 5 });
  });

  it('never assign a line to another message, in any split and with any expunges', () => {
    const kind = fc.constantFrom('uid', 'fields', 'fields', 'both', 'expunge', 'vanished');
    const steps = fc.array(fc.record({ at: fc.nat(7), kind }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.boolean(), (taken, mayVanish) => {
        const mailbox = [11, 12, 14, 15, 19, 23, 24, 30];
        const named = new Set<number>();
        const sent = new Map<string, number>();
        const came = new Set<string>();
        const merger = mergeLines<Record<string, number>>([[11, 24]], (uid, fields) => {
          for (const [key, owner] of Object.entries(fields)) {
            expect(owner).toBe(uid);
            came.add(key);
          }
        });
        taken.forEach((step, index) => {
          const uid = mailbox[step.at];
          if (uid === undefined) return;
          if (step.kind === 'expunge' || (step.kind === 'vanished' && mayVanish)) {
            mailbox.splice(step.at, 1);
            if (step.kind === 'expunge') merger.expunged(step.at + 1);
            else merger.renumbered();
            return;
          }
          const key = `line ${index}`;
          const isNamed = step.kind === 'uid' || step.kind === 'both';
          if (isNamed) named.add(uid);
          if (step.kind !== 'uid') sent.set(key, uid);
          merger.add(step.at + 1, isNamed ? uid : null, step.kind === 'uid' ? {} : { [key]: uid });
        });
        // A requested message that still exists is found, unless message numbers changed without a report.
        const due = [...sent].filter(([, uid]) => uid <= 24 && named.has(uid) && mailbox.includes(uid));
        if (!mayVanish) expect(due.filter(([key]) => !came.has(key))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('flags in several lines', () => {
  it('are one row with their mod-sequence', async () => {
    const rows = await flagsOf(
      '1:4',
      '* 1 FETCH (UID 1 FLAGS (\\Seen))',
      '* 1 FETCH (MODSEQ (7))',
      '* 2 FETCH (FLAGS (\\Draft))',
      '* 2 FETCH (UID 2 MODSEQ (8))',
      '* 3 FETCH (UID 3)',
      '* 1 EXPUNGE',
      '* 2 FETCH (FLAGS () MODSEQ (9))',
      '* 3 FETCH (UID 4 MODSEQ (10))',
    );
    expect(rows).toEqual([
      { uid: 1, flags: ['\\Seen'], modseq: '7' },
      { uid: 2, flags: ['\\Draft'], modseq: '8' },
      { uid: 3, flags: [], modseq: '9' },
    ]);
  });

  it('are rows without mod-sequence if it arrives more than a thousand messages later', async () => {
    const flags = Array.from({ length: 1_002 }, (_, n) => `* ${n + 1} FETCH (UID ${n + 1} FLAGS (\\Seen))`);
    const rows = await flagsOf(
      '1:1002',
      ...flags,
      '* 1 FETCH (UID 1 MODSEQ (7))',
      '* 1002 FETCH (UID 1002 MODSEQ (8))',
    );
    expect(rows.filter(({ modseq }) => modseq !== null)).toEqual([{ uid: 1002, flags: ['\\Seen'], modseq: '8' }]);
    expect(rows).toHaveLength(1_002);
  });

  it('that are invalid change nothing', async () => {
    for (const flags of ['NIL', '\\Seen', '7', '"x"']) {
      expect(await flagsOf('1:2', `* 1 FETCH (UID 1 FLAGS ${flags})`, '* 2 FETCH (UID 2 FLAGS ())')).toMatchObject([
        { uid: 2, flags: [] },
      ]);
    }
  });
});

describe('an invalid number', () => {
  it.each(['NIL', '-1', '2.5', 'x', '(5)', '""', '9223372036854775809', '1e5', '()'])(
    'is not a size: %s',
    async (size) => {
      const rows = await fetched('1', `* 1 FETCH (UID 1 ${FLAGS} RFC822.SIZE ${size} ${DATE} ${envelope('m1')})`);
      expect(told(rows)).toEqual([[1, 'm1', null, '\\Seen', true]]);
    },
  );

  it('may be valid in a string or a literal', async () => {
    const rows = await fetched('1:2', `* 1 FETCH (UID "1" ${SIZE})`, '* 2 FETCH (RFC822.SIZE {2}\r\n50 UID {1}\r\n2)');
    expect(rows).toMatchObject([
      { uid: 1, size: 50 },
      { uid: 2, size: 50 },
    ]);
  });

  it.each(['NIL', '-1', '2.5', 'x', '(1)', '0', '4294967296', '18446744073709551617'])(
    'is not a UID, and only that message is lost: %s',
    async (uid) => {
      expect(told(await fetched('1:2', `* 1 FETCH (UID ${uid} ${FLAGS} ${SIZE} ${DATE})`, whole(2)))).toEqual([M2]);
    },
  );

  it.each(['5', '0', '-1', '1.5', '2026', 'NIL', '("x")', '"yesterday"', '"99-Foo-2026 10:00:00 +0000"', '""'])(
    'is not a date: %s',
    async (date) => {
      const rows = await fetched('1', `* 1 FETCH (UID 1 ${FLAGS} ${SIZE} INTERNALDATE ${date} ${envelope('m1')})`);
      expect(told(rows)).toEqual([[1, 'm1', 50, '\\Seen', false]]);
    },
  );

  it.each(['(NIL)', '(-1)', '(x)', '(0)', '(9223372036854775808)', '7', 'NIL', '()'])(
    'is not a mod-sequence: %s',
    async (modseq) => {
      const rows = await fetched('1', `* 1 FETCH (UID 1 ${SIZE} MODSEQ ${modseq})`);
      expect(rows).toMatchObject([{ uid: 1, size: 50, modseq: null }]);
    },
  );

  it.each(['0', '99999999999'])('is not a message number: %s', async (number) => {
    const rows = await fetched('1:2', `* ${number} FETCH (UID 1 ${SIZE})`, `* ${number} FETCH (${DATE})`, whole(2));
    expect(told(rows)).toEqual([M2]);
  });
});

it('flags of a server without CONDSTORE are passed on as they arrive', async () => {
  const script = replying({
    'UID FETCH': lines('* 1 FETCH (FLAGS (\\Seen))', '* 1 FETCH (UID 1)', '* 2 FETCH (UID 2 FLAGS ())', '{tag} OK'),
  });
  const server = await imapServer({ capabilities: capabilitiesWithout('CONDSTORE'), script });
  const session = await connect(settingsFor(server));
  await session.select('INBOX');
  const rows: FlagRow[] = [];
  await session.fetchFlags('1:2', null, (row) => rows.push(row));
  expect(rows).toEqual([
    { uid: 1, flags: ['\\Seen'], modseq: null },
    { uid: 2, flags: [], modseq: null },
  ]);
});
