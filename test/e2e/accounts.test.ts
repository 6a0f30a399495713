import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../functions/http/routes.ts';
import { type DemoServer, startDemoServer } from '../../local/imap/demo-account.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, apiWith, ended, startTestStack, until } from '../fixtures/api.ts';
import { readDocument } from '../fixtures/api-document.ts';

let stack: Stack;
let mail: DemoServer;
let mine: Api;
let theirs: Api;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [stack, mail] = await Promise.all([startTestStack(), startDemoServer()]);
  [mine, theirs] = await Promise.all([apiOf(stack, 'acc_mine'), apiOf(stack, 'acc_theirs')]);
  const credential = await mine.post('/api/accounts/acc_mine/provider-credentials', {
    provider_kind: 'imap',
    host: 'localhost',
    port: mail.port,
    security_mode: 'ssl_tls',
    tls_ca_pem: mail.caPem,
    auth_kind: 'password',
    secret: { username: mail.username, password: mail.password },
  });
  ids.credential_id = credential.body.data.id;
  const sync = await mine.post('/api/accounts/acc_mine/imap/sync-messages', { credential_id: ids.credential_id });
  ids.job_id = sync.body.data.job_id;
  ids.task_id = sync.body.data.task_id;
  await ended(mine, ids.job_id ?? '');
  const emails = await mine.get('/api/accounts/acc_mine/emails?limit=1');
  ids.email_id = emails.body.data[0]?.id ?? '';
  const bulk = { action: 'retry', job_ids: [ids.job_id], reason: 'it has succeeded, so nothing happens' };
  ids.bulk_id = (await mine.post('/api/accounts/acc_mine/jobs/bulk', bulk)).body.data.id;
  const logs = await until(
    () => mine.get('/api/accounts/acc_mine/logs?limit=1'),
    ({ body }) => body.data.length > 0,
  );
  const webhook = { provider: 'standard', target: { match: 'external_ref' }, action: 'imap_sync_mailboxes' };
  ids.webhook_endpoint_id = (await mine.post('/api/accounts/acc_mine/webhook-endpoints', webhook)).body.data.id;
  ids.log_id = logs.body.data[0].id;
});

afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

const bodyFor = (operation: string): unknown => {
  switch (operation) {
    case 'createTask':
      return { task_type: 'imap_sync_mailboxes', target_credential_id: ids.credential_id };
    case 'syncMailboxes':
    case 'syncMessages':
      return { credential_id: ids.credential_id };
    case 'createWebhookEndpoint':
      return { provider: 'standard', target: { match: 'external_ref' }, action: 'imap_sync_mailboxes' };
    case 'updateWebhookEndpoint':
      return { enabled: true };
    case 'updateTask':
      return { priority: 1 };
    case 'updateCredential':
      return { label: 'x' };
    case 'updateJob':
      return { priority: 1 };
    case 'rotateCredential':
      return { secret: { username: 'x', password: 'y' } };
    case 'createCredential':
      return {
        provider_kind: 'imap',
        host: 'localhost',
        port: mail.port,
        security_mode: 'ssl_tls',
        auth_kind: 'password',
        secret: { username: 'x', password: 'y' },
      };
    default:
      return {};
  }
};

const pathOf = (path: string, named: Record<string, string | undefined>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => named[name] ?? 'none');

const call = (api: Api, method: string, path: string, operation: string) =>
  method === 'POST' || method === 'PATCH' ? api.send(method, path, bodyFor(operation)) : api.request(method, path);

const withoutRequestId = (text: string): string => text.replace(/"request_id":"[^"]*"/, '');
const guarded = ROUTES.filter(({ role }) => role !== null);

describe('two accounts', () => {
  it('have data to hide from each other', () => {
    expect(ids).toMatchObject({
      email_id: expect.stringMatching(/^eml_/),
      bulk_id: expect.stringMatching(/^blk_/),
      log_id: expect.stringMatching(/^log_/),
    });
  });

  it.each(guarded.filter(({ path }) => path.includes('{account_id}')))(
    '$operation on the other account is forbidden',
    async ({ method, path, operation }) => {
      const answer = await call(theirs, method, pathOf(path, { account_id: 'acc_mine' }), operation);
      expect(answer).toMatchObject({ status: 403, body: { code: 'account_forbidden' } });
    },
  );

  it.each(guarded.filter(({ path }) => /\{(?!account_id)/.test(path)))(
    '$operation answers for the other account as for an unknown id',
    async ({ method, path, operation }) => {
      const foreign = await call(theirs, method, pathOf(path, ids), operation);
      const unknown = Object.fromEntries(
        Object.entries(ids).map(([name, id]) => [name, id.replace(/.{6}$/, '000000')]),
      );
      const nothing = await call(theirs, method, pathOf(path, unknown), operation);
      expect(foreign.status).toBe(404);
      expect(withoutRequestId(foreign.text)).toBe(withoutRequestId(nothing.text));
    },
  );

  it.each(['createTask', 'syncMailboxes', 'syncMessages'])(
    '%s does not reach the credential of the other account',
    async (operation) => {
      const route = ROUTES.find((one) => one.operation === operation);
      const answer = await theirs.post(pathOf(route?.path ?? '', { account_id: 'acc_theirs' }), bodyFor(operation));
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  it.each(['jobs', 'mailboxes', 'emails'])(
    'a list of %s filtered by a foreign credential shows nothing',
    async (list) => {
      const answer = await theirs.get(`/api/accounts/acc_theirs/${list}?credential_id=${ids.credential_id}`);
      expect(answer.text).not.toContain('acc_mine');
      expect([200, 404]).toContain(answer.status);
      if (answer.status === 200) expect(answer.body.data).toEqual([]);
    },
  );

  it('are unchanged after all of these requests', async () => {
    expect((await mine.get(`/api/provider-credentials/${ids.credential_id}`)).status).toBe(200);
    const jobs = await until(
      () => mine.get('/api/accounts/acc_mine/jobs'),
      ({ body }) => body.data.length > 0,
    );
    expect(jobs.body.data).toHaveLength(1);
    expect((await theirs.get('/api/accounts/acc_theirs/jobs')).body.data).toEqual([]);
  });

  it("do not accept each other's cursors", async () => {
    const emails = await mine.get('/api/accounts/acc_mine/emails?limit=1');
    const answer = await theirs.get(`/api/accounts/acc_theirs/emails?cursor=${emails.body.page.next_cursor}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  it('are both open to a token that names both', async () => {
    const token = await stack.token({ accounts: ['acc_theirs', 'acc_mine'], role: 'viewer', uid: 'both' });
    const both = apiWith(stack.url, token);
    expect((await both.get(`/api/jobs/${ids.job_id}`)).status).toBe(200);
    expect((await both.get('/api/accounts/acc_theirs/jobs')).status).toBe(200);
  });
});

describe('roles', () => {
  const RANK = { viewer: 0, member: 1, owner: 2 };
  const cases = guarded.flatMap((route) =>
    (['viewer', 'member'] as const)
      .filter((role) => RANK[role] < RANK[route.role ?? 'viewer'])
      .map((role) => ({ ...route, role })),
  );
  it.each(cases)('$operation is refused to a $role', async ({ method, path, operation, role }) => {
    const api = await apiOf(stack, 'acc_mine', role);
    const answer = await call(api, method, pathOf(path, { ...ids, account_id: 'acc_mine' }), operation);
    expect(answer).toMatchObject({ status: 403, body: { code: 'role_forbidden' } });
  });

  const allowed = guarded.flatMap((route) =>
    (['viewer', 'member', 'owner'] as const)
      .filter((role) => RANK[role] >= RANK[route.role ?? 'viewer'])
      .map((role) => ({ ...route, role })),
  );
  it.each(allowed)('$operation is allowed for a $role', async ({ method, path, operation, role }) => {
    const api = await apiOf(stack, 'acc_mine', role);
    // With ids that do not exist and a body that is never valid: every allowed role gets that answer.
    const unknown = Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, id.replace(/.{6}$/, '000000')]));
    const at = pathOf(path, { ...unknown, account_id: 'acc_mine' });
    const answer = await (method === 'GET' || method === 'DELETE'
      ? api.request(method, at)
      : api.send(method, at, { nothing: 'of the kind' }));
    expect([200, 404, 422]).toContain(answer.status);
    expect(readDocument().operations.find(({ id }) => id === operation)).toMatchObject({ method });
  });

  it('are those in the document', () => {
    const named = readDocument().operations.map(({ id, role }) => [id, role]);
    expect(named.sort()).toEqual(ROUTES.map(({ operation, role }) => [operation, role]).sort());
  });

  it.each(guarded)('$operation needs a token', async ({ method, path }) => {
    const answer = await apiWith(stack.url, null).request(method, pathOf(path, { ...ids, account_id: 'acc_mine' }));
    expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
  });

  it('are missing in a token that is not for this API', async () => {
    const api = apiWith(stack.url, await stack.token({ accounts: ['acc_mine'], role: '', uid: 'x' }));
    expect(await api.get('/api/accounts/acc_mine/jobs')).toMatchObject({
      status: 401,
      body: { code: 'invalid_token' },
    });
  });

  it.each([[['acc_mine b']], [['acc_mine,acc_yours']], [['acc_mine', 'b']], [['acc_mine', 'acc_yours z']]])(
    'are not granted by a token for %j: the name of another account gives no access here',
    async (accounts) => {
      const api = apiWith(stack.url, await stack.token({ accounts, role: 'owner', uid: 'x' }));
      for (const path of ['/api/accounts/acc_mine/jobs', '/api/accounts/acc_yours/jobs'])
        expect(await api.get(path)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    },
  );
});
