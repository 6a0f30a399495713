/**
 * A provider that gets no answer sends again. Here it sends everything three times, in any order and simultaneously, to
 * functions that are killed repeatedly. Afterwards each event must have exactly one job: its own, or one that it was
 * folded into.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { type DemoServer, startDemoServer } from '../../local/imap/demo-account.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_webhooks_killed';
const BASE = `/api/accounts/${ACCOUNT}`;
const EVENTS = 300;
const TIMES = 3;
const SENDERS = 40;
/** Number of answers between two kills. */
const KILL_EVERY = 180;

let stack: Stack;
let mail: DemoServer;
let api: Api;
let log: EventLog;
let client: DynamoDBClient;

beforeAll(async () => {
  [stack, mail] = await Promise.all([startTestStack(), startDemoServer()]);
  api = await apiOf(stack, ACCOUNT);
  client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: stack.credentials,
    endpoint: stack.endpoints.dynamodb,
  });
  log = dynamoEventLog(DynamoDBDocumentClient.from(client), stack.environment.EVENTS_TABLE ?? '', ids);
});
afterAll(async () => {
  client?.destroy();
  await stack?.stop();
  await mail?.close();
});

type Sent = { readonly id: string; readonly url: string; readonly secret: string; readonly body: string };

/**
 * Signed when it is sent, as providers do: on a slow machine the first signature would be too old for the last try.
 */
function signed({ id, secret, body }: Sent): Record<string, string> {
  const at = new Date();
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

/** Sends until it is accepted; returns the number of failed tries. */
async function deliver(sent: Sent): Promise<number> {
  for (let failed = 0; ; failed += 1) {
    const answer = await fetch(sent.url, { method: 'POST', headers: signed(sent), body: sent.body });
    await answer.arrayBuffer();
    if (answer.status === 202) return failed;
    expect([500, 502, 503, 504]).toContain(answer.status);
  }
}

it('each event has exactly one job after 300 deliveries three times each to functions that die', async () => {
  const credential = await addCredential(api, ACCOUNT, mail);
  // Only the jobs matter here, not their results.
  expect((await api.post(`/api/provider-credentials/${credential}/pause`, {})).status).toBe(200);
  const endpointFor = async (action: string, payload: Json): Promise<Json> => {
    const given = { provider: 'standard', target: { credential_id: credential }, action, payload };
    return (await api.post(`${BASE}/webhook-endpoints`, given)).body.data;
  };
  const [coalescing, single] = await Promise.all([
    endpointFor('imap_sync_messages', { folder: 'INBOX' }),
    endpointFor('imap_search_messages', { folder: 'INBOX', criteria: { seen: false } }),
  ]);
  const deliveries = Array.from({ length: EVENTS }, (_, n): Sent => {
    const { url, secret } = n % 2 === 0 ? coalescing : single;
    const body = JSON.stringify({ type: 'message.created', timestamp: new Date().toISOString(), data: { n } });
    return { id: `msg_${n}`, url, secret, body };
  });
  const queue = Array.from({ length: TIMES }, () => deliveries)
    .flat()
    .map((sent) => ({ sent, place: Math.random() }))
    .sort((one, other) => one.place - other.place);

  const count = { answered: 0, failed: 0, kills: 0 };
  const sender = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const failed = await deliver(next.sent);
      count.failed += failed;
      count.answered += 1;
      if (count.answered % KILL_EVERY !== 0) continue;
      count.kills += 1;
      await Promise.all(['Webhooks', 'Dispatcher', 'Projector'].map((name) => stack.kill(name)));
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  expect(count.answered).toBe(EVENTS * TIMES);
  expect(count.failed).toBeGreaterThan(0);

  const listed = await until(
    async () => {
      const of = ({ id }: Json) => everyItem(api, `/api/webhook-endpoints/${id}/deliveries`);
      return (await Promise.all([of(coalescing), of(single)])).flat();
    },
    (found) => found.length >= EVENTS && found.every(({ job_id: job }) => job !== null),
  );
  expect(listed).toHaveLength(EVENTS);

  // From the log itself: the streams of the deliveries, and what the jobs' streams say about deliveries.
  const jobOf = new Map<string, string>();
  const histories = await Promise.all(listed.map(({ id }) => log.read(id)));
  for (const history of histories) {
    expect(history.map(({ type }) => type)).toEqual(['DeliveryReceived', 'DeliveryHandled']);
    jobOf.set(history[0]?.stream_id ?? '', Object(history[1]?.data).job_id);
  }
  const jobs = [...new Set(jobOf.values())];
  const counted = new Map<string, number>();
  for (const { stream_id: id, data } of (await Promise.all(jobs.map((job) => log.read(job)))).flat())
    counted.set(id, (counted.get(id) ?? 0) + (Object(data).deliveries?.count ?? 0));
  const said = new Map<string, number>();
  for (const job of jobOf.values()) said.set(job, (said.get(job) ?? 0) + 1);
  expect(counted).toEqual(said);
  const made = await until(
    () => everyItem(api, `${BASE}/jobs`),
    (all) => all.length >= jobs.length,
  );
  expect(made.map(({ id }) => id).sort()).toEqual(jobs.sort());
  const searches = made.filter(({ action }) => action === 'imap_search_messages').length;
  expect(searches).toBe(EVENTS / 2);
  process.stdout.write(
    `${EVENTS} deliveries × ${TIMES}, ${count.kills} kills, ${count.failed} sent again: ${searches} jobs of their own, ${made.length - searches} of ${EVENTS / 2} that coalesce, 0 lost, 0 double\n`,
  );
});
