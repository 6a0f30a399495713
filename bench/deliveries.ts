import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { dynamoCoalescing } from '../functions/adapters/dynamodb/coalescing.ts';
import { dynamoCredentialFinder } from '../functions/adapters/dynamodb/credential-matches.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { makeJobs } from '../functions/deliveries/make-jobs.ts';
import type { Envelope } from '../functions/domain/event/event.ts';
import { foldDelivery } from '../functions/domain/webhook/delivery.ts';
import { projectOnce } from '../functions/projector/project.ts';
import { receive } from '../functions/webhooks/receive.ts';
import { createMailbox } from '../local/imap/mailbox.ts';
import { startImapServer } from '../local/imap/server.ts';
import { type Api, apiOf, type Json, startTestStack } from '../test/fixtures/api.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import setup from '../test/fixtures/global-setup.ts';
import { startVault } from '../test/fixtures/kms.ts';
import { addCredential } from '../test/fixtures/mailbox-account.ts';
import { meter, type Reading } from './meter.ts';

const ACCOUNT = 'acc_deliveries';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** Enough mailboxes that the next delivery for a mailbox comes after its burst was collected. */
const MAILBOXES = 100;

/** Measures the cost of a delivery, and the time until its job starts. Prints; asserts nothing. */
export async function benchDeliveries(count: number): Promise<void> {
  await benchCost();
  await benchLatency(count);
}

function signed(n: number, secret: string, type = 'message.created') {
  const [id, at] = [`msg_${n}`, new Date()];
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: { n } });
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return { headers, body };
}

/** Requests and units of the function, the consumer and the projector, for bursts of different sizes. */
async function benchCost(): Promise<void> {
  const [engine, kms] = await Promise.all([startDynoxide(), startVault()]);
  try {
    const tables = await engine.createTables();
    const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
    const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
    const webhooks = dynamoWebhookVault(engine.client, tables.SECRETS_TABLE, kms.vault);
    const at = new Date().toISOString();
    const origin = { version: 1, accountId: ACCOUNT, actor: { kind: 'user', id: 'ann' } as const, at };
    const credentialId = ids.next('pc');
    const created = {
      provider_kind: 'imap',
      auth_kind: 'password',
    };
    await log.append([{ ...origin, streamId: credentialId, event: { type: 'CredentialAdded', data: created } }]);
    const endpoint = async (action: string, payload: object, types: readonly string[] | null = null) => {
      const id = ids.next('whk');
      await webhooks.put({ id, account_id: ACCOUNT, label: null, settings: {} }, SECRET, id);
      const target = { credential_id: credentialId };
      const more = { event_types: types, enabled: true, silent_after: null };
      const data = { provider: 'standard', target, action, payload, ...more };
      await log.append([{ ...origin, streamId: id, event: { type: 'WebhookEndpointCreated', data } }]);
      return id;
    };
    const finder = dynamoCredentialFinder(engine.client, tables.SECRETS_TABLE);
    const ports = {
      log,
      ids,
      webhooks,
      finder,
      verifyToken: async () => null,
      refusals: { begin: () => {}, count: () => false },
      now: () => Date.now(),
    };
    const coalescing = dynamoCoalescing(engine.client, tables.LEASES_TABLE);
    const consumer = { log, views, ids, coalescing, now: () => Date.now(), pause: async () => {} };
    const counted = meter(engine.client);

    const send = async (endpointId: string, numbers: readonly number[], secret = SECRET): Promise<Reading> => {
      for (const n of numbers) {
        const { headers, body } = signed(n, secret);
        await receive(endpointId, { method: 'POST', headers, query: {}, body: Buffer.from(body) }, Date.now(), ports);
      }
      return counted.read();
    };
    const follow = async (endpointId: string, numbers: readonly number[]) => {
      const deliveries = numbers.map((n) => ids.derive('dlv', [endpointId, `msg_${n}`]));
      const received = (await Promise.all(deliveries.map((id) => log.read(id)))).flat();
      counted.read();
      await makeJobs(
        received.flatMap((event) => foldDelivery([event]) ?? []),
        consumer,
      );
      const made = counted.read();
      const after = (await Promise.all(deliveries.map((id) => log.read(id)))).flat();
      const jobs = new Set(after.flatMap(({ data }) => Object(data).job_id ?? []));
      const events: Envelope[] = [...after];
      for (const id of jobs) events.push(...(await log.read(id)));
      counted.read();
      await projectOnce(events, { log, views, pause: async () => {} });
      return { made, projected: counted.read(), jobs: jobs.size };
    };

    console.log('\na delivery, per delivery: requests, read units, write units (indexes of keys apart)');
    let next = 0;
    for (const [name, action, payload, size] of [
      ['a job of its own', 'imap_create_mailbox', { name: 'x', parent: null }, 1],
      ['a sync, alone', 'imap_sync_messages', { folder: 'A' }, 1],
      ['syncs, 10 in a batch', 'imap_sync_messages', { folder: 'B' }, 10],
      ['syncs, 90 in a batch', 'imap_sync_messages', { folder: 'C' }, 90],
    ] as const) {
      const id = await endpoint(action, payload);
      await send(id, [next]);
      const numbers = Array.from({ length: size }, () => (next += 1));
      const taken = await send(id, numbers);
      const { made, projected, jobs } = await follow(id, numbers);
      console.log(`${name} (${size} → ${jobs} ${jobs === 1 ? 'job' : 'jobs'})`);
      for (const [step, reading] of Object.entries({ received: taken, 'led to jobs': made, projected }))
        console.log(`  ${step}: ${shown(reading, size)}`);
      console.log(`  sent again: ${shown(await send(id, numbers), size)}`);
      if (size === 1)
        console.log(`  forged: ${shown(await send(id, [next], `whsec_${Buffer.alloc(32, 8).toString('base64')}`), 1)}`);
    }
  } finally {
    await Promise.all([engine.stop(), kms.stop()]);
  }
}

function shown({ requests, readUnits, writeUnits }: Reading, count: number): string {
  const per = (total: number): string => (total / count).toFixed(2);
  const total = [...requests.values()].reduce((sum, n) => sum + n, 0);
  const named = [...requests].map(([name, n]) => `${name} ${per(n)}`).join(', ');
  return `${per(total)} requests (${named}), ${per(readUnits)} read, ${per(writeUnits)} write`;
}

/**
 * Deliveries one after the other to idle mailboxes, on the embedded stack: time from the provider's request to the
 * attempt.
 */
async function benchLatency(count: number): Promise<void> {
  await setup();
  const inboxes = Array.from({ length: MAILBOXES }, (_, n) => ({
    username: `user${n}`,
    password: 'secret',
    mailboxes: [createMailbox({ path: 'INBOX' })],
  }));
  const [stack, server] = await Promise.all([
    startTestStack(),
    startImapServer({ accounts: inboxes, tls: 'implicit' }),
  ]);
  try {
    const api = await apiOf(stack, ACCOUNT);
    const endpoints: Json[] = [];
    for (const { username, password } of inboxes) {
      const target = { host: 'localhost', port: server.port, caPem: server.caPem, username, password };
      const credential_id = await addCredential(api, ACCOUNT, target);
      const wanted = { action: 'imap_sync_messages', payload: { folder: 'INBOX' } };
      const given = { provider: 'standard', target: { credential_id }, ...wanted };
      endpoints.push((await api.post(`/api/accounts/${ACCOUNT}/webhook-endpoints`, given)).body.data);
    }
    const answered: number[] = [];
    const started: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const endpoint = endpoints[n % endpoints.length];
      const { headers, body } = signed(n, endpoint.secret);
      const began = Date.now();
      await (await fetch(endpoint.url, { method: 'POST', headers, body })).arrayBuffer();
      answered.push(Date.now() - began);
      started.push((await startOf(api, ids.derive('job', ['webhook', deliveryOf(endpoint, n)]))) - began);
    }
    console.log(`\n${count} deliveries to ${MAILBOXES} mailboxes on the embedded stack, ms: p50, p99`);
    console.log(`answered: ${quantile(answered, 0.5)}, ${quantile(answered, 0.99)}`);
    console.log(`attempt started: ${quantile(started, 0.5)}, ${quantile(started, 0.99)}`);
  } finally {
    await stack.stop();
    await server.close();
  }
}

const deliveryOf = (endpoint: Json, n: number): string => ids.derive('dlv', [endpoint.id, `msg_${n}`]);

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** The start of the job's first attempt. Waits for the end of the job, so that the next delivery gets a new job. */
async function startOf(api: Api, jobId: string): Promise<number> {
  for (;;) {
    const { status, body } = await api.get(`/api/jobs/${jobId}`);
    if (status === 200 && body.data.finished_at !== null) return Date.parse(body.data.started_at);
    await pause(20);
  }
}
