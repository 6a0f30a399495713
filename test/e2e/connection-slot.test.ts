import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox, type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, startTestStack, until } from '../fixtures/api.ts';

const ACCOUNT = 'acc_slots';
const BASE = `/api/accounts/${ACCOUNT}`;

let stack: Stack;
let mail: ImapServer;
let api: Api;
let letGo = (): void => {};

beforeAll(async () => {
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  mail = await startImapServer({
    accounts: [{ username: 'ann', password: 'secret', mailboxes: [createMailbox({ path: 'INBOX' })] }],
    tls: 'implicit',
    script: async ({ name }) => {
      if (name === 'LIST') await held;
      return { kind: 'normal' };
    },
  });
  stack = await startTestStack();
  api = await apiOf(stack, ACCOUNT);
});
afterAll(async () => {
  letGo();
  await stack?.stop();
  await mail?.close();
});

/** Number of messages that a queue does not deliver yet. */
async function delayed(queue: string): Promise<number> {
  const sqs = new SQSClient({ region: 'us-east-1', endpoint: stack.endpoints.sqs, credentials: stack.credentials });
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: stack.environment[queue],
      AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
    }),
  );
  sqs.destroy();
  return Number(Attributes?.ApproximateNumberOfMessagesDelayed);
}

it('a job whose credential has no free connection shows that, is found by it, and runs when one is free', async () => {
  const { body } = await api.post(`${BASE}/provider-credentials`, {
    provider_kind: 'imap',
    host: 'localhost',
    port: mail.port,
    security_mode: 'ssl_tls',
    tls_ca_pem: mail.caPem,
    auth_kind: 'password',
    max_connections: 1,
    secret: { username: 'ann', password: 'secret' },
  });
  const request = async () => {
    const reply = await api.post(`${BASE}/imap/sync-mailboxes`, { credential_id: body.data.id });
    return reply.body.data.job_id;
  };
  const first = await request();
  await until(
    () => api.get(`/api/jobs/${first}`),
    ({ body: { data } }) => data.status === 'running',
  );
  const second = await request();
  const waiting = await api.get(`/api/jobs/${second}`);
  expect(waiting.body.data).toMatchObject({ status: 'queued', waiting_on: 'connection_slot', stalled: false });
  expect(Date.parse(waiting.body.data.waiting_until)).toBeGreaterThan(Date.now());
  // The views may still show the first one as queued, and then it seems to wait as well.
  const search = await until(
    () => api.post(`${BASE}/jobs/search`, { filter: { waiting_on: 'connection_slot' } }),
    ({ body: { data } }) => data.length === 1 && data[0].id === second,
  );
  expect(search.body.data[0].waiting_on).toBe('connection_slot');

  // The worker sends the message of an urgent job to the urgent queue again.
  const task = { task_type: 'imap_sync_mailboxes', target_credential_id: body.data.id, priority: 5 };
  const made = await api.post(`${BASE}/tasks`, task);
  const urgent = (await api.post(`/api/tasks/${made.body.data.id}/trigger`)).body.data.id;
  await until(
    () => api.get(`/api/jobs/${urgent}`),
    ({ body: { data } }) => data.waiting_on === 'connection_slot',
  );
  await until(
    () => delayed('PRIORITY_QUEUE_URL'),
    (messages) => messages > 0,
  );
  letGo();
  expect(await ended(api, urgent)).toMatchObject({ status: 'succeeded' });
  expect(await ended(api, second)).toMatchObject({ status: 'succeeded', waiting_on: null });
});
