/** The list of messages takes the filter fields that make sense in a URL, with the meaning that they have in a search. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../../functions/domain/mail/message.ts';
import type { Json } from '../../fixtures/api.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { startWholeApi, type WholeApi } from '../../fixtures/whole-api.ts';

const ACCOUNT = 'acc_mail';
let api: WholeApi;
let credential: string;

const call = (operation: string, more: { query?: [string, string][]; body?: object; account?: string }) =>
  api.call(operation, {
    accounts: [more.account ?? ACCOUNT],
    params: { account_id: more.account ?? ACCOUNT },
    ...(more.query === undefined ? {} : { query: more.query }),
    ...(more.body === undefined ? {} : { body: more.body }),
  });

beforeAll(async () => {
  api = await startWholeApi();
  const made = await call('createCredential', {
    body: {
      ...{
        provider_kind: 'imap',
        host: 'mail.example.com',
        port: 993,
        security_mode: 'ssl_tls',
        auth_kind: 'password',
      },
      secret: { username: 'jane@example.com', password: 'correct horse battery staple' },
    },
  });
  credential = made.body.data.id;
  const day = (n: number): string => new Date(Date.now() - n * 86_400_000).toISOString();
  for (const path of ['INBOX', 'Archive']) {
    const record = await api.mail.addMailbox({ ...storedMailbox(credential, path), accountId: ACCOUNT });
    const message = (uid: number, changes: Partial<MessageRecord>): MessageRecord =>
      storedMessage(record, uid, changes);
    await api.mail.putMessages([
      message(1, { flags: ['\\Seen'], subject: 'Minutes of May', internalDate: day(9) }),
      message(2, { flags: [], subject: 'Invoice', internalDate: day(3) }),
      message(3, {
        ...{ flags: ['\\Seen', '\\Flagged'], subject: 'Minutes of June', internalDate: day(1) },
        from: [{ name: 'Ann Other', address: 'ann@example.org' }],
      }),
    ]);
  }
});
afterAll(() => api?.stop());

describe('the list of messages', () => {
  it.each<[[string, string][], Json, number]>([
    [[['folder', 'INBOX']], { folder: 'INBOX' }, 3],
    [
      [
        ['folder', 'INBOX'],
        ['folder', 'Archive'],
      ],
      { folder: ['INBOX', 'Archive'] },
      6,
    ],
    [[['seen', 'true']], { seen: true }, 4],
    [[['seen', 'false']], { seen: false }, 2],
    [[['flagged', 'true']], { flagged: true }, 2],
    [[['from', 'ANN other']], { from: 'ann OTHER' }, 2],
    [[['subject', 'minutes may']], { subject: 'may minutes' }, 2],
    [[['since', '-5d']], { internal_date: { gte: '-5d' } }, 4],
    [[['until', '-2d']], { internal_date: { lt: '-2d' } }, 4],
    [
      [
        ['since', '-5d'],
        ['until', '-2d'],
        ['folder', 'Archive'],
      ],
      { folder: 'Archive', internal_date: { gte: '-5d', lt: '-2d' } },
      1,
    ],
    [[['folder', 'Nowhere']], { folder: 'Nowhere' }, 0],
  ])('takes %j and finds what the search finds', async (query, filter, count) => {
    const listed = await call('listEmails', { query });
    const searched = await call('searchEmails', { body: { filter } });
    expect(listed.status).toBe(200);
    expect(listed.body.data).toHaveLength(count);
    expect(listed.body.data).toEqual(searched.body.data);
    expect(Object.keys(listed.body)).toEqual(['data', 'page']);
    const ofOne = await call('listEmails', { query: [...query, ['credential_id', credential]] });
    expect(ofOne.body.data).toEqual(listed.body.data);
  });

  it('continues a filtered list by its cursor, and refuses the cursor with another filter', async () => {
    const first = await call('listEmails', {
      query: [
        ['seen', 'true'],
        ['limit', '1'],
      ],
    });
    const cursor = first.body.page.next_cursor;
    const second = await call('listEmails', {
      query: [
        ['seen', 'true'],
        ['limit', '3'],
        ['cursor', cursor],
      ],
    });
    expect(second.body.data).toHaveLength(3);
    const other = await call('listEmails', {
      query: [
        ['seen', 'false'],
        ['limit', '3'],
        ['cursor', cursor],
      ],
    });
    expect(other).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  it('finds nothing of another account', async () => {
    const foreign = { account: 'acc_stranger' };
    expect((await call('listEmails', { ...foreign, query: [['seen', 'true']] })).body.data).toEqual([]);
    const named = await call('listEmails', {
      ...foreign,
      query: [
        ['seen', 'true'],
        ['credential_id', credential],
      ],
    });
    expect(named).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it.each<[string, string]>([
    ['seen', 'yes'],
    ['since', 'yesterday'],
    ['from', ' '],
    ['to', 'x'],
    ['flag', 'x'],
  ])('refuses %s=%s', async (name, value) => {
    const reply = await call('listEmails', { query: [[name, value]] });
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });
});
