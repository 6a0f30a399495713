/** Attacks on a stored password: a server of the attacker records all that it receives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRecordingMailServer } from '../../fixtures/recording-mail-server.ts';
import { secret, world } from './changing-world.ts';

let attacker: Awaited<ReturnType<typeof startRecordingMailServer>>;
beforeAll(async () => {
  attacker = await startRecordingMailServer();
});
afterAll(() => attacker?.close());

const there = () => ({ host: '127.0.0.1', port: attacker.port, security_mode: 'none' }) as const;

describe('the server of an attacker', () => {
  it('receives a password that was sent for its name, which shows that it would receive one in the tests below', async () => {
    const { patch, test } = await world();
    expect(await patch({ ...there(), secret: { ...secret, password: 'of the attacker' } })).toBe(200);
    expect((await test()).body.data).toMatchObject({ ok: false });
    expect([attacker.heard('of the attacker'), attacker.heard(secret.password)]).toEqual([true, false]);
  });

  it.each<[string, () => object]>([
    ['host, port and mode', () => there()],
    ['host', () => ({ host: 'localhost' })],
    ['port', () => ({ port: attacker.port, label: 'x' })],
    ['mode', () => ({ security_mode: 'none', host: 'old.example.com' })],
  ])('cannot be set by a PATCH of %s without the secret', async (_, changes) => {
    const { answer, connection } = await world();
    const before = [attacker.commands(), await connection()];
    expect(await answer(changes())).toMatchObject({ status: 422, body: { code: 'secret_required' } });
    expect([attacker.commands(), await connection()]).toEqual(before);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['host, port and mode', () => there()],
    ['every field but the port', () => ({ ...there(), host: 'localhost', tls_ca_pem: null, username_masked: 'x' })],
    ['its number of connections, as a text', () => ({ ...there(), max_connections: 'many' })],
    ['its secret', () => ({ ...there(), secret: { v: 1 } })],
  ])('receives nothing from a row that was rewritten in %s: the test fails with a code', async (_, fields) => {
    const { alter, test } = await world();
    const before = attacker.commands();
    await alter(fields());
    expect(await test()).toMatchObject({
      status: 200,
      body: { data: { ok: false, code: 'credential_altered', category: 'configuration' } },
    });
    expect(attacker.commands()).toBe(before);
  });

  it('receives nothing from a secret whose row claims that an earlier version sealed it', async () => {
    const { alter, row, test } = await world();
    const before = attacker.commands();
    await alter({ ...there(), secret: { ...(await row()).secret, v: 1 } });
    expect((await test()).body.data).toMatchObject({ ok: false, code: 'credential_altered' });
    expect(attacker.commands()).toBe(before);
  });
});
