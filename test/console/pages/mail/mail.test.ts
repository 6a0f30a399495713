import { describe, expect, test } from 'vitest';
import { folderParametersOf, readFoldersSearch } from '../../../../console/pages/mail/folders-search.ts';
import { addressWords, hasFlag, senderWords, sizeWords } from '../../../../console/pages/mail/mail-words.ts';
import { messageParametersOf, readMessagesSearch } from '../../../../console/pages/mail/messages-search.ts';

describe('the search of the messages', () => {
  test('is the parameters of the API, with lengths of time counted back from now', () => {
    const search = readMessagesSearch({
      credential_id: 'pc_1',
      folder: ['INBOX', 'A b', 'INBOX'],
      seen: 'false',
      flagged: 'true',
      from: ' ann ',
      subject: 'x',
      since: '7d',
      until: '2026-11-29T12:00:00.000Z',
    });
    expect(messageParametersOf(search)).toEqual({
      credential_id: 'pc_1',
      folder: ['INBOX', 'A b'],
      seen: false,
      flagged: true,
      from: 'ann',
      subject: 'x',
      since: '-7d',
      until: '2026-11-29T12:00:00.000Z',
    });
    expect(messageParametersOf(readMessagesSearch({ from: '  ', folder: '' }))).toEqual({});
  });

  test('with an unknown value is sent as it is, so that the service reports it', () => {
    expect(messageParametersOf(readMessagesSearch({ seen: 'perhaps', flagged: 'x' }))).toEqual({
      seen: 'perhaps',
      flagged: 'x',
    });
    expect(folderParametersOf(readFoldersSearch({ in_error: 'perhaps' }))).toEqual({ in_error: 'perhaps' });
  });
});

test('the search of the folders is the parameters of the API', () => {
  const search = readFoldersSearch({ credential_id: 'pc_1', in_error: 'true', last_error_code: ['a', 'b'] });
  expect(folderParametersOf(search)).toEqual({ credential_id: 'pc_1', in_error: true, last_error_code: ['a', 'b'] });
  expect(folderParametersOf(readFoldersSearch({}))).toEqual({});
});

describe('mail in words', () => {
  test.each([
    [{ name: 'Jane', address: 'j@x.org' }, 'Jane <j@x.org>'],
    [{ name: null, address: 'j@x.org' }, 'j@x.org'],
    [{ name: 'Jane', address: null }, 'Jane'],
    [{ name: '', address: null }, ''],
  ])('has the address %j as "%s"', (address, words) => {
    expect(addressWords(address)).toBe(words);
  });

  test('names the first sender, and counts the others', () => {
    const jane = { name: 'Jane', address: 'j@x.org' };
    expect(senderWords([])).toBe('');
    expect(senderWords([jane])).toBe('Jane');
    expect(senderWords([{ name: null, address: 'j@x.org' }, jane, jane])).toBe('j@x.org and 2 more');
  });

  test('finds a flag in upper and lower case', () => {
    expect(hasFlag({ flags: ['\\sEEN'] }, '\\Seen')).toBe(true);
    expect(hasFlag({ flags: ['Seen'] }, '\\Seen')).toBe(false);
  });

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KB'],
    [153_600, '150 KB'],
    [5 * 1024 ** 3, '5.0 GB'],
    [5000 * 1024 ** 3, '5000 GB'],
  ])('has %d bytes as "%s"', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });
});
