import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { type DemoServer, startDemoServer } from '../../local/imap/demo-account.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, everyItem, type Json, startTestStack } from '../fixtures/api.ts';
import { addCredential, syncMessages } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_emails';
const BASE = `/api/accounts/${ACCOUNT}`;
let stack: Stack;
let mail: DemoServer;
let api: Api;
let credential: string;
let everything: readonly Json[];

beforeAll(async () => {
  [stack, mail] = await Promise.all([startTestStack(), startDemoServer()]);
  api = await apiOf(stack, ACCOUNT);
  credential = await addCredential(api, ACCOUNT, mail);
  for (const folder of ['INBOX', 'Sent', 'Archive']) await syncMessages(api, ACCOUNT, credential, { folder });
  everything = await everyItem(api, `${BASE}/emails`);
});
afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

const search = (body: Json) => api.post(`${BASE}/emails/search`, body);

/** Every page to the end; no message twice. */
async function all(filter: Json, limit = 7): Promise<readonly string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { status, body, text } = await search({ filter, limit, ...(cursor === undefined ? {} : { cursor }) });
    expect([status, text]).toEqual([200, expect.any(String)]);
    found.push(...body.data.map(({ id }: Json) => id));
    expect(body.coverage.complete).toBe(body.page.next_cursor === null);
    if (body.page.next_cursor === null) break;
    cursor = body.page.next_cursor;
  }
  expect(new Set(found).size).toBe(found.length);
  return found;
}

const has = (email: Json, flag: string): boolean => email.flags.includes(flag);
const people = (list: Json[]): string =>
  list
    .map(({ name, address }) => `${name} ${address}`)
    .join(' ')
    .toLowerCase();

describe('a search of emails', () => {
  it('finds the same as a check of all messages, newest first', async () => {
    expect(everything.length).toBe(245);
    const [sample] = everything.filter(({ subject }) => subject !== null);
    const middle = everything[100]?.internal_date;
    const [sender] = everything.flatMap(({ from }) => from.map(({ address }: Json) => address));
    const cases: [Json, (email: Json) => boolean][] = [
      [{}, () => true],
      [{ folder: ['Sent', 'Archive'] }, ({ folder }) => folder !== 'INBOX'],
      [{ seen: false }, (email) => !has(email, '\\Seen')],
      [{ flagged: true, credential_id: credential }, (email) => has(email, '\\Flagged')],
      [{ flag: '\\ANSWERED' }, (email) => has(email, '\\Answered')],
      [{ from: sender.toUpperCase() }, ({ from }) => people(from).includes(sender.toLowerCase())],
      [{ subject: sample.subject }, ({ subject }) => subject?.toLowerCase().includes(sample.subject.toLowerCase())],
      [{ message_id: sample.message_id }, ({ message_id }) => message_id === sample.message_id],
      [{ size: { gte: 1_000 } }, ({ size }) => size >= 1_000],
      [{ internal_date: { gte: middle } }, ({ internal_date }) => internal_date >= middle],
      [
        { internal_date: { lt: middle }, folder: 'INBOX' },
        (email) => email.internal_date < middle && email.folder === 'INBOX',
      ],
      [{ internal_date: { gte: '-1s' } }, ({ internal_date }) => Date.parse(internal_date) > Date.now()],
      [{ credential_id: [credential, ids.next('pc')], folder: 'Sent' }, ({ folder }) => folder === 'Sent'],
      [{ q: 'no such words anywhere' }, () => false],
    ];
    for (const [filter, matches] of cases) {
      const expected = everything.filter(matches).map(({ id }) => id);
      expect([filter, await all(filter, 40)]).toEqual([filter, expected]);
    }
  });

  it('continues from its cursor wherever a page ended, and skips by offset', async () => {
    const expected = everything.filter(({ folder }) => folder === 'Archive').map(({ id }) => id);
    expect(await all({ folder: 'Archive' }, 1)).toEqual(expected);
    const { body } = await search({ filter: { folder: 'Archive' }, limit: 5, offset: 40 });
    expect(body.data.map(({ id }: Json) => id)).toEqual(expected.slice(40));
    // Everything newer than the last message on the page was examined.
    const last = everything.findIndex(({ id }) => id === expected.at(-1));
    expect(body.coverage).toMatchObject({ examined: last + 1, to: null, complete: false });
    expect(Date.parse(body.coverage.from)).toBe(Date.parse(everything[last].internal_date) + 1);
  });

  it('finds nothing in a period that ends before it begins', async () => {
    const internal_date = { gte: '2026-02-01T00:00:00Z', lt: '2026-01-01T00:00:00Z' };
    expect(await all({ internal_date })).toEqual([]);
    expect(await all({ internal_date, credential_id: credential })).toEqual([]);
  });

  it('of a credential of another account finds no credential, and refuses a cursor of another filter', async () => {
    const other = await apiOf(stack, 'acc_other');
    const foreign = { filter: { credential_id: credential } };
    expect((await other.post('/api/accounts/acc_other/emails/search', foreign)).status).toBe(404);
    const many = { filter: { credential_id: [credential, credential] } };
    expect((await other.post('/api/accounts/acc_other/emails/search', many)).body.data).toEqual([]);
    const first = await search({ filter: { folder: 'INBOX' }, limit: 1 });
    const cursor = first.body.page.next_cursor;
    expect((await search({ filter: { folder: 'Sent' }, limit: 1, cursor })).body.code).toBe('invalid_cursor');
  });
});
