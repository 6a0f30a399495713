/** A stored secret goes to no new destination unless the same request contains it. */
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { connection, secret, world } from './changing-world.ts';

const consent = {
  username: 'alice@example.com',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: 'r',
  token_url: 'https://login.example.com/token',
};

describe('a stored secret', () => {
  const elsewhere = { host: 'evil.example.com' };

  it.each<[string, Partial<Connection>]>([
    ['host', elsewhere],
    ['port', { port: 143 }],
    ['security_mode', { security_mode: 'starttls' }],
    ['security_mode', { security_mode: 'none', label: 'harmless' }],
    ['tls_ca_pem', { tls_ca_pem: '-----BEGIN CERTIFICATE-----' }],
    ['host, port', { ...elsewhere, port: 143 }],
  ])('is required with a change of %s, and nothing changes without it: %j', async (fields, changes) => {
    const { answer, credential, connection: stored } = await world();
    expect(await answer(changes)).toMatchObject({
      status: 422,
      body: {
        code: 'secret_required',
        errors: [{ pointer: '/secret', message: `must be given with a change of ${fields}` }],
      },
    });
    expect(await stored()).toEqual(connection);
    expect(await credential()).toMatchObject({ version: 2, status: 'valid' });
  });

  it('is not required with a change that keeps the destination', async () => {
    const { patch, credential, connection: stored } = await world();
    const same = { host: 'OLD.example.com.', port: 993, security_mode: 'ssl_tls', tls_ca_pem: null } as const;
    expect(await patch(same)).toBe(200);
    expect(await patch({ ...same, label: 'Sales' })).toBe(200);
    expect(await stored()).toEqual({ ...connection, label: 'Sales' });
    expect(await credential()).toMatchObject({ generation: 1, status: 'valid' });
  });

  it('is kept when the change only makes the connection safer', async () => {
    const { patch, opened } = await world();
    const pem = '-----BEGIN CERTIFICATE-----';
    expect(await patch({ security_mode: 'none', tls_ca_pem: pem, secret })).toBe(200);
    for (const mode of ['starttls', 'ssl_tls'] as const) expect(await patch({ security_mode: mode })).toBe(200);
    expect(await patch({ tls_ca_pem: null })).toBe(200);
    expect(await opened()).toMatchObject({ connection: { security_mode: 'ssl_tls', tls_ca_pem: null }, secret });
  });

  it('that comes with the change is used at the new destination, and must be verified again', async () => {
    const { patch, opened, credential } = await world();
    const second = { ...secret, password: 'second' };
    expect(await patch({ ...elsewhere, secret: second })).toBe(200);
    expect(await opened()).toMatchObject({ connection: elsewhere, secret: second });
    expect(await credential()).toMatchObject({ generation: 2, status: 'unverified' });
  });

  it('of another user starts a new generation, of the same user none', async () => {
    const { patch, credential, connection: stored } = await world();
    expect(await patch({ secret: { ...secret, password: 'second' } })).toBe(200);
    expect(await credential()).toMatchObject({ generation: 1, status: 'unverified' });
    expect(await patch({ secret: { username: 'carol@example.com', password: 'x' } })).toBe(200);
    expect(await credential()).toMatchObject({ generation: 2 });
    expect(await stored()).toMatchObject({ username_masked: 'c…l@example.com' });
  });

  it.each<[string, unknown, string]>([
    ['of another kind', { ...consent }, '/secret'],
    ['that is none', { username: 'x' }, '/secret'],
    ['that is null', null, '/secret'],
  ])('is not required for a change by %s', async (_, given, pointer) => {
    const { answer, connection: stored } = await world();
    const { status, body } = await answer({ ...elsewhere, secret: given });
    expect([status, body.errors[0].pointer.slice(0, 7)]).toEqual([422, pointer]);
    expect(await stored()).toEqual(connection);
  });

  it.each(['username', 'password', 'auth_kind', 'token_url', 'client_id', 'account_id'])(
    'has no part that can be changed alone: %s',
    async (field) => {
      const { answer } = await world();
      expect((await answer({ [field]: 'x' })).status).toBe(422);
    },
  );

  it('for a new server is not sent to the old one by a change that was harmless before', async () => {
    const { patch, answer, waiting, letGo, opened } = await world('secret');
    const second = { ...secret, password: 'second' };
    const away = patch({ host: 'new.example.com', secret: second });
    await expect.poll(waiting).toBe(1);
    expect(await answer({ host: 'old.example.com' })).toMatchObject({ status: 422, body: { code: 'secret_required' } });
    letGo(0);
    expect(await away).toBe(200);
    expect(await opened()).toMatchObject({ connection: { host: 'new.example.com' }, secret: second });
  });

  it('of a rotation that meets a change goes where the later of both events says', async () => {
    const { patch, rotate, waiting, letGo, opened, credential } = await world('secret');
    const away = patch({ host: 'new.example.com', secret: { ...secret, password: 'second' } });
    await expect.poll(waiting).toBe(1);
    const rotated = rotate({ ...secret, password: 'third' });
    await expect.poll(waiting).toBe(2);
    letGo(1);
    expect(await rotated).toBe(200);
    letGo(0);
    expect(await away).toBe(200);
    expect(await opened()).toMatchObject({
      connection: { host: 'new.example.com' },
      secret: { ...secret, password: 'third' },
    });
    expect(await credential()).toMatchObject({ generation: 3 });
  });

  it('cannot be replaced in an altered row without the whole destination', async () => {
    const { patch, answer, rotate, alter, opened, credential } = await world();
    await alter(elsewhere);
    const second = { ...secret, password: 'second' };
    expect(await rotate(second)).toBe(409);
    for (const changes of [{ secret: second }, { host: 'old.example.com', port: 993, secret: second }])
      expect(await answer(changes)).toMatchObject({ status: 409, body: { code: 'credential_altered' } });
    expect(await credential()).toMatchObject({ version: 2 });
    expect(await patch({ label: 'Sales' })).toBe(200);
    const whole = { host: 'old.example.com', port: 993, security_mode: 'ssl_tls', tls_ca_pem: null } as const;
    expect(await patch({ ...whole, secret: second })).toBe(200);
    expect(await opened()).toMatchObject({ connection: { ...whole, label: 'Sales' }, secret: second });
  });
});
