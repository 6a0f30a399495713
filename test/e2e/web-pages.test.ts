/**
 * What a web page can do to the stack of a developer who visits it. Requests are sent as browsers would send them for
 * the page, header by header.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCKED_PORTS } from '../../local/engines/hidden-address.ts';
import { newStartCredentials } from '../../local/engines/start-credentials.ts';
import type { Stack } from '../../local/stack.ts';
import { startTestStack } from '../fixtures/api.ts';

const EVIL = 'http://evil.example';

let stack: Stack;
/** The ports that were open before this stack: servers of other tests in the process. */
let others: ReadonlySet<number>;
beforeAll(async () => {
  others = new Set(process.platform === 'linux' ? listeners(process.pid).map(({ port }) => port) : []);
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };
type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** A request with exactly these headers and Host, which they may replace. */
function send(url: string, { method = 'POST', headers = {}, body = '' }: Sent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      let text = '';
      reply.on('data', (chunk) => {
        text += chunk;
      });
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const READABLE = 'access-control-allow-origin';
const signed = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20261128/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  'x-amz-date': '20261128T000000Z',
});

type Engine = {
  readonly name: 'dynamodb' | 'sqs' | 'kms';
  readonly target: string;
  readonly type: string;
  readonly body: () => string;
};

const ENGINES: readonly Engine[] = [
  { name: 'dynamodb', target: 'DynamoDB_20120810.ListTables', type: 'application/x-amz-json-1.0', body: () => '{}' },
  {
    name: 'sqs',
    target: 'AmazonSQS.SendMessage',
    type: 'application/x-amz-json-1.0',
    body: () => JSON.stringify({ QueueUrl: stack.environment.WORK_QUEUE_URL, MessageBody: 'from a page' }),
  },
  {
    name: 'kms',
    target: 'TrentService.GenerateDataKey',
    type: 'application/x-amz-json-1.1',
    body: () => JSON.stringify({ KeyId: stack.environment.DATA_KEY_ID }),
  },
];

describe.each(ENGINES)('the engine of $name', ({ name, target, type, body }) => {
  const url = (): string => stack.endpoints[name];
  const call = (): Record<string, string> => ({ 'x-amz-target': target, 'content-type': type, ...signed(name) });
  const token = (): Record<string, string> => ({ 'x-amz-security-token': stack.credentials.sessionToken });
  const port = (): string => new URL(url()).port;

  const attacks: [string, () => Sent][] = [
    ['fetch from another origin', () => ({ headers: { ...call(), origin: EVIL } })],
    [
      'fetch from a page without an origin (a sandboxed frame, a file)',
      () => ({ headers: { ...call(), origin: 'null' } }),
    ],
    ['fetch from another port of this machine', () => ({ headers: { ...call(), origin: 'http://localhost:3000' } })],
    [
      'the preflight of such a fetch',
      () => ({
        method: 'OPTIONS',
        headers: {
          origin: EVIL,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,x-amz-security-token,x-amz-target',
          'access-control-request-private-network': 'true',
        },
      }),
    ],
    [
      'fetch in the mode no-cors, with a body of text/plain',
      () => ({ headers: { 'content-type': 'text/plain', origin: EVIL, 'sec-fetch-site': 'cross-site' } }),
    ],
    [
      'a form that is sent',
      () => ({
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: EVIL, 'sec-fetch-mode': 'navigate' },
      }),
    ],
    [
      'an image or a script',
      () => ({ method: 'GET', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } }),
    ],
    ['a link that is followed', () => ({ method: 'GET' })],
    [
      'a page whose name leads here (DNS rebinding)',
      () => ({ headers: { ...call(), host: `evil.example:${port()}`, origin: `http://evil.example:${port()}` } }),
    ],
    [
      'such a page, from a browser that names no origin',
      () => ({ headers: { ...call(), host: `evil.example:${port()}` } }),
    ],
    [
      'a web socket',
      () => ({
        method: 'GET',
        headers: {
          origin: EVIL,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        },
      }),
    ],
    ['a program of this machine without the token', () => ({ headers: call() })],
    [
      'a client of another start of the stack',
      () => ({ headers: { ...call(), 'x-amz-security-token': newStartCredentials().sessionToken } }),
    ],
    ['a page of another origin that has the token', () => ({ headers: { ...call(), ...token(), origin: EVIL } })],
    [
      'a page that has the token, by DNS rebinding',
      () => ({ headers: { ...call(), ...token(), host: `evil.example:${port()}` } }),
    ],
    [
      'another name of this address, with the token',
      () => ({ headers: { ...call(), ...token(), host: `localhost:${port()}` } }),
    ],
    ['another port in the name, with the token', () => ({ headers: { ...call(), ...token(), host: '127.0.0.1:80' } })],
  ];

  it.each(attacks)('refuses %s', async (_, attack) => {
    const sent = attack();
    const reply = await send(url(), { body: sent.method === undefined ? body() : '', ...sent });
    expect(reply.status).toBe(403);
    expect(reply.headers[READABLE]).toBeUndefined();
    expect(reply.text).toContain('Not a request of this start of the stack.');
  });

  it('accepts a request with the credentials of this start', async () => {
    const reply = await send(url(), { headers: { ...call(), ...token() }, body: body() });
    expect(reply.status).toBe(200);
    expect(reply.headers[READABLE]).toBeUndefined();
  });
});

describe('the engines together', () => {
  const client = () => ({ region: 'us-east-1', credentials: stack.credentials });

  it('accept the AWS SDK with the credentials of this start', async () => {
    const tables = new DynamoDBClient({ ...client(), endpoint: stack.endpoints.dynamodb });
    const queues = new SQSClient({ ...client(), endpoint: stack.endpoints.sqs });
    const kms = new KMSClient({ ...client(), endpoint: stack.endpoints.kms });
    expect((await tables.send(new ListTablesCommand({}))).TableNames).toContain(stack.environment.EVENTS_TABLE);
    const counted = { QueueUrl: stack.environment.WORK_QUEUE_URL, AttributeNames: ['All' as const] };
    expect((await queues.send(new GetQueueAttributesCommand(counted))).Attributes).toBeDefined();
    const key = new GenerateDataKeyCommand({ KeyId: stack.environment.DATA_KEY_ID, KeySpec: 'AES_256' });
    expect((await kms.send(key)).Plaintext).toHaveLength(32);
    for (const each of [tables, queues, kms]) each.destroy();
  });

  it("leave no other port open: the queue engine's own pages are behind the guard too", async () => {
    for (const path of ['/health', '/_fauxqs/queues', '/_fauxqs/queues/x', '/bucket/key'])
      expect((await send(`${stack.endpoints.sqs}${path}`, { method: 'GET' })).status, path).toBe(403);
  });

  it.runIf(process.platform === 'linux')('are not found by a page that tries every port', async () => {
    const engine = Number(readFileSync(join(stack.dataDirectory, 'events.db.pid'), 'utf8'));
    const hidden = listeners(engine);
    expect(hidden).toHaveLength(1);
    for (const { host, port } of hidden) {
      expect(host).not.toBe('127.0.0.1');
      expect(BLOCKED_PORTS).toContain(port);
      await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({ cause: { message: 'bad port' } });
    }
    const found = listeners(process.pid).filter(({ port }) => !others.has(port));
    expect(found.length).toBeGreaterThanOrEqual(4);
    // Its root leads to the page of the document, which is public.
    const front = Number(new URL(stack.url).port);
    for (const { host, port } of found) {
      expect(host).toBe('127.0.0.1');
      for (const method of ['OPTIONS', 'POST', 'GET']) {
        const reply = await send(`http://${host}:${port}/`, { method, headers: { origin: EVIL } });
        expect(reply.headers[READABLE], `${method} ${port}`).toBeUndefined();
        expect(port === front ? [302, 405] : [403, 404], `${method} ${port}`).toContain(reply.status);
      }
    }
  });
});

describe('the issuer', () => {
  const tokenUrl = (): string => `${stack.url}/_local/oidc/token`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'grant_type=client_credentials&account_id=acc_demo&role=owner&uid=eve';
  const host = (): string => new URL(stack.url).host;

  const attacks: [string, number, () => Sent][] = [
    ['a page of another origin', 403, () => ({ headers: { ...form, origin: EVIL } })],
    ['a page of another port of this machine', 403, () => ({ headers: { ...form, origin: 'http://127.0.0.1:3000' } })],
    ['a page of another scheme', 403, () => ({ headers: { ...form, origin: `https://${host()}` } })],
    [
      'a page whose origin begins like ours',
      403,
      () => ({ headers: { ...form, origin: `http://${host()}.evil.example` } }),
    ],
    ['a page without an origin', 403, () => ({ headers: { ...form, origin: 'null' } })],
    ['a body of text/plain', 403, () => ({ headers: { 'content-type': 'text/plain', origin: EVIL } })],
    ['a form of a browser that names no origin', 403, () => ({ headers: { ...form, 'sec-fetch-site': 'cross-site' } })],
    ['a page of the same site', 403, () => ({ headers: { ...form, 'sec-fetch-site': 'same-site' } })],
    [
      'DNS rebinding',
      421,
      () => ({ headers: { ...form, host: 'evil.example:4000', origin: 'http://evil.example:4000' } }),
    ],
    ['a name that begins like ours', 421, () => ({ headers: { ...form, host: '127.0.0.1.evil.example' } })],
    [
      'a preflight',
      403,
      () => ({ method: 'OPTIONS', headers: { origin: EVIL, 'access-control-request-method': 'POST' } }),
    ],
  ];

  it.each(attacks)('gives no token to %s', async (_, status, attack) => {
    const reply = await send(tokenUrl(), { body, ...attack() });
    expect(reply.status).toBe(status);
    expect(reply.headers[READABLE]).toBeUndefined();
    expect(reply.text).not.toContain('access_token');
  });

  it.each(['/_local/health', '/_local/oidc/jwks', '/_local/oidc/.well-known/openid-configuration'])(
    'shows nothing to a page of another origin at %s',
    async (path) => {
      const foreign: Record<string, string>[] = [{ origin: EVIL }, { 'sec-fetch-site': 'cross-site' }];
      for (const headers of foreign)
        expect((await send(`${stack.url}${path}`, { method: 'GET', headers })).status).toBe(403);
      expect((await send(`${stack.url}${path}`, { method: 'GET' })).headers['x-content-type-options']).toBe('nosniff');
    },
  );

  it('gives tokens to programs, and to pages of its own origin', async () => {
    const own: Record<string, string>[] = [
      {},
      { origin: stack.url, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of own) {
      const reply = await send(tokenUrl(), { headers: { ...form, ...headers }, body });
      expect(reply.status).toBe(200);
      expect(reply.text).toContain('access_token');
    }
  });
});

it('the page of the document works: its browser gets the page, the document, and the tried requests', async () => {
  const own = { origin: stack.url, 'sec-fetch-site': 'same-origin' };
  const authorization = `Bearer ${await stack.token({ accounts: ['acc_page'], role: 'owner', uid: 'ann' })}`;
  for (const path of ['/api/docs', '/api/docs/start.js', '/api/openapi.json'])
    expect((await send(`${stack.url}${path}`, { method: 'GET', headers: own })).status, path).toBe(200);
  const tried = await send(`${stack.url}/api/accounts/acc_page/jobs`, {
    method: 'GET',
    headers: { ...own, authorization },
  });
  expect(tried.status).toBe(200);
});

it('a page of another origin can neither call the API with a token nor read its answers', async () => {
  const preflight = await send(`${stack.url}/api/accounts/acc_page/jobs`, {
    method: 'OPTIONS',
    headers: {
      origin: EVIL,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  });
  const names = Object.keys(preflight.headers).filter((name) => name.startsWith('access-control-'));
  expect(names).toEqual([]);
});

/** The addresses at which a process listens, from /proc (proc_pid_net(5)): its open sockets in state 0A. */
function listeners(pid: number): readonly { readonly host: string; readonly port: number }[] {
  const open = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/${pid}/net/${family}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = '']) => state === '0A' && open.has(inode))
      .map(([, local = '']) => {
        const [address = '', port = ''] = local.split(':');
        const bytes = Buffer.from(address, 'hex').reverse();
        return { host: family === 'tcp' ? bytes.join('.') : address, port: Number.parseInt(port, 16) };
      }),
  );
}
