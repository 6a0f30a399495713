/** Attacks on a stored password: a server of the attacker's writes down all that it is sent. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secret, world } from './changing-world.ts';

let evil: Awaited<ReturnType<typeof startEvil>>;
beforeAll(async () => {
  evil = await startEvil();
});
afterAll(() => evil?.close());

/** Refuses every login, in clear text, and keeps it. */
async function startEvil() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    let tag = '';
    socket.on('error', () => {});
    socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString();
      heard.push(line);
      const [first = '', command] = line.split(' ');
      // A line of one word is what an AUTHENTICATE was asked for.
      if (command !== undefined) tag = first;
      if (/^capability/i.test(command ?? '')) socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`);
      else socket.write(/authenticate plain\r\n$/i.test(line) ? '+ \r\n' : `${tag} NO no\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    commands: () => heard.length,
    /** Whether a text came, as it is or in base64. */
    heard: (text: string) => {
      const words = heard.join('').split(/\s+/);
      return [heard.join(''), ...words.map((word) => Buffer.from(word, 'base64').toString())].some((said) =>
        said.includes(text),
      );
    },
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

const there = () => ({ host: '127.0.0.1', port: evil.port, security_mode: 'none' }) as const;

describe('the server of an attacker', () => {
  it('is sent the password that came with its name, so that silence below says something', async () => {
    const { patch, test } = await world();
    expect(await patch({ ...there(), secret: { ...secret, password: 'of the attacker' } })).toBe(200);
    expect((await test()).body.data).toMatchObject({ ok: false });
    expect([evil.heard('of the attacker'), evil.heard(secret.password)]).toEqual([true, false]);
  });

  it.each<[string, () => object]>([
    ['host, port and mode', () => there()],
    ['host', () => ({ host: 'localhost' })],
    ['port', () => ({ port: evil.port, label: 'x' })],
    ['mode', () => ({ security_mode: 'none', host: 'old.example.com' })],
  ])('is not named by a PATCH of %s without the secret', async (_, changes) => {
    const { answer, connection } = await world();
    const before = [evil.commands(), await connection()];
    expect(await answer(changes())).toMatchObject({ status: 422, body: { code: 'secret_required' } });
    expect([evil.commands(), await connection()]).toEqual(before);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['host, port and mode', () => there()],
    ['every field but the port', () => ({ ...there(), host: 'localhost', tls_ca_pem: null, username_masked: 'x' })],
    ['its shape', () => ({ ...there(), max_connections: 'many' })],
    ['its secret', () => ({ ...there(), secret: { v: 1 } })],
  ])('is sent nothing by a row that was rewritten in %s: the test fails by a code', async (_, fields) => {
    const { alter, test } = await world();
    const before = evil.commands();
    await alter(fields());
    expect(await test()).toMatchObject({
      status: 200,
      body: { data: { ok: false, code: 'credential_altered', category: 'configuration' } },
    });
    expect(evil.commands()).toBe(before);
  });

  it('is sent nothing by a secret whose row claims that an earlier version sealed it', async () => {
    const { alter, row, test } = await world();
    const before = evil.commands();
    await alter({ ...there(), secret: { ...(await row()).secret, v: 1 } });
    expect((await test()).body.data).toMatchObject({ ok: false, code: 'credential_altered' });
    expect(evil.commands()).toBe(before);
  });
});
