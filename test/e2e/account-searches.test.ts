import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, type Json, startTestStack, until } from '../fixtures/api.ts';

const ACCOUNT = 'acc_searches';
const BASE = `/api/accounts/${ACCOUNT}`;

let stack: Stack;
let mail: ImapServer;
let api: Api;
const credentials: string[] = [];
const tasks: string[] = [];

beforeAll(async () => {
  mail = await startImapServer({
    accounts: [{ username: 'ann', password: 'secret', mailboxes: [createMailbox({ path: 'INBOX' })] }],
    tls: 'implicit',
  });
  stack = await startTestStack();
  api = await apiOf(stack, ACCOUNT);
  for (let n = 0; n < 5; n += 1) {
    const { body } = await api.post(`${BASE}/provider-credentials`, {
      provider_kind: 'imap',
      host: n < 3 ? 'localhost' : '127.0.0.1',
      port: mail.port,
      security_mode: 'ssl_tls',
      tls_ca_pem: mail.caPem,
      auth_kind: 'password',
      secret: { username: 'ann', password: 'secret' },
      label: `Mailbox ${n}`,
      external_ref: `ref-${n}`,
    });
    credentials.push(body.data.id);
  }
  for (let n = 0; n < 6; n += 1) {
    const { body } = await api.post(`${BASE}/tasks`, {
      task_type: n % 2 === 0 ? 'imap_sync_mailboxes' : 'imap_sync_messages',
      target_credential_id: credentials[n % 2],
      priority: n,
      labels: [`l${n}`],
    });
    tasks.push(body.data.id);
  }
  await api.post(`/api/provider-credentials/${credentials[0]}/test`);
  await api.post(`/api/provider-credentials/${credentials[4]}/pause`, { reason: 'x' });
  await api.delete(`/api/provider-credentials/${credentials[3]}`);
  const { body } = await api.post(`/api/tasks/${tasks[0]}/trigger`);
  await ended(api, body.data.id);
  await until(
    async () => [
      await found('tasks', { status: 'succeeded' }),
      await found('provider-credentials', { status: 'paused' }),
    ],
    ([one = [], other = []]) => one.length === 1 && other.length === 1,
  );
});

afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

const idsOf = ({ body }: { readonly body: Json }): readonly string[] => body.data.map(({ id }: Json) => id);

async function found(list: string, filter: object, more: object = {}): Promise<readonly string[]> {
  const answer = await api.post(`${BASE}/${list}/search`, { filter, ...more });
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body.coverage).toMatchObject({ complete: true });
  return idsOf(answer);
}

const at = (list: readonly string[], ...places: number[]): readonly (string | undefined)[] =>
  places.map((place) => list[place]);

describe('credentials', () => {
  it('are found by every field of the filter, newest first, and not when deleted', async () => {
    const search = (filter: object) => found('provider-credentials', filter);
    expect(await search({})).toEqual(at(credentials, 4, 2, 1, 0));
    expect(await search({ status: 'valid' })).toEqual(at(credentials, 0));
    expect(await search({ status: ['paused', 'unverified'] })).toEqual(at(credentials, 4, 2, 1));
    expect(await search({ host: '127.0.0.1' })).toEqual(at(credentials, 4));
    expect(await search({ label: ['Mailbox 1', 'Mailbox 2'] })).toEqual(at(credentials, 2, 1));
    expect(await search({ external_ref: 'ref-2', host: 'localhost' })).toEqual(at(credentials, 2));
    expect(await search({ auth_kind: 'oauth2' })).toEqual([]);
    expect(await search({ status_reason: 'auth_failed' })).toEqual([]);
    expect(await search({ q: 'MAILBOX localhost' })).toEqual(at(credentials, 2, 1, 0));
    expect(await search({ created_at: { gte: '-1h' } })).toHaveLength(4);
    expect(await search({ created_at: { lt: '-1h' } })).toEqual([]);
  });

  it('contain no secret', async () => {
    const { text } = await api.post(`${BASE}/provider-credentials/search`);
    expect(text).not.toContain('"ann"');
    expect(text).not.toContain('secret');
  });
});

describe('tasks', () => {
  it('are found by every field of the filter, in both directions', async () => {
    const search = (filter: object, more: object = {}) => found('tasks', filter, more);
    expect(await search({})).toEqual(at(tasks, 5, 4, 3, 2, 1, 0));
    expect(await search({}, { sort: 'created_at' })).toEqual(tasks);
    expect(await search({ task_type: 'imap_sync_messages' })).toEqual(at(tasks, 5, 3, 1));
    expect(await search({ target_credential_id: credentials[0] })).toEqual(at(tasks, 4, 2, 0));
    expect(await search({ status: 'idle' })).toEqual(at(tasks, 5, 4, 3, 2, 1));
    expect(await search({ label: ['l1', 'l2'] })).toEqual(at(tasks, 2, 1));
    expect(await search({ priority: { gte: 2, lte: 3 } })).toEqual(at(tasks, 3, 2));
    expect(await search({ q: 'L5' })).toEqual(at(tasks, 5));
  });

  it('come page by page, each once, with their coverage', async () => {
    for (const sort of ['-created_at', 'created_at']) {
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const body = { filter: { status: 'idle' }, sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) };
        const answer = await api.post(`${BASE}/tasks/search`, body);
        seen.push(...idsOf(answer));
        cursor = answer.body.page.next_cursor;
        expect(answer.body.coverage.complete).toBe(cursor === null);
      }
      const idle = tasks.slice(1);
      expect(seen).toEqual(sort === 'created_at' ? idle : idle.toReversed());
    }
    expect(idsOf(await api.post(`${BASE}/tasks/search`, { limit: 2, offset: 3 }))).toEqual(at(tasks, 2, 1));
  });

  it('refuse foreign cursors and unknown filter fields', async () => {
    const { body } = await api.post(`${BASE}/tasks/search`, { limit: 1 });
    const cursor = body.page.next_cursor;
    for (const [path, given] of [
      ['provider-credentials/search', { cursor }],
      ['tasks/search', { cursor, sort: 'created_at' }],
      ['tasks/search', { cursor, filter: { status: 'idle' } }],
    ] as const)
      expect(await api.post(`${BASE}/${path}`, given)).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    expect(await api.post(`${BASE}/tasks/search`, { filter: { statsu: 'idle' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/filter/statsu', message: 'unknown field; did you mean "status"?' }] },
    });
    expect(await api.post(`${BASE}/provider-credentials/search`, { filter: { status: 'good' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/filter/status' }] },
    });
  });
});
