import dns from 'node:dns';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveReservedNames } from '../../../local/lambda/reserved-names.ts';

const system = dns.lookup;
const asked: string[] = [];

beforeAll(() => {
  const recorded = (name: string, options: object, callback: (error: null, found: object[]) => void): void => {
    asked.push(name);
    callback(null, [{ address: name === '127.0.0.1' ? name : '192.0.2.7', family: 4, ...options }]);
  };
  Object.defineProperty(dns, 'lookup', { value: recorded });
  resolveReservedNames();
});
afterAll(() => {
  Object.defineProperty(dns, 'lookup', { value: system });
  syncBuiltinESMExports();
});

const lookup = (name: string): Promise<unknown> =>
  promisify(createRequire(import.meta.url)('node:dns').lookup)(name, { all: true });

test('every name below .localhost is this machine, whatever the name service knows', async () => {
  expect(await lookup('imap.northwind.localhost')).toMatchObject([{ address: '127.0.0.1' }]);
  expect(await lookup('a.LOCALHOST.')).toMatchObject([{ address: '127.0.0.1' }]);
});

test('no name below .invalid exists, and the name service is not asked for it', async () => {
  await expect(lookup('imap.nothwind.invalid')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(asked.filter((name) => name.includes('invalid'))).toEqual([]);
});

test('every other name is for the name service', async () => {
  for (const name of ['imap.example.com', 'localhost', 'notlocalhost', 'invalid.example'])
    expect(await lookup(name)).toMatchObject([{ address: '192.0.2.7' }]);
});
