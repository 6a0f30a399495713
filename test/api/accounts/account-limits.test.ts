/** The limits of an account through the deployed handlers, on the real engine. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONTRACTS } from '../../../functions/api/contracts.ts';
import { groupIdOf } from '../../../functions/domain/failure-group/group-id.ts';
import { accountCounterRows, groupCounterRow } from '../../../functions/domain/views/counters.ts';
import { startWholeApi, type WholeApi, type WholeReply } from '../../fixtures/whole-api.ts';

const LIMITS = {
  credentials: 5,
  tasks: 4,
  webhookEndpoints: 2,
  openJobs: 3,
  runningBulkOperations: 2,
  mutedGroups: 2,
  secretsPerMailboxAndHour: 3,
};
let api: WholeApi;
let accounts = 0;
let account: string;
beforeAll(async () => {
  api = await startWholeApi(LIMITS);
});
afterAll(() => api?.stop());
afterEach(() => {
  vi.useRealTimers();
});

const newAccount = (): void => {
  accounts += 1;
  account = `acc_${accounts}`;
};

const on = (
  params: Readonly<Record<string, string>>,
  operation: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<WholeReply> => api.call(operation, { accounts: [account], params, body, headers });
const call = (operation: string, body: unknown, key?: string): Promise<WholeReply> =>
  on({ account_id: account }, operation, body, key === undefined ? {} : { 'idempotency-key': key });

const secretOf = (username: string) => ({ username, password: 'secret' });
const exampleOf = (name: string): object => Object(CONTRACTS.find(({ operation }) => operation === name)?.example);
const mailbox = (username: string) => ({
  ...exampleOf('createCredential'),
  secret: secretOf(username),
});
const addCredential = (username: string, key?: string) => call('createCredential', mailbox(username), key);
async function credentialOf(username: string): Promise<string> {
  const { status, body } = await addCredential(username);
  expect(status).toBe(201);
  return body.data.id;
}
const statuses = (replies: readonly WholeReply[]): number[] => replies.map(({ status }) => status).toSorted();

describe('requests that are refused or repeated', () => {
  it('do not count against the limit of credentials if they are refused because of their secret', async () => {
    newAccount();
    for (let at = 0; at < 3; at += 1) await credentialOf('ann@example.com');
    for (let at = 0; at < 5; at += 1) expect((await addCredential('ann@example.com')).status).toBe(429);
    await credentialOf('bob@example.com');
    await credentialOf('eve@example.com');
    expect(await addCredential('joe@example.com')).toMatchObject({
      status: 409,
      body: { code: 'quota_exceeded', limit: 'credentials', value: LIMITS.credentials },
    });
  });

  it('create one task, counted once, when many with one Idempotency-Key come at once', async () => {
    newAccount();
    const id = await credentialOf('ann@example.com');
    const task = { task_type: 'imap_sync_messages', target_credential_id: id, payload: { folder: 'INBOX' } };
    const same = await Promise.all(Array.from({ length: 3 }, () => call('createTask', task, 'one')));
    expect(statuses(same)).toEqual([201, 201, 201]);
    expect(new Set(same.map(({ body }) => body.data.id)).size).toBe(1);
    for (let at = 1; at < LIMITS.tasks; at += 1) expect((await call('createTask', task)).status).toBe(201);
    expect((await call('createTask', task)).status).toBe(409);
  });
});

describe('tasks that syncs create', () => {
  it('are counted as tasks, one per named folder, and a sync of a known folder is not refused', async () => {
    newAccount();
    const id = await credentialOf('ann@example.com');
    const sync = (folder: string) => call('syncMessages', { credential_id: id, folder });
    for (let at = 0; at < LIMITS.tasks; at += 1) {
      expect((await sync(`folder ${at}`)).status).toBe(202);
      expect((await sync(`folder ${at}`)).status).toBe(202);
    }
    expect(await sync('one more')).toMatchObject({
      status: 409,
      body: { code: 'quota_exceeded', limit: 'tasks', value: LIMITS.tasks },
    });
    expect((await sync('folder 0')).status).toBe(202);
  });
});

it('webhook endpoints are limited', async () => {
  newAccount();
  const create = () =>
    call('createWebhookEndpoint', { ...exampleOf('createWebhookEndpoint'), target: { match: 'external_ref' } });
  for (let at = 0; at < LIMITS.webhookEndpoints; at += 1) expect((await create()).status).toBe(201);
  expect(await create()).toMatchObject({
    status: 409,
    body: { code: 'quota_exceeded', limit: 'webhookEndpoints', value: LIMITS.webhookEndpoints },
  });
});

describe('open jobs', () => {
  it('at the limit, syncs and triggers of tasks are refused; commands on jobs that exist are not', async () => {
    newAccount();
    const id = await credentialOf('ann@example.com');
    const { job_id, task_id } = (await call('syncMessages', { credential_id: id })).body.data;
    await api.put('VIEWS_TABLE', { id: accountCounterRows(account)[0], 's:queued': LIMITS.openJobs });
    const refused = {
      status: 409,
      body: { code: 'quota_exceeded', limit: 'openJobs', value: LIMITS.openJobs },
    };
    expect(await call('syncMessages', { credential_id: id, folder: 'another' })).toMatchObject(refused);
    expect(await on({ task_id }, 'triggerTask', {})).toMatchObject(refused);
    expect((await on({ job_id }, 'triggerJob', {})).status).toBe(202);
  });
});

describe('a secret', () => {
  const given = (id: string, operation: 'rotateCredential' | 'updateCredential', password: string, headers = {}) =>
    on({ credential_id: id }, operation, { secret: { ...secretOf('ann@example.com'), password } }, headers);
  const REFUSED = { status: 429, body: { code: 'rate_limited', limit: 'secretsPerMailboxAndHour' } };

  it('that is sent again under its Idempotency-Key is counted once', async () => {
    newAccount();
    const id = await credentialOf('ann@example.com');
    const again = () => given(id, 'rotateCredential', 'second', { 'idempotency-key': 'one' });
    for (let at = 0; at < 5; at += 1) expect((await again()).status).toBe(200);
    expect((await given(id, 'rotateCredential', 'third')).status).toBe(200);
    expect(await given(id, 'rotateCredential', 'fourth')).toMatchObject(REFUSED);
    expect((await again()).status).toBe(200);
  });

  it('in a PATCH is counted like the secret of a rotation', async () => {
    newAccount();
    const id = await credentialOf('ann@example.com');
    expect((await given(id, 'updateCredential', 'second')).status).toBe(200);
    expect((await given(id, 'rotateCredential', 'third')).status).toBe(200);
    expect(await given(id, 'updateCredential', 'fourth')).toMatchObject(REFUSED);
    const label = await on({ credential_id: id }, 'updateCredential', { label: 'Sales' });
    expect(label.status).toBe(200);
  });

  it.each(['rotateCredential', 'updateCredential'] as const)(
    'of a %s for another version is not counted',
    async (of) => {
      newAccount();
      const id = await credentialOf('ann@example.com');
      for (let at = 0; at < 5; at += 1) expect((await given(id, of, 'second', { 'if-match': '"7"' })).status).toBe(412);
      expect((await given(id, of, 'second')).status).toBe(200);
    },
  );
});

describe('bulk operations', () => {
  it('make room when they have ended, counted by the rows of the running ones', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    newAccount();
    const id = await credentialOf('ann@example.com');
    const job = (await call('syncMailboxes', { credential_id: id })).body.data.job_id;
    const start = () => call('bulkJobs', { action: 'retry', job_ids: [job], reason: 'again' });
    const [first, second] = [await start(), await start()];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(await start()).toMatchObject({
      status: 409,
      body: { code: 'quota_exceeded', limit: 'runningBulkOperations', value: LIMITS.runningBulkOperations },
    });
    await api.project();
    vi.setSystemTime(Date.now() + 11_000);
    expect((await start()).status).toBe(409);
    await finish(first.body.data.id);
    await api.project();
    vi.setSystemTime(Date.now() + 11_000);
    expect((await start()).status).toBe(202);
    expect((await start()).status).toBe(409);
  });

  async function finish(bulkId: string): Promise<void> {
    const version = (await api.log.read(bulkId)).length + 1;
    const event = { type: 'BulkFinished', data: { outcome: 'aborted' } } as const;
    const origin = { streamId: bulkId, accountId: account, actor: { kind: 'system', id: 'bulk' } as const };
    await api.log.append([{ ...origin, version, at: new Date().toISOString(), event }]);
  }
});

describe('mutes of failure groups', () => {
  it('are limited; another mute of a muted group is not counted, and an unmuted group makes room', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    newAccount();
    const groups: string[] = [];
    for (const host of ['a.test:993', 'b.test:993', 'c.test:993']) {
      const id = groupIdOf({ account_id: account, code: 'auth_failed', host });
      await api.put('VIEWS_TABLE', { id: groupCounterRow(id), 'f:imap_sync_messages': 1 });
      groups.push(id);
    }
    const [one = '', two = '', three = ''] = groups;
    const mute = (id: string, until?: string) => on({ failure_group_id: id }, 'muteFailureGroup', { until });
    const later = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
    expect([(await mute(one)).status, (await mute(two, later(1))).status]).toEqual([200, 200]);
    for (let at = 0; at < 3; at += 1) expect((await mute(one, later(60))).status).toBe(200);
    const refused = {
      status: 409,
      body: { code: 'quota_exceeded', limit: 'mutedGroups', value: LIMITS.mutedGroups },
    };
    expect(await mute(three)).toMatchObject(refused);
    expect((await api.log.read(three)).length).toBe(0);
    await api.project();
    vi.setSystemTime(Date.now() + 11_000);
    expect(await mute(three)).toMatchObject(refused);
    await on({ failure_group_id: one }, 'unmuteFailureGroup', {});
    await api.project();
    vi.setSystemTime(Date.now() + 11_000);
    expect((await mute(three)).status, 'one group was unmuted').toBe(200);
    expect(await mute(one)).toMatchObject(refused);
    await api.project();
    vi.setSystemTime(Date.now() + 60_000);
    expect((await mute(one)).status, 'the mute of another group has ended').toBe(200);
  });
});
