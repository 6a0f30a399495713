import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMailboxProvider } from '../../../functions/adapters/imap/connect.ts';
import { guardedLookup, isHostAllowed } from '../../../functions/adapters/imap/guarded-lookup.ts';
import type { ConnectionSettings } from '../../../functions/ports/mailbox.ts';
import { connect, failureOf, imapServer, localProvider, settingsFor } from './world.ts';

const signal = new AbortController().signal;

/** A listener on loopback that counts connections. */
async function trap(): Promise<{ readonly port: number; readonly visits: () => number }> {
  let visits = 0;
  const listener = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return { port: address.port, visits: () => visits };
}

const settings = (host: string, port: number): ConnectionSettings => ({
  host,
  port,
  securityMode: 'starttls',
  tlsCaPem: null,
  authentication: { kind: 'password', username: 'anna', password: 'secret99' },
});

describe('the host guard of a deployment', () => {
  const provider = createMailboxProvider({ ports: 'any', loopback: 'deny', plaintext: 'deny' });

  it.each([
    '127.0.0.1',
    '127.1',
    '127.8.8.8',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '0.0.0.0',
    '0',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::127.0.0.1',
    '2002:7f00:1::',
    'localhost',
    'LOCALHOST',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    'fd00:ec2::254',
    'fe80::1%lo',
    '127.0.0.1/',
    '127.0.0.1:993',
    'user@127.0.0.1',
    'a b',
    '',
  ])('blocks %j', async (host) => {
    const { port, visits } = await trap();
    expect((await failureOf(provider.connect(settings(host, port), { signal }))).code).toBe('host_not_allowed');
    expect(visits()).toBe(0);
  });

  it('refuses a port that is not for mail', async () => {
    const mail = createMailboxProvider({ ports: new Set([143, 993]), loopback: 'allow', plaintext: 'deny' });
    const { port, visits } = await trap();
    for (const wrong of [port, 25, 0, -1, 70000, 993.5]) {
      expect((await failureOf(mail.connect(settings('127.0.0.1', wrong), { signal }))).code).toBe('host_not_allowed');
    }
    expect(visits()).toBe(0);
  });

  it('refuses clear text', async () => {
    const { port, visits } = await trap();
    const plain = { ...settings('127.0.0.1', port), securityMode: 'none' } as const;
    const local = createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'deny' });
    expect((await failureOf(local.connect(plain, { signal }))).code).toBe('invalid_config');
    expect(visits()).toBe(0);
  });

  it('reports that a name does not exist', async () => {
    const failure = await failureOf(provider.connect(settings('no-such-host.invalid', 993), { signal }));
    expect(['dns_not_found', 'dns_temporary']).toContain(failure.code);
  });
});

describe('the host guard of a laptop', () => {
  it('allows loopback, by address and by name', async () => {
    const server = await imapServer();
    await connect(settingsFor(server));
    await connect(settingsFor(server, { host: 'localhost' }));
    expect(server.log.filter(({ name }) => name === 'AUTHENTICATE')).toHaveLength(2);
  });

  it.each(['10.0.0.1', '192.168.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0', '127.1', '2130706433'])(
    'still blocks %s',
    async (host) => {
      const failure = await failureOf(localProvider().connect(settings(host, 993), { signal }));
      expect(failure.code).toBe('host_not_allowed');
    },
  );
});

describe('names of this machine', () => {
  const port = 993;
  const ports = 'any' as const;

  it.each([
    'localhost',
    'LocalHost',
    'localhost.',
    'mail.localhost',
    'mail.localhost.',
    'localhost.localdomain',
    'ip6-localhost',
    'ip6-loopback',
  ])('%s is refused at once in a deployment, not on a laptop', (host) => {
    expect(isHostAllowed(host, port, { ports, loopback: 'deny' })).toBe(false);
    expect(isHostAllowed(host, port, { ports, loopback: 'allow' })).toBe(true);
  });

  it.each(['localhost.example.com', 'mylocalhost', 'mail.mylocalhost', 'local.host', 'localhost-mail.de'])(
    '%s is a name of another machine',
    (host) => {
      expect(isHostAllowed(host, port, { ports, loopback: 'deny' })).toBe(true);
    },
  );
});

describe('the lookup', () => {
  const policy = { ports: 'any', loopback: 'deny' } as const;
  const answering =
    (addresses: LookupAddress[]) =>
    (_hostname: string, _options: object, callback: (error: null, addresses: LookupAddress[]) => void): void =>
      callback(null, addresses);
  const good = { address: '93.184.215.14', family: 4 };
  const goodToo = { address: '2606:2800:21f:cb07:6820:80da:af6b:8b2c', family: 6 };

  const look = (addresses: LookupAddress[], all: boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      guardedLookup(policy, answering(addresses))('mail.example', { all }, (error, address, family) =>
        error ? reject(error) : resolve(all ? address : [address, family]),
      );
    });

  it('returns every address, or the first, as requested', async () => {
    await expect(look([good, goodToo], true)).resolves.toEqual([good, goodToo]);
    await expect(look([good, goodToo], false)).resolves.toEqual([good.address, 4]);
  });

  it('rejects all addresses when one of them is internal', async () => {
    for (const bad of ['127.0.0.1', '10.0.0.1', '::1', '::ffff:10.0.0.1', 'fd00::1', 'nonsense']) {
      for (const addresses of [
        [good, { address: bad, family: 4 }],
        [{ address: bad, family: 6 }, good],
      ]) {
        await expect(look(addresses, true)).rejects.toMatchObject({ code: 'EHOSTBLOCKED' });
        await expect(look(addresses, false)).rejects.toMatchObject({ code: 'EHOSTBLOCKED' });
      }
    }
  });

  it('rejects an empty answer', async () => {
    await expect(look([], true)).rejects.toMatchObject({ code: 'EHOSTBLOCKED' });
  });
});
