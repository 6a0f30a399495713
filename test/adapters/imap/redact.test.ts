import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../functions/adapters/imap/redact.ts';

describe('the detail of a failure', () => {
  it.each([
    ['NO Login failed for anna.o+x@mail.example.org', 'NO Login failed for [email]'],
    ['NO blocked 10.1.2.3:993', 'NO blocked [ip]:993'],
    ['NO blocked [2001:db8::1]:993', 'NO blocked [[ip]]:993'],
    ['NO blocked ::ffff:10.0.0.1', 'NO blocked [ip]'],
    ['NO host:2001:db8::1 blocked', 'NO host[ip] blocked'],
    ['NO at 12:34:56 try again', 'NO at 12:34:56 try again'],
    [
      'NO see https://u:p@accounts.example.com/login?token=abc&x=1#frag now',
      'NO see https://accounts.example.com/login now',
    ],
    [`NO bad token ${'aB3_'.repeat(8)}.`, 'NO bad token [token]'],
    ['NO a\r\nb\u0000c\u202ed\u2028e', 'NO a b c d e'],
  ])('%j becomes %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('never shows the user name or the password, in any case or as SASL sends them', () => {
    const base64 = Buffer.from('hunter22').toString('base64');
    const text = redact(`NO User ANNA with hunter22 (HUNTER22, ${base64}) refused`, ['hunter22', 'anna']);
    expect(text).toBe('NO User [redacted] with [redacted] ([redacted], [redacted]) refused');
  });

  it('says nothing at all where a short secret would show', () => {
    expect(redact('NO pw is x7', ['x7'])).toBe('[withheld]');
    expect(redact('NO refused', ['x7', ''])).toBe('NO refused');
  });

  it('finds a secret of regular expression characters', () => {
    expect(redact('NO (a+b)*$ refused', ['(a+b)*$'])).toBe('NO [redacted] refused');
  });

  it('is one well-formed line of at most 300 characters, free of addresses, whatever comes in', () => {
    const fragment = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.ipV4(),
      fc.ipV6(),
      fc.emailAddress(),
      fc.webUrl({ withQueryParameters: true }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
        const text = redact(fragments.join(' '));
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(text).not.toMatch(/\b\d{1,3}(\.\d{1,3}){3}\b/);
        expect(text).not.toMatch(/[a-z0-9+/_=.~-]{32,}/i);
      }),
    );
  });

  it('stands megabytes of hostile text', () => {
    for (const text of [':'.repeat(5e6), 'a@'.repeat(2e6), 'a'.repeat(5e6), '1.'.repeat(2e6), 'http://'.repeat(1e6)]) {
      expect(redact(text).length).toBeLessThanOrEqual(300);
    }
  });
});
