/** Failure groups, statistics with ETag and the series of ends, through the deployed handlers on the real engine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { groupIdOf } from '../../../functions/domain/failure-group/group-id.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { failedWith, requested, started, succeeded } from '../../domain/job/job-stream.ts';
import { startWholeApi, type WholeApi, type WholeCall, type WholeReply } from '../../fixtures/whole-api.ts';

let api: WholeApi;
beforeAll(async () => {
  api = await startWholeApi();
});
afterAll(() => api?.stop());

const NOW = Date.now();
const iso = (minutesAgo: number): string => new Date(NOW - minutesAgo * 60_000).toISOString();
let accounts = 0;
const newAccount = (): string => {
  accounts += 1;
  return `acc_groups_${accounts}`;
};

const on = (
  account: string,
  operation: string,
  more: Partial<WholeCall> & { readonly group?: string } = {},
): Promise<WholeReply> => {
  const { group, ...call } = more;
  const params: Record<string, string> = group === undefined ? { account_id: account } : { failure_group_id: group };
  return api.call(operation, { accounts: [account], params, ...call });
};
const listed = async (account: string, ...query: [string, string][]) => on(account, 'listFailureGroups', { query });

/** `host` and `credential` by number; the job failed `ago` minutes ago. */
type Fails = {
  readonly code?: 'provider_timeout' | 'auth_failed';
  host: number | null;
  credential?: number;
  ago?: number;
};
const hostOf = (n: number): string => `imap${n}.example.com:993`;

async function append(account: string, id: string, events: readonly (readonly [JobEvent, number])[]) {
  let version = (await api.log.read(id)).length;
  for (const [event, ago] of events) {
    version += 1;
    const actor = { kind: 'system', id: 'test' } as const;
    await api.log.append([{ streamId: id, version, accountId: account, actor, at: iso(ago), event }]);
  }
}

async function fails(
  account: string,
  { code = 'provider_timeout', host, credential = 1, ago = 5 }: Fails,
  retries = false,
) {
  const id = ids.next('job');
  const failure = failedWith(code, retries ? iso(-60) : null);
  if (failure.type !== 'AttemptFailed') throw new Error('no failure');
  const data = { ...failure.data, ...(host === null ? {} : { host: hostOf(host) }) };
  await append(account, id, [
    [requested({ credential_id: ids.derive('pc', [`${credential}`]) }), ago + 2],
    [started(), ago + 1],
    [{ type: 'AttemptFailed', data }, ago],
  ]);
  return id;
}

describe('failure groups', () => {
  it('count failed and retrying jobs by code and server, with their credentials, times and a sample', async () => {
    const account = newAccount();
    const oldest = await fails(account, { host: 1, credential: 1, ago: 30 });
    await fails(account, { host: 1, credential: 2, ago: 20 }, true);
    await fails(account, { host: 1, credential: 2, ago: 10 });
    await fails(account, { host: 2, ago: 3 });
    await fails(account, { host: null, code: 'auth_failed', ago: 4 });
    await api.project();
    const { body } = await listed(account);
    expect(body.data).toHaveLength(3);
    expect(body.data[0]).toMatchObject({
      id: groupIdOf({ account_id: account, code: 'provider_timeout', host: hostOf(1) }),
      code: 'provider_timeout',
      host: hostOf(1),
      category: 'transient',
      action: null,
      failed: 2,
      retrying: 1,
      credentials: { count: 2, more: false },
      first_at: iso(30),
      last_at: iso(10),
      muted: false,
      version: 0,
    });
    expect(body.coverage).toMatchObject({ examined: 5, complete: true });
    const hosts = (reply: WholeReply) => reply.body.data.map(({ host }: { host: string | null }) => host);
    expect(hosts(await listed(account, ['sort', '-last_at']))).toEqual([hostOf(2), null, hostOf(1)]);
    const first = await listed(account, ['limit', '2']);
    const second = await listed(account, ['limit', '2'], ['cursor', first.body.page.next_cursor]);
    expect([...hosts(first), ...hosts(second)]).toEqual(hosts(await listed(account)));
    expect(second.body.page.next_cursor).toBeNull();
    const [, , last] = (await listed(account, ['sort', '-last_at'])).body.data;
    expect(last.sample_job_id).not.toBe(oldest);
  });

  it('have one item per action if requested, under the id of the group', async () => {
    const account = newAccount();
    await fails(account, { host: 1 });
    await api.project();
    const [item] = (await listed(account, ['by', 'action'])).body.data;
    const [group] = (await listed(account)).body.data;
    expect(item).toEqual({ ...group, action: 'imap_sync_messages' });
  });

  it('lose a job that is retried or succeeds; an empty group is in no list but can be read', async () => {
    const account = newAccount();
    const job = await fails(account, { host: 1 });
    await api.project();
    const [{ id }] = (await listed(account)).body.data;
    await append(account, job, [[{ type: 'JobRetryRequested', data: { reason: null } }, 2]]);
    await append(account, job, [
      [started(2), 1],
      [succeeded, 0],
    ]);
    await api.project();
    expect((await listed(account)).body.data).toEqual([]);
    const empty = await on(account, 'getFailureGroup', { group: id });
    expect(empty.body.data).toMatchObject({ failed: 0, retrying: 0, last_at: iso(5), sample_job_id: job });
    const row = (await api.items()).find(({ item }) => item.id === `cnt#${id}`);
    expect(row?.item.ttl, 'the row expires').toBeGreaterThan(NOW / 1000 + 6 * 86_400);
    await fails(account, { host: 1, ago: 0 });
    await api.project();
    expect((await api.items()).find(({ item }) => item.id === `cnt#${id}`)?.item).not.toHaveProperty('ttl');
  });

  it('say that there are more credentials than 100', async () => {
    const account = newAccount();
    for (let n = 0; n < 101; n += 1) await fails(account, { host: 1, credential: n });
    await api.project();
    expect((await listed(account)).body.data[0]).toMatchObject({
      failed: 101,
      credentials: { count: 100, more: true },
    });
  });
});

describe('a mute', () => {
  async function group(ago = 5) {
    const account = newAccount();
    await fails(account, { host: 1, ago });
    await api.project();
    return { account, id: groupIdOf({ account_id: account, code: 'provider_timeout', host: hostOf(1) }) };
  }

  it('removes the group from those that ask for attention, but not from lists and counts', async () => {
    const { account, id } = await group();
    const muted = await on(account, 'muteFailureGroup', { group: id, role: 'member', body: { note: 'known' } });
    expect(muted.body.data).toMatchObject({ id, muted: true, muted_until: null, note: 'known', version: 1 });
    await api.project();
    const [item] = (await listed(account)).body.data;
    expect(item).toMatchObject({ id, failed: 1, muted: true, note: 'known', version: 1 });
    expect((await listed(account, ['muted', 'false'])).body.data).toEqual([]);
    expect((await listed(account, ['muted', 'true'])).body.data).toEqual([item]);
    expect((await on(account, 'jobStats')).body.data).toMatchObject({ by_status: { failed: 1 } });
    await on(account, 'unmuteFailureGroup', { group: id, body: {} });
    expect((await on(account, 'getFailureGroup', { group: id })).body.data).toMatchObject({ muted: false, version: 2 });
  });

  it('ends when a job fails after its end time, and not before', async () => {
    const { account, id } = await group(10);
    await on(account, 'muteFailureGroup', { group: id, body: { until: iso(5) } });
    const shown = async () => (await on(account, 'getFailureGroup', { group: id })).body.data;
    expect(await shown()).toMatchObject({ muted: true, muted_until: iso(5) });
    await fails(account, { host: 1, ago: 1 });
    await api.project();
    expect(await shown()).toMatchObject({ muted: false, last_at: iso(1) });
    expect((await listed(account, ['muted', 'false'])).body.data).toHaveLength(1);
  });

  it('is for members, keeps If-Match and the Idempotency-Key, and is in the audit', async () => {
    const { account, id } = await group();
    const mute = (more: Partial<WholeCall>) => on(account, 'muteFailureGroup', { group: id, body: {}, ...more });
    expect((await mute({ role: 'viewer' })).status).toBe(403);
    expect((await mute({ headers: { 'if-match': '"1"' } })).status).toBe(412);
    const keyed = { headers: { 'idempotency-key': 'one', 'if-match': '"0"' } };
    expect([(await mute(keyed)).status, (await mute(keyed)).status]).toEqual([200, 200]);
    expect((await mute({ ...keyed, body: { note: 'other' } })).body.code).toBe('idempotency_key_reused');
    expect(await api.log.read(id)).toHaveLength(1);
    const logs = (await on(account, 'listLogs')).body.data;
    const entry = { action: 'failure_group_muted', subject: 'failure_group', subject_id: id };
    expect(logs).toMatchObject([{ ...entry, data: { code: 'provider_timeout', host: hostOf(1), until: null } }]);
  });

  it('is possible only for an existing group of the own account', async () => {
    const { account, id } = await group();
    const stranger = newAccount();
    const never = groupIdOf({ account_id: account, code: 'provider_timeout', host: 'never.example.com:993' });
    for (const operation of ['getFailureGroup', 'muteFailureGroup', 'unmuteFailureGroup']) {
      const body = operation === 'getFailureGroup' ? {} : { body: {} };
      const replies = [
        await on(stranger, operation, { group: id, ...body }),
        await on(account, operation, { group: never, ...body }),
        await on(account, operation, { group: ids.next('fgr'), ...body }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
    expect(await api.log.read(id)).toEqual([]);
    expect(await api.log.read(never)).toEqual([]);
  });
});

describe('statistics', () => {
  it('are unchanged while no row has changed, and changed when any row of the account has changed', async () => {
    const account = newAccount();
    await fails(account, { host: 1 });
    await api.project();
    const ask = (etag?: string) =>
      on(account, 'jobStats', etag === undefined ? {} : { headers: { 'if-none-match': etag } });
    const first = await ask();
    const tag = `"${first.body.data.revision}"`;
    expect(await ask(tag)).toMatchObject({ status: 304, text: '' });
    expect((await ask(`W/"x", W/${tag}`)).status).toBe(304);
    const other = newAccount();
    await fails(other, { host: 1 });
    await api.project();
    expect((await ask(tag)).status, 'another account has changed').toBe(304);
    const { id } = (await listed(account)).body.data[0];
    await on(account, 'muteFailureGroup', { group: id, body: {} });
    await api.project();
    const second = await ask(tag);
    expect(second.status, 'a group was muted').toBe(200);
    expect(Number(second.body.data.revision)).toBeGreaterThan(Number(first.body.data.revision));
  });

  it('show since when a job is due, what jobs wait for and which credentials work', async () => {
    const account = newAccount();
    const [early, late] = [ids.next('job'), ids.next('job')];
    await append(account, late, [[requested(), 1]]);
    await append(account, early, [[requested(), 30]]);
    await api.project();
    const { data } = (await on(account, 'jobStats')).body;
    expect(data).toMatchObject({ oldest_due_at: iso(30), stalled: 1, by_waiting_on: {}, credentials_by_status: {} });
    expect(data.open_coverage).toMatchObject({ examined: 2, complete: true });
  });

  it('by hour of end count each job in the hour of its last end, and failed ones by error', async () => {
    const account = newAccount();
    const job = await fails(account, { host: 1, ago: 180 });
    await fails(account, { host: 1, code: 'auth_failed', ago: 60 });
    await api.project();
    const series = async () => {
      const query: [string, string][] = [['by', 'ended_at']];
      const { points } = (await on(account, 'jobStatsSeries', { query: [...query, ['from', iso(300)]] })).body.data;
      return points.filter(({ total }: { total: number }) => total > 0);
    };
    const hour = (ago: number): string => `${iso(ago).slice(0, 13)}:00:00.000Z`;
    expect(await series()).toMatchObject([
      { at: hour(180), total: 1, by_status: { failed: 1 }, by_error_code: { provider_timeout: 1 } },
      { at: hour(60), total: 1, by_error_code: { auth_failed: 1 } },
    ]);
    await append(account, job, [
      [{ type: 'JobRetryRequested', data: { reason: null } }, 2],
      [started(2), 1],
      [succeeded, 0],
    ]);
    await api.project();
    expect(await series()).toMatchObject([
      { at: hour(60), by_error_code: { auth_failed: 1 } },
      { at: hour(0), total: 1, by_status: { succeeded: 1, failed: 0 }, by_error_code: {} },
    ]);
    const refused = await on(account, 'jobStatsSeries', {
      query: [
        ['by', 'ended_at'],
        ['host', 'imap1.example.com'],
      ],
    });
    expect(refused.status).toBe(422);
  });
});
