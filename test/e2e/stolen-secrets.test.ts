/** Attacks on a stored password through the running stack: a server of the attacker's writes down all that it is sent. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, apiOf, ended, type Json } from '../fixtures/api.ts';
import { type DemoWorld, startDemoWorld } from '../fixtures/demo-world.ts';
import { documentClientFor } from '../fixtures/document-client.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_stolen';
const PASSWORD = 'correct-horse-battery';
let world: DemoWorld;
let api: Api;
let evil: Awaited<ReturnType<typeof startEvil>>;
beforeAll(async () => {
  [world, evil] = await Promise.all([startDemoWorld(ACCOUNT), startEvil()]);
  api = await apiOf(world.stack, ACCOUNT);
});
afterAll(async () => {
  await evil?.close();
  await world?.stop();
});

/** Takes every login, in clear text, and keeps it. */
async function startEvil() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      const tag = chunk.toString().split(' ')[0];
      socket.write(`${tag} NO no\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  return {
    port,
    /** Whether the password came, as it is or in base64. */
    heard: () => {
      const all = heard.join('');
      const decoded = all.split(/\s+/).map((word) => Buffer.from(word, 'base64').toString());
      return [all, ...decoded].some((text) => text.includes(PASSWORD));
    },
    commands: () => heard.length,
    close: async () => {
      server.close();
    },
  };
}

const stored = () => addCredential(api, ACCOUNT, { ...world.mail, password: PASSWORD });
const path = (id: string) => `/api/provider-credentials/${id}`;

/** Whatever makes the stack log in with a credential. */
async function useIt(id: string): Promise<readonly [Json, Json]> {
  const { body } = await api.post(`/api/accounts/${ACCOUNT}/imap/sync-mailboxes`, { credential_id: id });
  const tested = await api.post(`${path(id)}/test`);
  return [tested.body, await ended(api, body.data.job_id)];
}

const table = () => documentClientFor(world.stack.endpoints.dynamodb, world.stack.credentials);

async function rewrite(id: string, fields: Record<string, unknown>): Promise<void> {
  const client = table();
  const TableName = world.stack.environment.SECRETS_TABLE;
  const { Item } = await client.send(new GetCommand({ TableName, Key: { id } }));
  await client.send(new PutCommand({ TableName, Item: { ...Item, ...fields } }));
  client.destroy();
}

it('a PATCH of the place without the secret sends the stored password nowhere new', async () => {
  const id = await stored();
  const before = (await api.get(path(id))).body.data;
  for (const changes of [
    { host: '127.0.0.1', port: evil.port, security_mode: 'none' },
    { port: evil.port },
    { security_mode: 'none' },
    { tls_ca_pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' },
  ])
    expect(await api.send('PATCH', path(id), changes)).toMatchObject({
      status: 422,
      body: { code: 'secret_required', errors: [{ pointer: '/secret' }] },
    });
  expect((await api.get(path(id))).body.data).toEqual(before);
  await api.post(`${path(id)}/test`);
  expect(evil.commands()).toBe(0);
});

it('a PATCH of the place with another secret sends that one, not the stored password', async () => {
  const id = await stored();
  const secret = { username: world.mail.username, password: 'of the attacker' };
  const changes = { host: '127.0.0.1', port: evil.port, security_mode: 'none', secret };
  expect((await api.send('PATCH', path(id), changes)).status).toBe(200);
  await api.post(`${path(id)}/test`);
  expect(evil.commands()).toBeGreaterThan(0);
  expect(evil.heard()).toBe(false);
});

it.each<[string, Record<string, unknown>]>([
  ['host and mode', { host: 'localhost', security_mode: 'none' }],
  ['port', { security_mode: 'none' }],
  ['authority', { tls_ca_pem: null, security_mode: 'none' }],
  ['shape', { port: 'none', security_mode: 1 }],
])('a row rewritten in its %s opens nothing: test and job fail by a code', async (_, fields) => {
  const id = await stored();
  const before = evil.commands();
  await rewrite(id, { port: evil.port, ...fields });
  const [tested, job] = await useIt(id);
  expect(tested.data).toMatchObject({ ok: false, code: 'credential_altered', category: 'configuration' });
  expect(job).toMatchObject({ last_error_code: 'credential_altered' });
  expect([evil.commands() - before, evil.heard()]).toEqual([0, false]);
});
