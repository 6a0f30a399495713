/**
 * The limit of changes, through the deployed handlers: commands that recover a resource still work when it is reached.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../functions/api/contracts.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { MAX_CHANGES } from '../../functions/domain/limits/changes.ts';
import { failedWith, started } from '../domain/job/job-stream.ts';
import type { Json } from '../fixtures/api.ts';
import { startWholeApi, type WholeApi, type WholeReply } from '../fixtures/whole-api.ts';

const ACCOUNT = 'acc_one';
/** The number of items that one append accepts. */
const BATCH = 50;
let api: WholeApi;
let credential: string;
beforeAll(async () => {
  api = await startWholeApi();
  credential = await made('createCredential', exampleOf('createCredential'));
});
afterAll(() => api?.stop());

const exampleOf = (operation: string): object =>
  Object(CONTRACTS.find((each) => each.operation === operation)?.example ?? {});

async function dataOf(operation: string, body: unknown): Promise<Json> {
  const reply = await api.call(operation, { accounts: [ACCOUNT], params: { account_id: ACCOUNT }, body });
  expect(reply.status, `${operation} ${reply.text}`).toBeLessThan(300);
  return reply.body.data;
}
const made = async (operation: string, body: unknown): Promise<string> => (await dataOf(operation, body)).id;

async function append(streamId: string, events: readonly DomainEvent[]): Promise<void> {
  const [first, ...others] = await api.log.read(streamId);
  let version = 1 + others.length;
  const more = first?.credential_id === undefined ? {} : { credentialId: first.credential_id };
  for (let at = 0; at < events.length; at += BATCH) {
    const batch = events.slice(at, at + BATCH).map((event) => {
      version += 1;
      const origin = { streamId, version, accountId: ACCOUNT, actor: { kind: 'user', id: 'ann' } as const };
      return { ...origin, ...more, at: new Date().toISOString(), event };
    });
    const [head, ...tail] = batch;
    if (head !== undefined) expect(await api.log.append([head, ...tail])).toEqual({ kind: 'appended' });
  }
}

type Thing = {
  readonly name: string;
  readonly make: () => Promise<string>;
  readonly param: string;
  readonly update: string;
  readonly change: object;
  /** The event of one update. */
  readonly updated: DomainEvent;
  /** Commands that still work, in this order, each with its preparation of the log. */
  readonly recovers: readonly (readonly [
    operation: string,
    body: object | undefined,
    before?: readonly DomainEvent[],
  ])[];
};

const schedule = { every: '1d' };
const secret = { username: 'ann@example.com', password: 'next' };

const THINGS: readonly Thing[] = [
  {
    name: 'task',
    make: () =>
      made('createTask', {
        task_type: 'imap_sync_messages',
        target_credential_id: credential,
        payload: { folder: 'INBOX' },
        schedule,
      }),
    param: 'task_id',
    update: 'updateTask',
    change: { priority: 3 },
    updated: { type: 'TaskUpdated', data: { changes: { priority: 2 } } },
    recovers: [
      ['pauseTask', {}],
      ['resumeTask', {}],
      ['triggerTask', {}],
      ['deleteTask', undefined],
    ],
  },
  {
    name: 'credential',
    make: () => made('createCredential', exampleOf('createCredential')),
    param: 'credential_id',
    update: 'updateCredential',
    change: { label: 'Sales' },
    updated: { type: 'CredentialUpdated', data: { generation: 1, fields: ['label'] } },
    recovers: [
      ['pauseCredential', {}],
      ['resumeCredential', {}],
      ['rotateCredential', { secret }],
      ['deleteCredential', undefined],
    ],
  },
  {
    name: 'webhook endpoint',
    make: () =>
      made('createWebhookEndpoint', {
        provider: 'standard',
        target: { match: 'external_ref' },
        action: 'imap_sync_messages',
        payload: { folder: 'INBOX' },
      }),
    param: 'webhook_endpoint_id',
    update: 'updateWebhookEndpoint',
    change: { enabled: true },
    updated: { type: 'WebhookEndpointUpdated', data: { changes: { enabled: true }, fields: ['enabled'] } },
    recovers: [
      ['rotateWebhookSecret', {}],
      ['deleteWebhookEndpoint', undefined],
    ],
  },
  {
    name: 'job',
    make: async () => (await dataOf('syncMailboxes', { credential_id: credential })).job_id,
    param: 'job_id',
    update: 'updateJob',
    change: { priority: 3 },
    updated: { type: 'JobUpdated', data: { changes: { priority: 2 } } },
    recovers: [
      ['triggerJob', {}],
      ['retryJob', {}, [started(), failedWith('auth_failed', null)]],
      ['resolveJob', {}],
      ['deleteJob', undefined],
    ],
  },
];

describe.each(THINGS)(
  'a $name that has reached its limit of updates',
  ({ make, param, update, change, updated, recovers }) => {
    let id: string;
    beforeAll(async () => {
      id = await make();
      await append(
        id,
        Array.from({ length: MAX_CHANGES - 1 }, () => updated),
      );
    });
    const call = (operation: string, body: object | undefined): Promise<WholeReply> =>
      api.call(operation, { accounts: [ACCOUNT], params: { [param]: id }, body });

    it('accepts the last update, and refuses the next one with a code, the limit and its value', async () => {
      expect((await call(update, change)).status).toBe(200);
      const before = (await api.log.read(id)).length;
      expect(await call(update, change)).toMatchObject({
        status: 409,
        body: { code: 'too_many_changes', limit: 'changes', value: MAX_CHANGES },
      });
      expect(await api.log.read(id)).toHaveLength(before);
    });

    it('refuses the update when its present state is read from its view row', async () => {
      await api.project();
      expect(await call(update, change)).toMatchObject({ status: 409, body: { code: 'too_many_changes' } });
    });

    it('still accepts every command that recovers or ends it', async () => {
      for (const [operation, body, before = []] of recovers) {
        await append(id, before);
        const { status, text } = await call(operation, body);
        expect(status, `${operation} ${text}`).toBeLessThan(300);
      }
    });
  },
);
