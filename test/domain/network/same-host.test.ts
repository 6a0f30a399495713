import { describe, expect, it } from 'vitest';
import { isSameHost } from '../../../functions/domain/network/same-host.ts';

describe('two hosts', () => {
  it.each([
    ['imap.example.com', 'IMAP.Example.COM'],
    ['imap.example.com', 'imap.example.com.'],
    ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['192.0.2.1', ' 192.0.2.1'],
  ])('are the same when only their spelling differs: %s and %s', (one, other) => {
    expect([isSameHost(one, other), isSameHost(other, one)]).toEqual([true, true]);
  });

  it.each([
    ['imap.example.com', 'imap.example.org'],
    ['imap.example.com', 'imap.example.com..'],
    ['mail', 'mail.'],
    ['2001:db8::1', '2001:db8::2'],
    ['fe80::1%1', 'fe80::1%2'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', 'imap.example.com'],
    ['a:b', 'a:c'],
    ['imap.example.com', 'imap.example.com\u0000'],
  ])('are different when one may lead elsewhere: %s and %s', (one, other) => {
    expect([isSameHost(one, other), isSameHost(other, one)]).toEqual([false, false]);
  });
});
