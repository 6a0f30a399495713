/** Decodings of a server's text, and which part of the text each octet comes from. */
import { describe, expect, it } from 'vitest';
import { type Decoded, decodings, lowerOctets, octetsOf } from '../../../functions/adapters/imap/decodings.ts';

/** The parts of the text that stand for these characters, in each decoding that has them. */
function standingFor(text: string, meant: string): readonly string[] {
  const sought = octetsOf(meant);
  return decodings(text).flatMap(({ octets, from, to }) => {
    const at = octets.indexOf(sought);
    return at < 0 ? [] : [text.slice(from[at], to[at + sought.length - 1])];
  });
}
const all = (text: string): readonly string[] => decodings(text).map(({ octets }) => octets);

describe('octets', () => {
  it('are UTF-8 in lower case', () => {
    expect(octetsOf('AbÜ😀')).toBe(Buffer.from('abü😀').toString('latin1'));
  });

  it('of other encodings have ASCII letters in lower case and are otherwise unchanged', () => {
    expect(lowerOctets(Buffer.from([0x41, 0x5a, 0x61, 0x40, 0x5b, 0xc0, 0xde]))).toBe('aza@[\u00c0\u00de');
  });
});

describe('a text', () => {
  it('without characters of an encoding has no other meaning', () => {
    expect(all('Who knows?')).toEqual(['who knows?']);
    // Each sign adds its own encodings: line ends, backslashes, URLs and forms, equals signs, and so on.
    const counts = ['\n', '\\', '%', '+', '=', '&', 'aa'].map((sign) => all(sign).length);
    expect(counts).toEqual([2, 2, 3, 3, 2, 3, 3]);
  });

  it('has each octet at its position', () => {
    const [plain] = decodings('aÜ😀');
    const { octets, from, to }: Decoded = plain ?? { octets: '', from: [], to: [] };
    expect(octets).toHaveLength(1 + 2 + 4);
    expect(from).toEqual([0, 1, 1, 2, 2, 2, 2]);
    expect(to).toEqual([1, 2, 2, 4, 4, 4, 4]);
  });

  it.each([
    ['broken by a line end', 'se\r\ncret', 'se\r\ncret'],
    ['broken by an invisible character', 's\u200be\u0000c\u2028\u2029ret', 's\u200be\u0000c\u2028\u2029ret'],
    ['as an escape of JSON', 's\\u0065cret', 's\\u0065cret'],
    ['as an escape of JSON in capitals', '\\u0053\\u0045cret', '\\u0053\\u0045cret'],
    ['as hexadecimal escapes of C', '\\x73e\\x43ret', '\\x73e\\x43ret'],
    ['as octal escapes of C', 's\\145\\143ret', 's\\145\\143ret'],
    ['with a backslash before each of its characters', '\\s\\e\\c\\r\\e\\t', '\\s\\e\\c\\r\\e\\t'],
    ['in a URL', 's%65c%52et', 's%65c%52et'],
    ['in a URL by units', 's%u0065cret', 's%u0065cret'],
    ['as quoted-printable', 's=65c=52et', 's=65c=52et'],
    ['as quoted-printable, broken', 'se=\r\ncr=\net', 'se=\r\ncr=\net'],
    ['as decimal entities', '&#115;ecret', '&#115;ecret'],
    ['as hexadecimal entities', '&#x53;&#X45;cret', '&#x53;&#X45;cret'],
    ['as UTF-7 of mailbox names', 's&AGU-cret', 's&AGU-cret'],
  ])('with a word %s stands for that word', (_, text, part) => {
    expect(standingFor(`<${text}>`, 'secret')).toContain(part);
  });

  it.each([
    ['\\"', '"'],
    ['\\\\', '\\'],
    ['%22', '"'],
    ['&quot;', '"'],
    ['&apos;', "'"],
    ['&amp;', '&'],
    ['&AMP;', '&'],
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&nbsp;', ' '],
    ['+', ' '],
    ['%20', ' '],
    ['&-', '&'],
    ['&AOk-', 'é'],
    ['&AOkA-', 'é'],
    ['&,,8-', '\uffff'],
    ['&2D3eAA-', '😀'],
    ['\\ud83d\\ude00', '😀'],
    ['%ud83d%ude00', '😀'],
    ['%ud83d%ude00+', '😀+'],
    ['%ud83d%ude00+', '😀 '],
    ['\\ ', ' '],
    ['%f0%9f%98%80', '😀'],
    ['\\360\\237\\230\\200', '😀'],
    ['&#128512;', '😀'],
    ['&#1114111;', '\u{10ffff}'],
  ])('with %s may mean %j', (text, meant) => {
    expect(standingFor(`<${text}>`, `<${meant}>`)).toContain(`<${text}>`);
  });

  it.each(['&no;', '&toolong;', '=4', '%4', '%zz', '\\', '&AGU', '&#;'])(
    'with %s, which is not an encoding, means nothing else',
    (text) => {
      expect(new Set(all(`<${text}`))).toEqual(new Set([`<${text.toLowerCase()}`]));
    },
  );

  it('with an entity without a character keeps it unchanged', () => {
    const text = '<&#1114112;&none;>';
    expect(new Set(standingFor(text, text))).toEqual(new Set([text]));
  });
});

describe('hexadecimal digits', () => {
  it.each([
    '736563726574',
    '73 65 63 72 65 74',
    '73:65:63:72:65:74',
    '0x73,0x65;0x63.0x72-0x65 0x74',
    '\\x73\\x65\\x63\\x72\\x65\\x74',
    '534543524554',
    '0X73 0X65 0X63 0X72 0X65 0X74',
    '7\n3 656\t3726574',
  ])('in pairs are octets, with any separators: %s', (text) => {
    const found = standingFor(`(${text})`, 'secret');
    expect(found.map((part) => part.replace(/^(?:0x|\\x)/i, ''))).toContain(text.replace(/^(?:0x|\\x)/i, ''));
  });

  it('may start at the second digit of each run', () => {
    expect(standingFor('(f736563726574)', 'secret')).toEqual(['736563726574']);
    expect(standingFor('(1 z f736563726574)', 'secret')).toEqual(['736563726574']);
  });

  it.each(['736563z726574', '736563(726574', '736563/726574', '73656 z 3726574'])(
    'are not joined over other characters: %s',
    (text) => {
      expect(standingFor(text, 'secret')).toEqual([]);
    },
  );

  it('of letters are decoded in lower case, and single digits are ignored', () => {
    expect(all('4f 4B')).toContain('ok');
    expect(all('a x b')).toEqual(['a x b']);
    expect(all('aa b x').at(-2)).toBe('\u00aa\u0100');
  });
});
