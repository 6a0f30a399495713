/** `inboxctl demo` as a newcomer runs it: afterwards every list of the demo account has entries. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_ACCOUNT, startDemoMail } from '../../local/demo.ts';
import type { DemoServer } from '../../local/imap/demo-account.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, type Json, startTestStack, until } from '../fixtures/api.ts';
import { type Ended, type Inboxctl, installInboxctl } from '../fixtures/inboxctl.ts';

let stack: Stack;
let mail: DemoServer;
let inboxctl: Inboxctl;
let api: Api;
let first: Ended;

const at = (path: string): string => `/api/accounts/${DEMO_ACCOUNT}/${path}`;
const data = async (path: string): Promise<Json> => (await api.get(at(path))).body.data;
const groups = async (by: string): Promise<Json[]> => (await data(`jobs/stats?group_by=${by}`)).groups.items;
const failed = (all: Json[]): Json[] => all.filter(({ by_status }) => by_status.failed > 0);

beforeAll(async () => {
  stack = await startTestStack();
  mail = await startDemoMail(stack);
  inboxctl = await installInboxctl({ INBOXCTL_API: stack.url, INBOXCTL_ACCOUNT: DEMO_ACCOUNT });
  api = await apiOf(stack, DEMO_ACCOUNT);
  first = await inboxctl.run(['demo', '--json']);
});
afterAll(async () => {
  await stack?.stop();
  await mail?.close();
  inboxctl?.remove();
});

describe('inboxctl demo', () => {
  it('makes a few hundred jobs of every state', async () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({ account: DEMO_ACCOUNT, made: true });
    const seen = await until(
      () => data('jobs/stats'),
      ({ by_status: by }) => by.scheduled > 0 && by.running > 0 && by.retrying > 0,
    );
    expect(seen.total).toBeGreaterThan(250);
    for (const status of ['queued', 'succeeded', 'failed', 'resolved'])
      expect(seen.by_status[status], status).toBeGreaterThan(0);
  });

  it('makes failures of at least six codes over at least five hosts, spread over tasks and credentials', async () => {
    expect(failed(await groups('last_error_code')).length).toBeGreaterThanOrEqual(6);
    const hosts = failed(await groups('host')).map(({ key }) => key.split(':')[0]);
    expect(new Set(hosts).size).toBeGreaterThanOrEqual(5);
    expect(failed(await groups('credential_id')).length).toBeGreaterThanOrEqual(6);
    const jobs = await data('jobs?status=failed&limit=100');
    expect(new Set(jobs.map(({ task_id }: Json) => task_id)).size).toBeGreaterThanOrEqual(8);
  });

  it('makes jobs that wait for a parked and for a paused credential', async () => {
    const waits = await until(
      async () => (await groups('waiting_on')).map(({ key }) => key),
      (keys) => keys.includes('credential_parked') && keys.includes('credential_paused'),
    );
    expect(waits.length).toBeGreaterThanOrEqual(2);
  });

  it('makes a sync with a folder that was refused, schedules, deliveries and bulk operations', async () => {
    const refused = (await data('mailboxes?in_error=true&limit=100')).map(({ path }: Json) => path);
    expect(refused).toEqual(expect.arrayContaining(['Locked', 'Crashing']));
    const tasks = await data('tasks?limit=100');
    expect(tasks.some(({ schedule, paused }: Json) => schedule !== null && paused !== null)).toBe(true);
    const operations = (await data('bulk-operations')).map(({ status }: Json) => status);
    expect(operations.sort()).toEqual(['aborted', 'completed']);
    const [endpoint] = (await data('webhook-endpoints')).filter(({ enabled }: Json) => enabled);
    const { body } = await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries?limit=100`);
    const verified = body.data.map((each: Json) => each.verified);
    expect(new Set(verified)).toEqual(new Set([true, false]));
    expect((await data('emails?limit=1')).length).toBe(1);
  });

  it('run again makes nothing', async () => {
    const count = async (path: string): Promise<number> => (await data(`${path}?limit=100`)).length;
    const before = [await count('tasks'), await count('provider-credentials'), await count('bulk-operations')];
    const again = await inboxctl.run(['demo', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ made: false });
    expect([await count('tasks'), await count('provider-credentials'), await count('bulk-operations')]).toEqual(before);
  });
});
