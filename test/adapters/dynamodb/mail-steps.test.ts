/** Steps in which data of a credential other than its messages is stored and removed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import type { MailStore } from '../../../functions/ports/mail-store.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';

let engine: Dynoxide;
let store: MailStore;
let credentialId: string;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  store = dynamoMailStore(engine.client, await engine.createMailTable());
  credentialId = ids.next('pc');
});

const mailbox = (path: string) => storedMailbox(credentialId, path);
const of = (mailboxKey: string) => ({ mailboxKey, uidValidity: 7 });

describe('the seen moves of a credential', () => {
  const seen = (by: string) => ({
    ...{ generation: 1, removed: [] },
    added: [{ mailboxKey: 'k', at: 5, by, prints: ['p'] }],
  });

  test('are empty at first, and later the ones that were stored last', async () => {
    expect(await store.traces(credentialId)).toEqual({ version: 0, traces: null });
    expect(await store.putTraces(credentialId, { version: 0, traces: seen('job_1') })).toBe(true);
    expect(await store.traces(credentialId)).toEqual({ version: 1, traces: seen('job_1') });
    expect(await store.putTraces(credentialId, { version: 1, traces: seen('job_2') })).toBe(true);
    expect(await store.traces(credentialId)).toEqual({ version: 2, traces: seen('job_2') });
  });

  test('are stored by the first of two writers that read the same; the other one must read them again', async () => {
    await store.putTraces(credentialId, { version: 0, traces: seen('job_1') });
    expect(await store.putTraces(credentialId, { version: 0, traces: seen('job_2') })).toBe(false);
    expect(await store.traces(credentialId)).toEqual({ version: 1, traces: seen('job_1') });
  });

  test('are removed with the credential', async () => {
    await store.putTraces(credentialId, { version: 0, traces: seen('job_1') });
    expect(await store.eraseCredential(credentialId, false)).toBe(true);
    expect((await store.traces(credentialId)).version).toBe(1);
    expect(await store.eraseCredential(credentialId, true)).toBe(true);
    expect(await store.traces(credentialId)).toEqual({ version: 0, traces: null });
  });
});

describe('the removal of a credential', () => {
  const uids = async (key: string) => store.knownUids(of(key), 1, 100);

  test('hides its mailboxes first, and stops before the messages when its time is over', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.putMessages([storedMessage(record, 1)]);
    expect(await store.eraseCredential(credentialId, true, () => false)).toBe(false);
    expect(await uids(record.key)).toEqual([[1, 1]]);
    const query = { scope: { credential: credentialId }, limit: 10, after: null };
    expect((await store.emails(query)).items).toEqual([]);
    expect(await store.mailboxes(credentialId)).toMatchObject([{ path: 'A', sync: null, lock: null }]);
    expect(await store.putMailbox(record)).toBeNull();
  });

  test('can stop between two mailboxes, and continues later', async () => {
    const records = [await store.addMailbox(mailbox('A')), await store.addMailbox(mailbox('B'))];
    await store.putMessages(records.map((record) => storedMessage(record, 1)));
    let steps = 0;
    const once = () => {
      steps += 1;
      return steps === 1;
    };
    expect(await store.eraseCredential(credentialId, true, once)).toBe(false);
    const left = await Promise.all(records.map(({ key }) => uids(key)));
    expect(left.filter((set) => set.length > 0)).toHaveLength(1);
    expect(await store.eraseCredential(credentialId, true)).toBe(true);
    expect(await Promise.all(records.map(({ key }) => uids(key)))).toEqual([[], []]);
  });

  test('removes the records of its mailboxes last', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.putMessages([storedMessage(record, 1)]);
    expect(await store.eraseCredential(credentialId, false)).toBe(true);
    expect([await uids(record.key), await store.mailboxes(credentialId)]).toMatchObject([[], [{ path: 'A' }]]);
    expect(await store.eraseCredential(credentialId, true)).toBe(true);
    expect(await store.mailboxes(credentialId)).toEqual([]);
  });

  test('also removes the messages of earlier mailboxes at the same path', async () => {
    const former = await store.addMailbox(mailbox('A'));
    await store.putMessages([storedMessage(former, 1)]);
    const record = await store.replaceMailbox(former, { ...mailbox('A'), generation: 2, former: [former.key] });
    expect(record?.former).toEqual([former.key]);
    expect(await store.eraseCredential(credentialId, false)).toBe(true);
    expect(await uids(former.key)).toEqual([]);
  });
});

describe('messages', () => {
  test('of one UIDVALIDITY are erased, and those of another one are kept', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const rows = [5, 6, 7, 8].map((uidValidity) => storedMessage(record, 1, { uidValidity }));
    await store.putMessages(rows);
    expect(await store.eraseMessages(record.key, 6)).toBe(true);
    const left = await Promise.all(
      [5, 6, 7, 8].map((uidValidity) => store.knownUids({ mailboxKey: record.key, uidValidity }, 1, 9)),
    );
    expect(left).toEqual([[[1, 1]], [], [[1, 1]], [[1, 1]]]);
    expect(await store.eraseMessages(record.key, null)).toBe(true);
    expect(await store.knownUids({ mailboxKey: record.key, uidValidity: 5 }, 1, 9)).toEqual([]);
  });

  test('are the newest ones up to the requested number, from rows and from blocks', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const generation = of(record.key);
    const many = (low: number, count: number) =>
      Array.from({ length: count }, (_, n) => storedMessage(record, low + n));
    await store.replaceMessages(generation, [[64, 127]], many(64, 64));
    await store.putMessages(many(60, 2));
    await store.putMessages(many(200, 3));
    await store.removeMessages(generation, [127, 201]);
    expect(await store.newestUids(generation, 1)).toEqual([[202, 202]]);
    expect(await store.newestUids(generation, 4)).toEqual([
      [125, 126],
      [200, 200],
      [202, 202],
    ]);
    expect(await store.newestUids(generation, 100)).toEqual([
      [60, 61],
      [64, 126],
      [200, 200],
      [202, 202],
    ]);
    expect(await store.knownUids(generation, 61, 64)).toEqual([
      [61, 61],
      [64, 64],
    ]);
    expect(await store.knownUids(generation, 64, 61)).toEqual([]);
    expect(await store.newestUids(of('0000000000000000'), 2)).toEqual([]);
  });

  test('that are scattered are read one by one, with the same result as by a range', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const generation = of(record.key);
    const block = Array.from({ length: 64 }, (_, n) => storedMessage(record, 64 + n));
    await store.replaceMessages(generation, [[64, 127]], block);
    await store.putMessages([1, 900].map((uid) => storedMessage(record, uid)));
    const read = async (...wanted: readonly number[]) =>
      (
        await store.messagesOf(
          generation,
          wanted.map((uid) => [uid, uid] as const),
        )
      ).map(({ uid }) => uid);
    expect(await read(1, 70, 900, 5_000)).toEqual([1, 70, 900]);
    expect(await read(69, 70, 71)).toEqual([69, 70, 71]);
    expect(await read()).toEqual([]);
    await store.removeMessages(generation, [1, 70, 900]);
    expect(await read(1, 69, 70, 900)).toEqual([69]);
    await store.removeMessages(generation, []);
    expect(await store.knownUids(generation, 1, 1_000)).toEqual([
      [64, 69],
      [71, 127],
    ]);
  });
});

test('a rename fails if the table fails, and does not count as a conflict', async () => {
  const record = await store.addMailbox(mailbox('A'));
  const nowhere = dynamoMailStore(engine.client, 'no-such-table');
  await expect(nowhere.renameMailbox(record, 'B', record)).rejects.toThrow();
  expect(await store.renameMailbox({ ...record, version: 9 }, 'B', record)).toBeNull();
});
