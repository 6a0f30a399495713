import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { BLOCKED_PORTS, hiddenAddress } from '../../../local/engines/hidden-address.ts';

test.each(BLOCKED_PORTS)('port %i is one that the Fetch standard blocks', async (port) => {
  // Node's fetch follows the standard's list, as browsers do.
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { message: 'bad port' } });
});

test.runIf(process.platform === 'linux')('each start listens on its own address of 127.0.0.0/8', async () => {
  const [one, other] = await Promise.all([hiddenAddress(), hiddenAddress()]);
  for (const { host, port } of [one, other]) {
    expect(host).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(host).not.toBe('127.0.0.1');
    expect(BLOCKED_PORTS).toContain(port);
  }
  expect(one.host).not.toBe(other.host);
});

test('a machine without the drawn address listens on 127.0.0.1, on a port that browsers refuse', async () => {
  const { host, port } = await hiddenAddress('192.0.2.1');
  expect(host).toBe('127.0.0.1');
  expect(BLOCKED_PORTS).toContain(port);
});

test('a port that is in use is skipped', async () => {
  const { host, port } = await hiddenAddress();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  for (let attempt = 0; attempt < 2 * BLOCKED_PORTS.length; attempt += 1)
    expect(await hiddenAddress(host)).not.toEqual({ host, port });
  server.close();
});
