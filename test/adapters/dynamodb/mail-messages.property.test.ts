import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import { type MessageRecord, sortInstant } from '../../../functions/domain/mail/message.ts';
import { formatUidSet, fromUids, lastUids, type UidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { Email, MailPosition } from '../../../functions/ports/mail-store.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const HIGHEST = 400;
const START = Date.parse('2020-01-01T00:00:00.000Z');
/** Seconds, days or years between neighbours, for blocks of every magnitude and for none. */
const pace = fc.constantFrom(1, 40_000, 3_000_000, 90_000_000);
const which = fc.nat(1);
const span = fc.record({ from: fc.integer({ min: 1, max: HIGHEST }), length: fc.integer({ min: 1, max: 250 }) });

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('replace'), which, span, pace, keep: fc.integer({ min: 0, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('put'), which, span, pace, keep: fc.integer({ min: 2, max: 40 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('flags'), which, span, pace, keep: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove'), which, span, pace, keep: fc.integer({ min: 1, max: 9 }) }),
  },
);

const instant = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

test('reads and lists equal those of a plain map after any stores, changes and removals, in blocks or rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 60 }),
      fc.tuple(fc.nat(HIGHEST), fc.nat(HIGHEST)),
      async (steps, limit, [one, other]) => {
        const store = dynamoMailStore(engine.client, (await engine.createTables()).MAIL_TABLE);
        const mailboxes: MailboxRecord[] = [];
        for (const path of ['A', 'B']) mailboxes.push(await store.addMailbox(storedMailbox(ids.next('pc'), path)));
        const model = new Map<string, MessageRecord>();
        const generationOf = (record: MailboxRecord) => ({ mailboxKey: record.key, uidValidity: 7 });

        for (const {
          kind,
          which: at,
          span: { from, length },
          pace: seconds,
          keep,
        } of steps) {
          const record = mailboxes[at];
          if (record === undefined) continue;
          const space: UidSet = [[from, from + length - 1]];
          const uids = Array.from({ length }, (_, n) => from + n);
          const own = [...model.values()].filter(({ mailboxKey }) => mailboxKey === record.key);
          const made = uids
            .filter((uid) => keep > 0 && uid % keep === 0)
            .map((uid) => storedMessage(record, uid, { internalDate: instant((uid + at * 7) * seconds) }));
          if (kind === 'replace') {
            await store.replaceMessages(generationOf(record), space, made);
            for (const message of own) {
              if (message.uid >= from && message.uid < from + length) model.delete(encodeEmailId(message));
            }
            for (const message of made) model.set(encodeEmailId(message), message);
          } else if (kind === 'put') {
            await store.putMessages(made);
            for (const message of made) model.set(encodeEmailId(message), message);
          } else if (kind === 'flags') {
            const flags = ['\\Flagged', `k${keep}`];
            const rows = uids.filter((uid) => uid % keep === 0).map((uid) => ({ uid, modseq: `${seconds}`, flags }));
            await store.updateFlags(generationOf(record), rows);
            for (const message of own) {
              if (!rows.some(({ uid }) => uid === message.uid)) continue;
              model.set(encodeEmailId(message), { ...message, flags, modseq: `${seconds}` });
            }
          } else {
            const gone = uids.filter((uid) => uid % keep === 0);
            await store.removeMessages(generationOf(record), gone);
            for (const message of own) if (gone.includes(message.uid)) model.delete(encodeEmailId(message));
          }
        }

        for (const record of mailboxes) {
          const own = [...model.values()]
            .filter(({ mailboxKey }) => mailboxKey === record.key)
            .sort((a, b) => a.uid - b.uid);
          const known = fromUids(own.map(({ uid }) => uid));
          const generation = generationOf(record);
          expect(formatUidSet(await store.knownUids(generation, 1, 2 * HIGHEST))).toBe(formatUidSet(known));
          expect(formatUidSet(await store.newestUids(generation, limit))).toBe(formatUidSet(lastUids(known, limit)));
          expect(await store.messagesOf(generation, [[1, 2 * HIGHEST]])).toEqual(own);
          const few = fromUids([one + 1, other + 1]);
          const asked = own.filter(({ uid }) => uid === one + 1 || uid === other + 1);
          expect(await store.messagesOf(generation, few)).toEqual(asked);
          expect((await store.flagsOf(generation, few)).get(one + 1)?.flags).toEqual(
            own.find(({ uid }) => uid === one + 1)?.flags,
          );
          const id = encodeEmailId({ ...generation, uid: one + 1 });
          expect((await store.email(id))?.message ?? null).toEqual(model.get(id) ?? null);
        }

        const inOrder = (messages: readonly MessageRecord[]): readonly string[] =>
          messages
            .map((message) => `${sortInstant(message)}#${encodeEmailId(message)} ${message.flags}`)
            .sort()
            .reverse();
        const everything = [...model.values()];
        const first = mailboxes[0];
        const [from, before] = [instant(Math.min(one, other) * 40_000), instant(Math.max(one, other) * 40_000)];
        const bounded = everything.filter((message) => sortInstant(message) >= from && sortInstant(message) < before);
        for (const [query, expected] of [
          [{ scope: { account: 'acc_one' } }, everything],
          [
            { scope: { credential: first?.credentialId ?? '' } },
            everything.filter(({ mailboxKey }) => mailboxKey === first?.key),
          ],
          [{ scope: { account: 'acc_one' }, from, before }, bounded],
        ] as const) {
          const listed: Email[] = [];
          const searched: Email[] = [];
          let after: MailPosition | null = null;
          do {
            const page: Awaited<ReturnType<typeof store.emails>> = await store.emails({ ...query, limit, after });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            listed.push(...page.items);
            after = page.next;
          } while (after !== null);
          do {
            const page: Awaited<ReturnType<typeof store.searchEmails>> = await store.searchEmails({
              ...query,
              limit,
              after,
              most: 50,
              accept: () => true,
            });
            expect(page.examined).toBeLessThanOrEqual(50);
            searched.push(...page.items);
            after = page.next;
          } while (after !== null);
          const shown = (emails: readonly Email[]): readonly string[] =>
            emails.map(({ message }) => `${sortInstant(message)}#${encodeEmailId(message)} ${message.flags}`);
          expect(shown(listed)).toEqual(inOrder(expected));
          expect(shown(searched)).toEqual(inOrder(expected));
        }

        for (const record of mailboxes) expect(await store.eraseCredential(record.credentialId, true)).toBe(true);
        expect((await store.emails({ scope: { account: 'acc_one' }, limit, after: null })).items).toEqual([]);
        for (const record of mailboxes) {
          expect(await store.messagesOf(generationOf(record), [[1, 2 * HIGHEST]])).toEqual([]);
        }
      },
    ),
    { numRuns: 8 },
  );
});
