/**
 * Thousands of requests generated from the document: valid ones, and ones with one flaw each. No reply may contradict
 * the document, and no refused request may leave an event. Each request has its own user id, so the log shows what it
 * did.
 */
import { Agent, type IncomingHttpHeaders, request as send } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoServer, startDemoServer } from '../../local/imap/demo-account.ts';
import type { Stack } from '../../local/stack.ts';
import { REGION } from '../../local/template/assembly.ts';
import { type Api, apiOf, ended, startTestStack, until } from '../fixtures/api.ts';
import { readDocument } from '../fixtures/api-document.ts';
import { contradictions, problemContradictions, type WireReply } from '../fixtures/documented-reply.ts';
import { flawedRequest } from '../fixtures/flawed-requests.ts';
import { type Bearer, type RandomRequest, validRequest } from '../fixtures/random-requests.ts';
import type { Pools } from '../fixtures/random-values.ts';

const SEED = 20261124;
const ROUNDS = 3;
const VALID_PER_ROUND = 500;
const FLAWED_PER_ROUND = 510;
const AT_ONCE = 16;
const ACCOUNT = 'acc_fuzz';
const OTHER = 'acc_other';

const document = readDocument();
let stack: Stack;
let mail: DemoServer;
let mine: Api;
let theirs: Api;
let agent: Agent;

type Outcome = { readonly uid: string; readonly request: RandomRequest; readonly reply: WireReply };
const outcomes: Outcome[] = [];

beforeAll(async () => {
  // The server may close a kept connection just as it is used again.
  agent = new Agent({ keepAlive: false, maxSockets: AT_ONCE });
  // Few sweeps, because each examines the thousand open jobs that the requests make, and no reply depends on them.
  [stack, mail] = await Promise.all([startTestStack(null, { minuteMs: 60_000 }), startDemoServer()]);
  [mine, theirs] = await Promise.all([apiOf(stack, ACCOUNT), apiOf(stack, OTHER)]);
  const [credential] = await Promise.all([seed(mine, ACCOUNT), seed(theirs, OTHER)]);
  await mine.post(`/api/accounts/${ACCOUNT}/jobs/bulk`, {
    action: 'trigger',
    job_ids: [credential.jobId],
    reason: 'so that there is one',
  });
  for (let round = 0; round < ROUNDS; round += 1) await fuzz(round);
});

afterAll(async () => {
  agent?.destroy();
  await stack?.stop();
  await mail?.close();
});

/** A mailbox that syncs, one whose server does not answer, and jobs of both. */
async function seed(api: Api, account: string): Promise<{ jobId: string }> {
  const add = async (port: number) => {
    const { body } = await api.post(`/api/accounts/${account}/provider-credentials`, {
      provider_kind: 'imap',
      host: 'localhost',
      port,
      security_mode: 'ssl_tls',
      tls_ca_pem: mail.caPem,
      auth_kind: 'password',
      secret: { username: mail.username, password: mail.password },
    });
    return body.data.id;
  };
  const good = await add(mail.port);
  const first = await api.post(`/api/accounts/${account}/imap/sync-messages`, { credential_id: good });
  await ended(api, first.body.data.job_id);
  await moreJobs(api, account, await add(1));
  await moreEndpoints(api, account);
  return { jobId: first.body.data.job_id };
}

/** Jobs that wait for their time: they accept commands, and run nothing meanwhile. */
async function moreJobs(api: Api, account: string, credential: string): Promise<void> {
  const made = await api.post(`/api/accounts/${account}/tasks`, {
    task_type: 'imap_sync_mailboxes',
    target_credential_id: credential,
    labels: ['vip'],
  });
  for (let count = 0; count < 6; count += 1)
    await api.post(`/api/accounts/${account}/tasks`, {
      task_type: 'imap_sync_mailboxes',
      target_credential_id: credential,
      schedule: { every: '12h' },
    });
  const run_at = new Date(Date.now() + 3_600_000).toISOString();
  // One after the other: simultaneous triggers of one task get the answer to try again.
  for (let count = 0; count < 12; count += 1) {
    const { body } = await api.post(`/api/tasks/${made.body.data.id}/trigger`);
    await api.send('PATCH', `/api/jobs/${body.data.id}`, { run_at });
  }
}

/** Endpoints, of which the first has a delivery. */
async function moreEndpoints(api: Api, account: string): Promise<void> {
  for (let count = 0; count < 4; count += 1) {
    const { body } = await api.post(`/api/accounts/${account}/webhook-endpoints`, {
      provider: 'nylas',
      target: { match: 'external_ref' },
      action: 'imap_sync_mailboxes',
    });
    if (count === 0) await api.post(`/api/webhook-endpoints/${body.data.id}/test`);
  }
}

/** The ids that exist now. */
async function pools(): Promise<Pools> {
  const list = async (api: Api, account: string, path: string) =>
    (await api.get(`/api/accounts/${account}/${path}`)).body;
  const idsOf = ({ data }: { data: readonly { id: string }[] }): readonly string[] => data.map(({ id }) => id);
  const kinds = {
    JobId: 'jobs',
    TaskId: 'tasks',
    CredentialId: 'provider-credentials',
    BulkId: 'bulk-operations',
    WebhookEndpointId: 'webhook-endpoints',
  };
  const lists = await Promise.all(
    Object.entries({ ...kinds, LogId: 'logs', EmailId: 'emails' }).map(async ([name, path]) => {
      const body = await list(mine, ACCOUNT, `${path}?limit=${name === 'EmailId' || name === 'BulkId' ? 5 : 40}`);
      return [name, idsOf(body), path, (await list(mine, ACCOUNT, `${path}?limit=1`)).page.next_cursor] as const;
    }),
  );
  const groups = await list(mine, ACCOUNT, 'failure-groups');
  const endpoints = idsOf(await list(mine, ACCOUNT, 'webhook-endpoints'));
  const deliveries = await Promise.all(endpoints.map((id) => mine.get(`/api/webhook-endpoints/${id}/deliveries`)));
  const operationOf = (path: string) =>
    document.operations.find((each) => each.method === 'GET' && each.path.endsWith(`{account_id}/${path}`))?.id;
  return {
    ...Object.fromEntries(lists.map(([name, ids]) => [name, ids])),
    ...Object.fromEntries(
      lists.flatMap(([, , path, cursor]) => (cursor === null ? [] : [[`cursor of ${operationOf(path)}`, [cursor]]])),
    ),
    failure_group_id: idsOf(groups),
    delivery_id: deliveries.flatMap(({ body }) => idsOf(body)),
    ForeignId: (await Promise.all(Object.values(kinds).map((path) => list(theirs, OTHER, path)))).flatMap(idsOf),
    AccountId: [ACCOUNT],
    host: ['localhost'],
    provider: ['nylas', 'emailengine'],
    match: ['external_ref'],
    settings: [{}],
    silent_after: ['24h'],
    cron: ['0 9 * * 1-5', '*/15 * * * *'],
    time_zone: ['Europe/Berlin', 'UTC'],
    every: ['5m', '12h'],
    port: [mail.port, 1],
    tls_ca_pem: [mail.caPem],
    from: ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
    to: ['2026-01-03T00:00:00Z'],
  };
}

/** Starts operations. Some run for a while, so that one can be aborted. */
async function slowOperations(): Promise<void> {
  const { body } = await mine.get(`/api/accounts/${ACCOUNT}/jobs?limit=100`);
  const job_ids = body.data.map(({ id }: { id: string }) => id);
  for (const reason of ['one', 'two', 'three'])
    await mine.post(`/api/accounts/${ACCOUNT}/jobs/bulk`, { action: 'retry', job_ids, reason, rate_per_second: 1 });
  // Jobs that cannot be retried are skipped at once; a trigger is carried out, one a second.
  await mine.post(`/api/accounts/${ACCOUNT}/jobs/bulk`, {
    action: 'trigger',
    job_ids,
    reason: 'four',
    rate_per_second: 1,
  });
}

/** Operations that delete or end resources that later requests need. */
const RARE = [
  'deleteJob',
  'cancelJob',
  'resolveJob',
  'deleteCredential',
  'deleteWebhookEndpoint',
  'testWebhookEndpoint',
  'rotateCredential',
  'testCredential',
  'testNewCredential',
  'updateCredential',
  'pauseCredential',
  'pauseAccount',
];

async function fuzz(round: number): Promise<void> {
  if (round > 0) {
    await mine.post(`/api/accounts/${ACCOUNT}/resume`);
    const { body } = await mine.get(`/api/accounts/${ACCOUNT}/provider-credentials?limit=5`);
    const emails = await mine.get(`/api/accounts/${ACCOUNT}/emails?limit=1`);
    if (body.data.length < 3 || emails.body.data.length === 0) await seed(mine, ACCOUNT);
    else await moreJobs(mine, ACCOUNT, body.data[0].id);
  }
  await moreEndpoints(mine, ACCOUNT);
  await slowOperations();
  const known = await until(
    pools,
    ({ JobId = [], BulkId = [], failure_group_id = [], delivery_id = [] }) =>
      JobId.length > 10 && BulkId.length > 0 && failure_group_id.length > 0 && delivery_id.length > 0,
  );
  const weighted = (of: typeof validRequest) =>
    fc.oneof(
      ...document.operations.map((operation) => ({
        weight: RARE.includes(operation.id) ? 2 : 6,
        arbitrary: of(document, operation, known),
      })),
    );
  const requests = [
    ...fc.sample(weighted(validRequest), { seed: SEED + round, numRuns: VALID_PER_ROUND }),
    ...fc.sample(weighted(flawedRequest), { seed: SEED - round, numRuns: FLAWED_PER_ROUND }),
  ];
  const [order = []] = fc.sample(fc.shuffledSubarray(requests, { minLength: requests.length }), {
    seed: SEED,
    numRuns: 1,
  });
  const queue = order.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [at, request] of queue) {
        const uid = `fuzz-${round}-${at}`;
        outcomes.push({ uid, request, reply: await wire(request, uid) });
      }
    }),
  );
}

async function tokenOf(bearer: Bearer, uid: string): Promise<string | null> {
  if (bearer === 'nobody') return null;
  const token = await stack.token({
    accounts: [bearer === 'theirs' ? OTHER : ACCOUNT],
    role: bearer === 'viewer' || bearer === 'member' ? bearer : 'owner',
    uid,
  });
  return bearer === 'forger' ? token.replace(/\.[^.]*$/, '.Zm9yZ2Vk') : token;
}

/** Sends the request unchanged: no client library changes the request. */
async function wire({ method, path, query, headers, body, bearer }: RandomRequest, uid: string): Promise<WireReply> {
  const token = await tokenOf(bearer, uid);
  const asked = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
  const { hostname, port } = new URL(stack.url);
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        agent,
        hostname,
        port,
        method,
        path: asked === '' ? path : `${path}?${asked}`,
        headers: {
          ...sendable(headers),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: namedOnce(incoming.headers),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}

/** Node sends no header with characters that HTTP does not allow (RFC 9110 section 5.5). */
function sendable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')]),
  );
}

const namedOnce = (headers: IncomingHttpHeaders): WireReply['headers'] => ({ ...headers });

const told = ({ request: { operation, flaw, method, path, query, headers, body }, reply }: Outcome) => ({
  operation: operation.id,
  flaw,
  request: `${method} ${path.slice(0, 150)}?${JSON.stringify(query).slice(0, 200)}`,
  headers: JSON.stringify(headers).slice(0, 150),
  body: String(body).slice(0, 300),
  status: reply.status,
  reply: reply.text.slice(0, 500),
});

/** The first few errors are enough to see the cause. */
const few = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, 8);

describe('thousands of requests generated from the document', () => {
  it('number at least 3,000', () => {
    expect(outcomes.length).toBeGreaterThanOrEqual(3_000);
  });

  it('never get an internal error', () => {
    expect(few(outcomes.filter(({ reply }) => reply.status >= 500).map(told))).toEqual([]);
  });

  it('get answers that match the document', () => {
    const contradicting = outcomes.flatMap((outcome) => {
      const { operation, method } = outcome.request;
      const found =
        method === operation.method ? contradictions(document, operation, outcome.reply) : undocumented(outcome);
      return found.length === 0 ? [] : [{ ...told(outcome), found }];
    });
    expect(few(contradicting)).toEqual([]);
  });

  it('are refused for exactly their flaw', () => {
    const deleted = outcomes.flatMap(({ request: { operation, path }, reply }) =>
      operation.method === 'DELETE' && reply.status < 300 ? [path] : [],
    );
    // Another request of the round may have deleted the resource.
    const isGone = ({ request: { path }, reply }: Outcome): boolean =>
      reply.status === 404 && deleted.some((gone) => path.startsWith(gone));
    const others = outcomes.filter((outcome) => {
      const { request, reply } = outcome;
      return (
        request.expected !== null &&
        !isElsewhere(request.path) &&
        !isGone(outcome) &&
        !request.expected.includes(reply.status)
      );
    });
    expect(few(others.map((outcome) => ({ ...told(outcome), expected: outcome.request.expected })))).toEqual([]);
  });

  it("with a bad token get only the gateway's answer", () => {
    const byGateway = outcomes.filter(
      ({ reply }) => reply.status >= 400 && reply.headers['content-type'] === 'application/json',
    );
    expect(few(byGateway.filter(({ reply }) => reply.status !== 401).map(told))).toEqual([]);
  });

  it('are mostly accepted if they have no flaw', () => {
    const valid = outcomes.filter(({ request }) => request.valid);
    const share = (holds: (status: number) => boolean): number =>
      valid.filter(({ reply }) => holds(reply.status)).length / valid.length;
    expect(valid.length).toBeGreaterThanOrEqual(1_440);
    expect(share((status) => status < 300)).toBeGreaterThan(0.7);
    expect(share((status) => [400, 413, 415, 422].includes(status))).toBeLessThan(0.1);
  });

  it('reach every operation, which accepts some', () => {
    const accepted = new Set(
      outcomes.filter(({ reply }) => reply.status < 300).map(({ request }) => request.operation.id),
    );
    expect(document.operations.map(({ id }) => id).filter((id) => !accepted.has(id))).toEqual([]);
  });

  it('have every kind of flaw, and nearly all flawed ones are refused', () => {
    const flawed = outcomes.filter(({ request }) => !request.valid && request.expected !== null);
    expect(flawed.length).toBeGreaterThan(1_140);
    const statuses = new Set(flawed.map(({ reply }) => reply.status));
    expect([...statuses].sort()).toEqual([400, 401, 403, 404, 405, 412, 413, 415, 422]);
  });

  it('leave an event if they were accepted, and none if they were refused', async () => {
    const writers = await actors();
    const refused = outcomes.filter(({ reply }) => reply.status >= 400);
    // A credential may be deleted while it is changed, and a repeated deletion ends jobs that the first one left.
    const overtaken = ({ request: { operation }, reply }: Outcome): boolean =>
      reply.status === 404 && /^(?:update|rotate|test|delete)Credential$/.test(operation.id);
    const wrote = refused.filter((outcome) => writers.has(outcome.uid) && !overtaken(outcome));
    expect(few(wrote.map(told))).toEqual([]);
    const commands = outcomes.filter(
      ({ request, reply }) =>
        reply.status < 300 && /^(?:trigger|createTask|sync|cancel|resolve|delete)/.test(request.operation.id),
    );
    expect(commands.length).toBeGreaterThan(100);
    const replayed = ({ request }: Outcome): boolean => request.headers['Idempotency-Key'] !== undefined;
    expect(few(commands.filter((each) => !writers.has(each.uid) && !replayed(each)).map(told))).toEqual([]);
  });
});

/** An account in the path that is not in the token is refused before anything else is checked. */
const isElsewhere = (path: string): boolean => /^\/api\/accounts\/(?!acc_fuzz\b)/.test(path);

/** A path with a method that is not in the document. */
function undocumented({ reply: { status, headers, text } }: Outcome): readonly string[] {
  if (status === 401) return headers['content-type'] === 'application/json' ? [] : ['is no refusal of the gateway'];
  const problem = JSON.parse(text);
  return [
    ...(headers['content-type'] === 'application/problem+json' ? [] : ['is no problem']),
    ...document.errors('#/components/schemas/Problem', problem).map(({ message }) => String(message)),
    ...problemContradictions(problem, status, headers),
    ...(status === 405 && headers.allow === undefined ? ['has no Allow'] : []),
  ];
}

/** The ids of all users with events. */
async function actors(): Promise<ReadonlySet<string>> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: stack.endpoints.dynamodb,
      region: REGION,
      credentials: stack.credentials,
    }),
  );
  const found = new Set<string>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName: stack.environment.EVENTS_TABLE }))
    for (const { actor } of Items) found.add(actor.id);
  client.destroy();
  return found;
}
