import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressKind,
  isAddressAllowed,
  isHostName,
  isLoopbackName,
  isPortAllowed,
} from '../../../functions/domain/network/address.ts';

describe('the kind of an address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '198.20.0.1',
    '223.255.255.255',
  ])('is public for %s', (address) => {
    expect(addressKind(address)).toBe('public');
  });

  it.each([
    '2606:4700:4700::1111',
    '2a00:1450:4001::6d',
    '2001:200::1',
    '2001:4860:4860:0:0:0:0:8888',
    '2400:cb00:2048:1::6814:55',
    '2606:1:2:3::5:6:7',
  ])('is public for %s', (address) => {
    expect(addressKind(address)).toBe('public');
  });

  it.each(['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '0:0::1', '::0.0.0.1'])(
    'is loopback for %s',
    (address) => {
      expect(addressKind(address)).toBe('loopback');
    },
  );

  it.each([
    ['this network', '0.0.0.0'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared between carrier customers', '100.64.0.1'],
    ['shared between carrier customers', '100.127.255.255'],
    ['link-local', '169.254.1.1'],
    ['instance metadata', '169.254.169.254'],
    ['container metadata', '169.254.170.2'],
    ['protocol assignments', '192.0.0.8'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.7'],
    ['documentation', '203.0.113.7'],
    ['6to4 relays', '192.88.99.1'],
    ['benchmarks', '198.19.255.255'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped private in hex', '::ffff:a00:1'],
    ['IPv4-compatible', '::8.8.8.8'],
    ['NAT64 of the metadata service', '64:ff9b::169.254.169.254'],
    ['local NAT64', '64:ff9b:1::1'],
    ['6to4 of a private address', '2002:0a00:0001::1'],
    ['Teredo', '2001:0:1::1'],
    ['documentation', '2001:db8::1'],
    ['new documentation', '3fff:fff::1'],
    ['unique local', 'fc00::1'],
    ['metadata over IPv6', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['discard', '100::1'],
  ])('is internal for a %s address: %s', (_what, address) => {
    expect(addressKind(address)).toBe('internal');
  });

  it.each([
    '',
    'imap.example.org',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '1.2.3.4.5',
    '1.2.3.256',
    '[::1]',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '1.2.3.4:2:3:4:5:6:7',
    '1:2:3:4::5:6:7:8',
    'x:1',
    '::1.2.3',
  ])('is null for %j, which is not an address literal', (text) => {
    expect(addressKind(text)).toBeNull();
  });

  it('is never public for an internal IPv4 address written as IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:'), (ipv4, prefix) => {
        expect(['internal', 'loopback']).toContain(addressKind(prefix + ipv4));
      }),
    );
  });

  it('is the same for every spelling of an IPv6 address', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const plain = groups.map((group) => group.toString(16)).join(':');
        const padded = groups.map((group) => group.toString(16).padStart(4, '0').toUpperCase()).join(':');
        expect(addressKind(padded)).toBe(addressKind(plain));
        expect(addressKind(plain)).not.toBeNull();
      }),
    );
  });
});

describe('the allowed addresses and names', () => {
  it('include loopback only where it is allowed', () => {
    expect(isAddressAllowed('127.0.0.1', 'allow')).toBe(true);
    expect(isAddressAllowed('::1', 'allow')).toBe(true);
    expect(isAddressAllowed('127.0.0.1', 'deny')).toBe(false);
    for (const address of ['10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', 'fd00::1']) {
      expect(isAddressAllowed(address, 'allow')).toBe(false);
    }
    expect(isAddressAllowed('not an address', 'allow')).toBe(false);
    expect(isAddressAllowed('8.8.8.8', 'deny') && isAddressAllowed('2606:4700:4700::1111', 'deny')).toBe(true);
  });

  it.each([
    'imap.example.org',
    'localhost',
    'imap.example.org.',
    'xn--bcher-kva.example',
    'mail_1.example',
    '1and1.com',
    'mail.x1',
    'mail.1x',
    'a.b',
    `${'a.'.repeat(125)}org`,
  ])('include %s as a host name', (host) => {
    expect(isHostName(host)).toBe(true);
  });

  it.each([
    '',
    '.',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.01',
    'a.0x1',
    '127.0.0.1.',
    '[::1]',
    'a b',
    'a/b',
    'a@b',
    'a..b',
    '-a.de',
    'bücher.de',
    'a\u0000b',
    'imap.example.org:993',
    'a'.repeat(64),
    `${'a.'.repeat(130)}de`,
  ])('do not include %j as a host name', (host) => {
    expect(isHostName(host)).toBe(false);
  });

  it('recognise the names of this machine as loopback, and no similar names', () => {
    const names = [
      'localhost',
      'LocalHost.',
      'a.b.localhost',
      'localhost.localdomain',
      'ip6-localhost',
      'ip6-loopback',
    ];
    expect(names.filter((name) => !isLoopbackName(name))).toEqual([]);
    const others = ['', 'xlocalhost', 'localhosts', 'localhost.example', 'x.ip6-localhost', 'ip6-loopbacks', 'local'];
    expect(others.filter(isLoopbackName)).toEqual([]);
  });

  it('include the listed ports, or any valid port', () => {
    const mail = new Set([143, 993]);
    expect([143, 993, 25, 0, -1, 65536, 993.5, Number.NaN].filter((port) => isPortAllowed(port, mail))).toEqual([
      143, 993,
    ]);
    expect([1, 65535, 0, 65536].filter((port) => isPortAllowed(port, 'any'))).toEqual([1, 65535]);
  });
});
