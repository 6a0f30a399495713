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

  it.each([
    ['x', 'BAD LOGIN anna x: unknown command', 'BAD LOGIN anna [redacted]: unknown command'],
    ['x7', 'NO pw is x7', 'NO pw is [redacted]'],
    ['x7', 'BAD LOGIN "anna" "X7"', 'BAD LOGIN "anna" "[redacted]"'],
    ['a"', 'BAD LOGIN "anna" "a\\"" no', 'BAD LOGIN "anna" "[redacted]" no'],
    ['x7', 'NO user=anna:pass=x7;', 'NO user=anna:pass=[redacted];'],
    ['7', 'NO 7 tries left, try 77 seconds later', 'NO [redacted] tries left, try 77 seconds later'],
    ['!', 'BAD LOGIN anna ! failed!', 'BAD LOGIN anna [redacted] failed!'],
    ['.', 'BAD LOGIN anna . failed.', 'BAD LOGIN anna [redacted] failed.'],
    ['p.', 'BAD LOGIN anna p. failed', 'BAD LOGIN anna [redacted] failed'],
    ['é', 'BAD LOGIN anna é: café', 'BAD LOGIN anna [redacted]: café'],
    ['abc', 'BAD LOGIN anna abc, abcd', 'BAD LOGIN anna [redacted], abcd'],
    ['abc', 'NO x-abc-y, xabc', 'NO x-[redacted]-y, xabc'],
    ['-ab', 'NO x-ab but -ab', 'NO x-ab but [redacted]'],
    ['ab-', 'NO ab-x but ab-', 'NO ab-x but [redacted]'],
    ['jg', 'BAD amc?', 'BAD [redacted]?'],
  ])('loses the short secret %j where it stands alone, and nothing else: %s', (secret, text, expected) => {
    expect(redact(text, [secret])).toBe(expected);
  });

  it('never shows a short secret that a server quotes, unchanged, in quotes or as SASL sends it', () => {
    const secret = fc
      .string({ unit: fc.oneof(fc.constantFrom(...'aAzZ09!"\\_-.$é'), fc.string({ minLength: 1, maxLength: 1 })) })
      .map((text) => text.slice(0, 3))
      .filter((text) => text.trim() === text && text !== '' && !/[\p{Cc}\p{Cs}]/u.test(text))
      // The words of the answers below.
      .filter((text) => !['bad', 'is', '?'].includes(text.toLowerCase()));
    fc.assert(
      fc.property(secret, (password) => {
        const quoted = password.replace(/["\\]/g, '\\$&');
        const sent = Buffer.from(`\0anna\0${password}`).toString('base64');
        for (const form of [password, `"${quoted}"`]) {
          const detail = redact(`BAD LOGIN berta ${form}`, [password]);
          expect(detail).toMatch(/^BAD LOGIN berta ["\\]*(\[redacted\]["\\]*)+$/);
        }
        expect(redact(`BAD what is ${sent} ?`, [password])).toBe('BAD what is [redacted] ?');
        expect(redact(`BAD what is ${Buffer.from(password).toString('base64')} ?`, [password])).toBe(
          'BAD what is [redacted] ?',
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps its words if they contain a short secret', () => {
    const text = 'NO [AUTHENTICATIONFAILED] Authentication failed for this account, see the log';
    for (const secret of [...'abcdefghijklmnopqrstuvwxyz', 'au', 'ed', 'og', 'cc']) {
      expect([secret, redact(text, [secret])]).toEqual([secret, text]);
    }
  });

  it('finds a secret with regular expression characters', () => {
    expect(redact('NO (a+b)*$ refused', ['(a+b)*$'])).toBe('NO [redacted] refused');
  });

  it.each([
    ['PLAIN', '\0bob@x.io\0hunter2'],
    ['PLAIN', 'bob@x.io\0bob@x.io\0hunter2'],
    ['LOGIN', 'bob@x.io'],
    ['LOGIN', 'hunter2'],
    ['XOAUTH2', 'user=bob@x.io\u0001auth=Bearer hunter2\u0001\u0001'],
    ['OAUTHBEARER', 'n,a=bob@x.io,\u0001host=imap.x.io\u0001port=993\u0001auth=Bearer hunter2\u0001\u0001'],
  ])('shows nothing of what %s sends: %j', (mechanism, response) => {
    const sent = Buffer.from(response).toString('base64');
    const secrets = ['hunter2', 'bob@x.io'];
    for (const blob of [sent, sent.replace(/=+$/, ''), sent.toUpperCase()]) {
      expect(redact(`BAD Unknown command: AUTHENTICATE ${mechanism} ${blob}`, secrets)).toBe(
        `BAD Unknown command: AUTHENTICATE ${mechanism} [redacted]`,
      );
      expect(redact(`BAD not a command: ${blob}, sorry`, secrets)).toBe('BAD not a command: [redacted], sorry');
    }
  });

  it('shows no initial response, even if it is cut off before any recognisable part', () => {
    expect(redact('BAD AUTHENTICATE PLAIN AGJvYkB4Li', ['hunter2', 'bob@x.io'])).toBe(
      'BAD AUTHENTICATE PLAIN [redacted]',
    );
    expect(redact('NO AUTHENTICATE PLAIN failed', ['hunter2'])).toBe('NO AUTHENTICATE PLAIN failed');
  });

  it('recognises a short user name and a short password in a SASL response', () => {
    for (const response of ['\0al\0x7', 'al', 'x7', 'user=al\u0001auth=Bearer x7\u0001\u0001']) {
      const sent = Buffer.from(response).toString('base64');
      expect(redact(`BAD ${sent} what?`, ['x7', 'al'])).toBe('BAD [redacted] what?');
    }
  });

  it('shows no base64 that contains a secret, at any offset and in any spelling', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text));
    const around = fc.uint8Array({ maxLength: 20 });
    const glue = fc.string({ unit: fc.constantFrom(...'AZaz09+/_-'), maxLength: 3 });
    fc.assert(
      fc.property(secret, around, around, glue, fc.constantFrom('base64', 'base64url'), fc.boolean(), (...given) => {
        const [password, before, after, prefix, alphabet, padded] = given;
        const sent = Buffer.concat([before, Buffer.from(password), after]).toString(alphabet);
        const blob = `${prefix}${padded ? sent : sent.replace(/=+$/, '')}`;
        expect(redact(`BAD what is ${blob}?`, [password])).toBe('BAD what is [redacted]?');
      }),
    );
  });

  it('finds a quoted secret, and one with invisible characters', () => {
    expect(redact('BAD LOGIN "anna" "a\\"b\\\\c" no', ['a"b\\c'])).toBe('BAD LOGIN "anna" "[redacted]" no');
    expect(redact('BAD soft\u00adhyphen no', ['soft\u00adhyphen'])).toBe('BAD [redacted] no');
    expect(redact('BAD pass\r\nword no', ['pass word'])).toBe('BAD [redacted] no');
  });

  it('leaves no part of a longer secret that contains a shorter one', () => {
    expect(redact('NO user hunter2-fan refused', ['hunter2', 'hunter2-fan'])).toBe('NO user [redacted] refused');
  });

  it('does not change other words', () => {
    const text = 'NO Invalid credentials (Failure), authentication mechanism PLAIN unsupported';
    expect(redact(text, ['hunter2', 'bob@x.io', 'x7'])).toBe(text);
  });

  it('is one well-formed line of at most 300 characters without addresses, for any input', () => {
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

  it('accepts megabytes of hostile text', () => {
    for (const text of [':'.repeat(5e6), 'a@'.repeat(2e6), 'a'.repeat(5e6), '1.'.repeat(2e6), 'http://'.repeat(1e6)]) {
      expect(redact(text).length).toBeLessThanOrEqual(300);
      expect(redact(text, ['hunter2', 'x7']).length).toBeLessThanOrEqual(300);
    }
  });

  describe('is cut from a text of more than 8,000 characters', () => {
    const filler = (length: number) => 'wort '.repeat(Math.ceil(length / 5)).slice(0, length);

    it('without leaving a part of a secret at the cut', () => {
      const secret = 'correct horse battery';
      for (let kept = 1; kept < secret.length; kept += 1) {
        const text = `${' '.repeat(8_000 - kept)}${secret}`;
        expect(redact(text, [secret])).toBe('');
      }
    });

    it('by removing at most the length of the longest form of a secret before the cut', () => {
      expect(redact(`${' '.repeat(7_996)}last`, ['correct horse'])).toBe('last');
      expect(redact(`${' '.repeat(7_900)}first${filler(500)}`, ['twelve bytes'])).toMatch(/^first/);
      expect(redact(`${' '.repeat(7_970)}first${filler(500)}`, ['twelve bytes'])).toBe('');
      expect(redact(`${' '.repeat(7_970)}first${filler(500)}`)).toMatch(/^first/);
    });

    it('and nothing after the cut is searched or shown', () => {
      expect(redact(`${' '.repeat(8_000)}behind`)).toBe('');
    });
  });
});
