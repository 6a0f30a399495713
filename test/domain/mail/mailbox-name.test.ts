import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMailboxName,
  encodeMailboxName,
  nameOfOctets,
  octetsOfName,
  pathsOf,
  spells,
} from '../../../functions/domain/mail/mailbox-name.ts';

const raw = (latin1: string): string => nameOfOctets(Buffer.from(latin1, 'latin1'));

/** Paths in the order of the names. */
function paths(names: readonly string[], utf8 = false): (string | undefined)[] {
  const found = pathsOf(
    names.map((name) => ({ name, delimiter: '/' })),
    utf8,
  );
  return names.map((name) => found.get(name));
}

describe('the regular spelling of a path', () => {
  it.each([
    ['Entwürfe', 'Entw&APw-rfe'],
    ['R&D', 'R&-D'],
    ['台北/日本語', '&U,BTFw-/&ZeVnLIqe-'],
    ['a\tb', 'a&AAk-b'],
    ['💌', '&2D3cjA-'],
  ])('of %j is %s, and decodes to it', (path, name) => {
    expect(encodeMailboxName(path)).toBe(name);
    expect(decodeMailboxName(name)).toBe(path);
  });

  it('exists for every path, and no two paths have the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (path) => {
        expect(decodeMailboxName(encodeMailboxName(path))).toBe(path);
      }),
    );
  });

  it.each(['R&D', 'Entwürfe', '&AGE-', 'a&', '&AG-', '&!!-', 'R&D-x', '&APw'])('is not %j', (name) => {
    expect(decodeMailboxName(name)).toBeNull();
  });
});

describe('a name', () => {
  it('converts back to its octets, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        expect(octetsOfName(nameOfOctets(octets))).toEqual(Buffer.from(octets));
        expect(nameOfOctets(octets).isWellFormed()).toBe(true);
      }),
    );
  });

  it.each(['Entwürfe', 'a\tb', '日本語', '💌', '\u0000'])('is its own text if it is UTF-8: %j', (text) => {
    expect(nameOfOctets(Buffer.from(text))).toBe(text);
  });

  it('converts back even if its UTF-8 characters are those that stand for octets', () => {
    const octets = Buffer.from('a\uf7fc\uf780b');
    expect(octetsOfName(nameOfOctets(octets))).toEqual(octets);
    const around = Buffer.concat([Buffer.from('\uf77f\uf800'), Buffer.of(0xff)]);
    expect(octetsOfName(nameOfOctets(around))).toEqual(around);
    expect(nameOfOctets(octets)).not.toBe(nameOfOctets(Buffer.of(0x61, 0xfc, 0x80, 0x62)));
  });
});

describe('the paths of a list', () => {
  it('are the decoded regular names', () => {
    expect(paths(['INBOX', 'Entw&APw-rfe', 'R&-D/A'])).toEqual(['INBOX', 'Entwürfe', 'R&D/A']);
  });

  it('are the names themselves when UTF-8 is enabled', () => {
    expect(paths(['Entwürfe', 'R&D', 'R&-D'], true)).toEqual(['Entwürfe', 'R&D', 'R&-D']);
  });

  it.each([
    ['raw UTF-8', 'Entwürfe', 'Entwürfe'],
    ['an unencoded &', 'R&D', 'R&D'],
    ['Base64 of ASCII', '&AGE-', '&AGE-'],
    ['Latin-1', raw('Entw\xfcrfe'), 'Entw%FCrfe'],
    ['a tab', 'Da\tOggetto\t', 'Da%09Oggetto%09'],
    ['a tab in modified UTF-7', 'a&AAk-b', 'a&AAk-b'],
    ['a lone surrogate in modified UTF-7', '&2D0-', '&2D0-'],
  ])('are readable for another spelling: %s', (_, name, path) => {
    expect(paths([name])).toEqual([path]);
  });

  it('distinguish two spellings with the same decoded text', () => {
    expect(paths(['Entwürfe', 'Entw&APw-rfe'])).toEqual(['Entw%C3%BCrfe', 'Entwürfe']);
    expect(paths(['R&-D', 'R&D'])).toEqual(['R&D', 'R%26D']);
    expect(paths(['Entw%FCrfe', raw('Entw\xfcrfe')])).toEqual(['Entw%FCrfe', 'Entw%FCrfe~']);
  });

  it('keep the children of a mailbox below it', () => {
    expect(paths(['Entwürfe/Alt', 'Entw&APw-rfe', 'Entwürfe', 'Entw&APw-rfe/Alt'])).toEqual([
      'Entw%C3%BCrfe/Alt',
      'Entwürfe',
      'Entw%C3%BCrfe',
      'Entwürfe/Alt',
    ]);
  });

  it('decode each level on its own below a mailbox with another spelling', () => {
    expect(paths(['Entwürfe', 'Entwürfe/R&-D', 'R&D', 'R&D/&APw-', 'R&D/a&AAk-b'])).toEqual([
      'Entwürfe',
      'Entwürfe/R&D',
      'R&D',
      'R&D/ü',
      'R&D/a&AAk-b',
    ]);
    expect(paths(['ä', 'ä/R&-D', 'ä/R&D'])).toEqual(['ä', 'ä/R&D', 'ä/R%26D']);
  });

  it('of children follow their parent even if their own path would be free', () => {
    expect(paths(['Entwürfe/Neu', 'Entw&APw-rfe', 'Entwürfe'])).toEqual([
      'Entw%C3%BCrfe/Neu',
      'Entwürfe',
      'Entw%C3%BCrfe',
    ]);
  });

  it('of names with the same beginning are unrelated, on a flat server too', () => {
    for (const delimiter of ['/', null]) {
      const found = pathsOf(
        ['ü', '&APw-', 'üb'].map((name) => ({ name, delimiter })),
        false,
      );
      expect([...found.values()].toSorted()).toEqual(['%C3%BC', 'ü', 'üb']);
    }
  });

  it('are the names themselves below a mailbox in the regular spelling', () => {
    expect(paths(['Entw&APw-rfe', 'Entw&APw-rfe/R&D'])).toEqual(['Entwürfe', 'Entw&APw-rfe/R&D']);
  });

  it('show a control character at the start too', () => {
    expect(paths(['\tA'], true)).toEqual(['%09A']);
    expect(paths(['&AAk-A'])).toEqual(['&AAk-A']);
  });

  it('are unique and do not depend on the order, for any names', () => {
    const part = fc.constantFrom(
      'R&D',
      'R&-D',
      'R%26D',
      'R%26D~',
      'ü',
      '&APw-',
      '%C3%BC',
      raw('\xfc'),
      '%FC',
      '/',
      '~',
    );
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const found = paths(names);
        expect(new Set(found).size).toBe(names.length);
        expect(paths(names.toReversed()).toReversed()).toEqual(found);
      }),
    );
  });
});

describe('a path', () => {
  it.each([
    ['Entwürfe', 'Entwürfe'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['Entwürfe', raw('Entw\xfcrfe')],
    ['Entwürfe', 'Entwu\u0308rfe'],
    ['R&D', 'R&D'],
    ['R&D', 'R&-D'],
    ['a', '&AGE-'],
    ['Da%09Oggetto', 'Da\tOggetto'],
    ['Entwürfe R&D', 'Entw&APw-rfe R&D'],
    ['Entwürfe&AG-', 'Entw&APw-rfe&AG-'],
    ['Entwürfe&A-', 'Entw&APw-rfe&A-'],
  ])('%j is spelt by %j', (path, name) => {
    expect(spells(name, path)).toBe(true);
  });

  it.each([
    ['R', 'R&D'],
    ['R', 'R&'],
    ['R&-D', 'R&-D'],
    ['entwürfe', 'Entwürfe'],
    ['Entw&APw-rfe', 'Entw&APw-rfe'],
    ['B', 'B '],
    ['ü', '&APw'],
    ['Entwürfe', 'Entw&A!Pw-rfe'],
  ])('%j is not spelt by %j', (path, name) => {
    expect(spells(name, path)).toBe(false);
  });
});
