/** A server that quotes what it was sent, in any encoding, whole or cut off. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { needlesOf, occurrences } from '../../../functions/adapters/imap/secret-parts.ts';
import { withholdSecrets } from '../../../functions/adapters/imap/withhold-secrets.ts';

const hex = (bytes: Buffer): readonly string[] => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
const eachUnit = (text: string, write: (code: number, unit: string) => string): string =>
  Array.from({ length: text.length }, (_, at) => write(text.charCodeAt(at), text.charAt(at))).join('');
const eachPoint = (text: string, write: (code: number) => string): string =>
  [...text].map((character) => write(character.codePointAt(0) ?? 0)).join('');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const four = (code: number): string => code.toString(16).padStart(4, '0');

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in capitals': (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  'in a quoted string': (text) => text.replace(/["\\]/g, '\\$&'),
  'with each character behind a backslash': (text) => text.replace(/[^A-Za-z0-9]/gu, '\\$&'),
  'in JSON': (text) => JSON.stringify(text).slice(1, -1),
  'in units of JSON': (text) => eachUnit(text, (code) => `\\u${four(code)}`),
  'in C': (text) =>
    hex(Buffer.from(text))
      .map((byte) => `\\x${byte}`)
      .join(''),
  'in octal': (text) => [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  'in a URL': encodeURIComponent,
  'in a form': (text) => new URLSearchParams({ a: text }).toString().slice(2),
  'percent by percent': (text) =>
    hex(Buffer.from(text))
      .map((byte) => `%${byte}`)
      .join(''),
  'in units of a URL': (text) => eachUnit(text, (code) => `%u${four(code)}`),
  'quoted-printable': (text) =>
    hex(Buffer.from(text))
      .map((byte) => `=${byte.toUpperCase()}`)
      .join(''),
  'in hexadecimal': (text) => hex(Buffer.from(text)).join(''),
  'in hexadecimal capitals': (text) => hex(Buffer.from(text)).join('').toUpperCase(),
  'in hexadecimal with spaces': (text) => hex(Buffer.from(text)).join(' '),
  'in hexadecimal with colons': (text) => hex(Buffer.from(text)).join(':').toUpperCase(),
  'in hexadecimal of C': (text) =>
    hex(Buffer.from(text))
      .map((byte) => `0x${byte}`)
      .join(', '),
  'in hexadecimal of UTF-16': (text) => hex(utf16(text)).join(''),
  'in HTML': (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  'in named entities': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  'in entities of hexadecimal': (text) => eachPoint(text, (code) => `&#x${code.toString(16)};`),
  'in modified UTF-7': (text) =>
    text
      .replaceAll('&', '&-')
      .replace(
        /[^\x20-\x7e]+/g,
        (part) => `&${utf16(part).toString('base64').replaceAll('/', ',').replace(/=+$/, '')}-`,
      ),
  'in UTF-16': (text) => [...utf16(text)].map((byte) => String.fromCharCode(byte)).join(''),
  // Between characters: no decoder returns half a character of UTF-16.
  'broken by a line end': (text) => [...text].toSpliced(3, 0, '\r\n').join(''),
  'with characters that nobody sees': (text) => [...text].join('\u200b'),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64 of a URL': (text) => Buffer.from(`\0${text}`).toString('base64url'),
  'in base64 behind a name': (text) => Buffer.from(`\0jane\0${text}`).toString('base64'),
  'in base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
};

const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const secretOf = (unit: fc.Arbitrary<string>, minLength: number): fc.Arbitrary<string> =>
  fc.string({ unit, minLength, maxLength: 40 }).filter((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text));
const secret = secretOf(
  fc.oneof(fc.constantFrom(...letters), fc.constantFrom(...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ éÜß€日😀')),
  4,
).filter((text) => text.trim() === text);
/** Octets of UTF-16 above 127 become their own characters. */
const ascii = secretOf(fc.constantFrom(...letters), 4);
/** Brackets and other signs that no decoding joins with their content. */
const around = fc.constantFrom(['NO "', '" refused'], ['BAD <', '>'], ['', ''], ['* NO LOGIN jane (', ') is wrong']);

describe('a secret that a server quotes', () => {
  it.each(Object.keys(ENCODINGS))('is withheld %s', (name) => {
    fc.assert(
      fc.property(name === 'in UTF-16' ? ascii : secret, around, (password, [before, after]) => {
        const written = ENCODINGS[name]?.(password) ?? '';
        const left = withholdSecrets(`${before}${written}${after}`, [password]);
        expect(left).toContain('[redacted]');
        expect(left).not.toContain(written);
        expect(left.length).toBeLessThanOrEqual(before.length + after.length + '[redacted]'.length + 4);
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.keys(ENCODINGS))('is withheld when it is cut off %s', (name) => {
    const plain = secretOf(fc.constantFrom(...letters), 12);
    fc.assert(
      fc.property(
        plain,
        fc.integer({ min: 6, max: 11 }),
        fc.boolean(),
        around,
        (password, size, isStart, [before, after]) => {
          const part = isStart ? password.slice(0, size) : password.slice(-size);
          const written = ENCODINGS[name]?.(part) ?? '';
          const left = withholdSecrets(`${before}${written}${after}`, [password]);
          expect(left).toContain('[redacted]');
          expect(left).not.toContain(written);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['hunter2', 'NO hunt… is wrong', 'NO [redacted]… is wrong'],
    ['hunter2', 'NO …ter2 is wrong', 'NO …[redacted] is wrong'],
    ['correct horse', 'NO "correct hor', 'NO "[redacted]'],
    ['correct horse', 'NO t horse"', 'NO [redacted]"'],
    ['aabaabaac', 'NO aabaabaabaac.', 'NO [redacted].'],
    ['abcabcabd', 'NO abcabcabcabd.', 'NO [redacted].'],
    ['Tr0ub4dor&3-xyzzy', 'NO …ub4dor&3… is wrong', 'NO …[redacted]… is wrong'],
    ['Tr0ub4dor&3-xyzzy', 'NO 75 62 34 64 6f 72 26 33 2d is wrong', 'NO [redacted] is wrong'],
  ])(
    'is withheld if more than half, six characters, or eight from its middle are left: %s in %s',
    (password, text, expected) => {
      expect(withholdSecrets(text, [password])).toBe(expected);
    },
  );

  it('is withheld only as a whole if it is a name', () => {
    const text = 'NO support@example.com is not supported at example.com';
    expect(withholdSecrets(text, [{ name: 'support@example.com' }])).toBe(
      'NO [redacted] is not supported at example.com',
    );
  });

  it('does not change other words of a server', () => {
    const texts = [
      'NO [AUTHENTICATIONFAILED] Authentication failed (Failure)',
      'BAD Command argument error: 0x80070005 at 12:34:56, see https://support.example.com/a?b=%20c&d=1',
      'NO [LIMIT] Too many simultaneous connections. (Maximum is 15) deadbeef-0000-4000-8000-cafecafecafe',
      '* BYE &AOk-t&AOk- Autologout; idle for too long',
    ];
    fc.assert(
      fc.property(secretOf(fc.constantFrom(...letters), 12), fc.constantFrom(...texts), (password, text) => {
        expect(withholdSecrets(text, [password])).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is prepared once: a short word needs no work for each octet of a long secret', () => {
    const token = Array.from({ length: 8_192 }, (_, at) => letters[(at * at * 7 + at * 13) % letters.length]).join('');
    const needles = needlesOf(token, true);
    const looks = vi.spyOn(String.prototype, 'charCodeAt');
    try {
      for (const needle of needles) occurrences('a word of a server', needle);
      expect(looks.mock.calls.length).toBeLessThan(1_000);
    } finally {
      looks.mockRestore();
    }
  });

  it('leaves no part where a text is too long to be searched', () => {
    for (const pad of [15_990, 15_995, 15_999, 16_000]) {
      const left = withholdSecrets(`${'x '.repeat(pad / 2)}correct-horse-battery`, ['correct-horse-battery']);
      expect(left).not.toMatch(/c/);
      expect(left.length).toBeGreaterThan(15_000);
    }
  });
});
