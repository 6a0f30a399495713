import { describe, expect, it } from 'vitest';
import { mailServerName, namesServer } from '../../../functions/domain/network/server-filter.ts';

const IMAP = { host: 'imap.example.com', port: 993 };
const V6 = { host: '2001:db8::1', port: 143 };

describe('a name of a mail server', () => {
  it.each([
    ['imap.example.com', IMAP],
    ['imap.example.com:993', IMAP],
    ['IMAP.Example.COM:993', IMAP],
    ['imap.example.com.', IMAP],
    ['imap.example.com.:993', IMAP],
    ['bücher.example', { host: 'xn--bcher-kva.example', port: 993 }],
    ['2001:db8::1', V6],
    ['[2001:db8::1]', V6],
    ['[2001:db8:0::1]:143', V6],
    ['imap.example.com:993', { host: 'IMAP.example.com.', port: 993 }],
  ])('%s means the server %j', (name, server) => {
    expect(mailServerName.safeParse(name).success).toBe(true);
    expect(namesServer([name], server)).toBe(true);
    expect(namesServer(['nowhere.example', name], server)).toBe(true);
  });

  it.each([
    ['imap.example.com:143', IMAP],
    ['example.com', IMAP],
    ['imap.example.com.evil.example', IMAP],
    ['imap.example.co', IMAP],
    [':993', IMAP],
    ['993', IMAP],
    ['[2001:db8::1]:993', V6],
    ['2001:db8::1:143', V6],
  ])('%s does not mean the server %j', (name, server) => {
    expect(namesServer([name], server)).toBe(false);
  });

  it('matches no unknown server, and an absent filter matches every server', () => {
    expect(namesServer(['imap.example.com'], null)).toBe(false);
    expect(namesServer(undefined, null)).toBe(true);
  });

  it.each(['imap.example.com:', 'imap.example.com:abc', 'imap.example.com:0', 'imap.example.com:65536', '[::1]:x'])(
    '%j has an invalid port and is refused',
    (name) => {
      expect(mailServerName.safeParse(name).success).toBe(false);
    },
  );

  it.each(['', ' ', 'imap.example.com/x', 'jane@imap.example.com', 'a b', 'a?b', 'a#b', 'a\\b', 'x'.repeat(260)])(
    '%j is refused',
    (name) => {
      expect(mailServerName.safeParse(name).success).toBe(false);
    },
  );
});
