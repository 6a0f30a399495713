/** Jobs whose credential's row was rewritten outside the API while they were queued: real vault, engine and login. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { createMailboxProvider } from '../../../functions/adapters/imap/connect.ts';
import { storedLogin } from '../../../functions/credential-login/stored-login.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { runCredential } from '../../../functions/worker/credential/run-credential.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';
import { startRecordingMailServer } from '../../fixtures/recording-mail-server.ts';
import { ACCOUNT, workerWorld } from '../../fixtures/worker-world.ts';

const secret = { username: 'alice@example.com', password: 'of the customer' };
let local: LocalVault;
let engine: Dynoxide;
let attacker: Awaited<ReturnType<typeof startRecordingMailServer>>;
beforeAll(async () => {
  [local, engine, attacker] = await Promise.all([startVault(), startDynoxide(), startRecordingMailServer()]);
});
afterAll(() => Promise.all([local?.stop(), engine?.stop(), attacker?.close()]));

const there = () => ({ host: '127.0.0.1', port: attacker.port, security_mode: 'none' }) as const;

/** A credential whose mail server belongs to the attacker from the start, or refuses every connection. */
async function world(place: Partial<Connection>) {
  const { SECRETS_TABLE } = await engine.createTables();
  const vault = dynamoCredentialVault(engine.client, SECRETS_TABLE, local.vault);
  const world = workerWorld(async (context) => {
    await context.session();
    return { kind: 'succeeded', result: {} };
  });
  const { slots, ids, now } = world.ports;
  const tokens = { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) };
  const ports = {
    ...world.ports,
    provider: createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'allow' }),
    login: (id: string, version: number | null) => storedLogin(id, version, { vault, slots, tokens, ids, now }),
  };
  const id = await world.addCredential();
  const connection: Connection = {
    ...{ id, account_id: ACCOUNT, host: '127.0.0.1', port: 1, security_mode: 'ssl_tls', auth_kind: 'password' },
    ...{ tls_ca_pem: null, max_connections: 3, username_masked: 'a…e@example.com', label: null, external_ref: null },
    ...{ generation: 1, last_used_at: null, last_synced_at: null },
    ...place,
  };
  await vault.put(connection, secret, 'print');
  const job = await world.addJob(id);
  return {
    credential: () => world.credential(id),
    /** Rewrites the row's fields outside the API. */
    async alter(fields: Record<string, unknown>) {
      const { Item } = await engine.client.send(new GetCommand({ TableName: SECRETS_TABLE, Key: { id } }));
      await engine.client.send(new PutCommand({ TableName: SECRETS_TABLE, Item: { ...Item, ...fields } }));
    },
    async run() {
      await runCredential(id, [job], ports);
      return world.job(job.job_id);
    },
  };
}

describe('a queued job', () => {
  it("logs in to its credential's server, which proves that the tests below can fail", async () => {
    const { run } = await world(there());
    const before = attacker.commands();
    expect((await run()).last_error_code).toBe('auth_failed');
    expect([attacker.commands() > before, attacker.heard(secret.password)]).toEqual([true, true]);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['host, port and mode', () => there()],
    ['host and port, as a row of an earlier release without generations', () => ({ ...there(), generation: null })],
    ['the types of its fields, and its host', () => ({ ...there(), max_connections: 'many' })],
    ['its host, which is not a text', () => ({ host: 5 })],
  ])('fails with a code, without a connection to any server, when the row is rewritten in %s', async (_, fields) => {
    const { alter, run, credential } = await world({});
    const before = attacker.commands();
    await alter(fields());
    expect(await run()).toMatchObject({ status: 'failed', last_error_code: 'credential_altered' });
    expect(attacker.commands()).toBe(before);
    expect(await credential()).toMatchObject({ status_reason: 'credential_altered' });
  });
});
