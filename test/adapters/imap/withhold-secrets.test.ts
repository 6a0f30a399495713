/** One example for each way in which a server writes a secret, and for texts that only look like one. */
import { describe, expect, it } from 'vitest';
import { type Withheld, withholdSecrets } from '../../../functions/adapters/imap/withhold-secrets.ts';

type Example = readonly [text: string, withheld: readonly Withheld[], expected: string];
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const unpadded = (text: string): string => base64(text).replace(/=+$/, '');
const lowered = (text: string): string => base64(text).toLowerCase();

const assertEach = (examples: readonly Example[]): void => {
  for (const [text, withheld, expected] of examples) expect(withholdSecrets(text, withheld)).toBe(expected);
};

describe('the initial response of a login', () => {
  it('is removed whether or not its mechanism is quoted, and whatever spaces and letters it has', () => {
    assertEach([
      ['BAD AUTHENTICATE  PLAIN AGJvYkB4Li', [], 'BAD AUTHENTICATE  PLAIN [redacted]'],
      ['BAD authenticate PLAIN  AGJvYkB4Li', [], 'BAD authenticate PLAIN  [redacted]'],
      ['BAD AUTHENTICATE "PLAIN" AGJvYkB4Li', [], 'BAD AUTHENTICATE "PLAIN" [redacted]'],
      ['BAD AUTHENTICATE XOAUTH2 aGJvYkB4Li', [], 'BAD AUTHENTICATE XOAUTH2 [redacted]'],
      ['BAD AUTHENTICATE LOGIN AGJvYkxyz', [], 'BAD AUTHENTICATE LOGIN [redacted]'],
    ]);
  });

  it('does not include a word that follows the mechanism', () => {
    assertEach([['NO AUTHENTICATE PLAIN failed', [], 'NO AUTHENTICATE PLAIN failed']]);
  });
});

describe('base64', () => {
  it('that contains a short secret as a part of a SASL response is removed', () => {
    const expected = 'BAD [redacted] no';
    assertEach([
      [`BAD ${base64('\0al\0x7')} no`, ['x7'], expected],
      [`BAD ${unpadded('al\0x7')} no`, ['x7'], expected],
      [`BAD x${unpadded('\0al\0x7')} no`, ['x7'], expected],
      [`BAD ${base64('user=al\u0001auth=Bearer x7\u0001\u0001')} no`, ['x7'], expected],
      [`BAD ${base64('n,a=al,x')} no`, ['al'], expected],
    ]);
  });

  it('that begins or ends like a word is removed if it contains a short secret', () => {
    const expected = 'BAD [redacted] no';
    assertEach([
      [`BAD ${unpadded('zg\0x7')} no`, ['x7'], expected],
      [`BAD ${base64('x7\0ha\0zhm')} no`, ['x7'], expected],
    ]);
  });

  it('of a short secret that contains a separator is removed', () => {
    assertEach([[`BAD ${base64('\0al\0a=')} no`, ['a='], 'BAD [redacted] no']]);
  });

  it('of a short secret alone is removed even where it looks like a word', () => {
    assertEach([['NO emht no', ['zhm'], 'NO [redacted] no']]);
  });

  it('does not include words whose letters decode to a text with a short secret', () => {
    assertEach([
      ['NO cbxt glhlt no', ['o', 'm'], 'NO cbxt glhlt no'],
      ['NO Ncgrk no', ['r'], 'NO Ncgrk no'],
    ]);
  });

  it('that contains a part of a secret behind other letters is removed', () => {
    assertEach([[`BAD x${unpadded('\0jane\0hunter')} no`, ['hunter22'], 'BAD [redacted] no']]);
  });

  it('whose case the server has changed is removed if it contains a secret, at any offset', () => {
    const expected = 'BAD [redacted] no';
    const inUrl = Buffer.from('\0ja\0~~~???>>>').toString('base64url').toLowerCase();
    assertEach([
      [`BAD ${lowered('\0jane\0hunter2')} no`, ['hunter2'], expected],
      [`BAD ${lowered('\0j\0hunter2..')} no`, ['hunter2'], expected],
      [`BAD ${lowered('\0ja\0hunter2.')} no`, ['hunter2'], expected],
      [`BAD ${lowered('jan:hunter2.')} no`, ['hunter2'], expected],
      [`BAD ${lowered('\0ja\0hunt')} no`, ['hunt'], expected],
      [`BAD ${inUrl} no`, ['~~~???>>>'], expected],
    ]);
  });
});

describe('a short secret', () => {
  it('is removed where it stands alone', () => {
    assertEach([
      ['NO error.7 now', ['7'], 'NO error.[redacted] now'],
      ['NO x/ what', ['x'], 'NO [redacted]/ what'],
      ['BAD LOGIN anna "a\\"" no', ['a"'], 'BAD LOGIN anna "[redacted]" no'],
      ['BAD LOGIN anna ! failed!', ['!'], 'BAD LOGIN anna [redacted] failed!'],
      ['NO user al refused', [{ name: 'al' }], 'NO user [redacted] refused'],
      ['NO x y no', ['x', 'x y'], 'NO [redacted] no'],
      ['BAD a.b a+b', ['a.b'], 'BAD [redacted] a+b'],
    ]);
  });

  it('is not removed from inside other words and signs', () => {
    assertEach([
      ['NO x.!a no', ['!a'], 'NO x.!a no'],
      ['NO a!/ no', ['a!'], 'NO a!/ no'],
      ['NO xa no', ['x'], 'NO xa no'],
      ['NO !a no', ['!'], 'NO !a no'],
      ['NO what (is) this', [''], 'NO what (is) this'],
    ]);
  });
});

describe('secrets of four characters or more', () => {
  it('are removed wherever they are, in any order, and only once where they touch', () => {
    assertEach([
      ['NO xhunty no', ['hunt'], 'NO x[redacted]y no'],
      ['hunter2 no', ['hunter2'], '[redacted] no'],
      ['NO hunter2hunter2 no', ['hunter2'], 'NO [redacted] no'],
      ['NO hunter2 and swordfish no', ['swordfish', 'hunter2'], 'NO [redacted] and [redacted] no'],
    ]);
  });
});

describe('a text', () => {
  it('of 16,000 characters is kept whole; of a longer one, 15,600 are', () => {
    const longest = `${'a '.repeat(7_999)}b.`;
    assertEach([
      [longest, [], longest],
      [`${'a '.repeat(8_000)}b`, [], 'a '.repeat(7_800)],
      ['a '.repeat(9_000), [], 'a '.repeat(7_800)],
    ]);
  });
});
