import { describe, expect, test } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { Listed } from '../../../functions/domain/sync/listed.ts';
import { freePath, matchByName } from '../../../functions/domain/sync/match-names.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';

const listed = (name: string, path = name): Listed => ({
  ...{ name, path, delimiter: '/', namespace: 'personal', selectable: true, specialUse: null, status: null },
});
const stored = (path: string, name: string | null): MailboxRecord => ({
  ...{ ...storedMailbox('pc_one', path), key: `key of ${path}`, version: 1, doubt: 0, lastError: null, name },
});
/** `stored path = listed name` for the matches; then the unmatched stored paths and listed names. */
function match(records: readonly MailboxRecord[], list: readonly Listed[]) {
  const { matched, unlisted, unknown } = matchByName(records, list);
  return {
    matched: matched.map(({ record, listed: to }) => `${record.path} = ${to.name}`),
    unlisted: unlisted.map(({ path }) => path),
    unknown: unknown.map(({ name }) => name),
  };
}

const REGULAR = 'Entw&APw-rfe';
const PLAIN = 'Entwürfe';
const LATIN1 = 'Entw\uf7fcrfe';

describe('a stored mailbox', () => {
  test('is the listed one with its name, whatever the paths', () => {
    const records = [stored(PLAIN, REGULAR), stored('Entw%C3%BCrfe', PLAIN)];
    expect(match(records, [listed(PLAIN, PLAIN), listed(REGULAR, 'Entw%C3%BCrfe'), listed('New')])).toEqual({
      matched: ['Entw%C3%BCrfe = Entwürfe', 'Entwürfe = Entw&APw-rfe'],
      unlisted: [],
      unknown: ['New'],
    });
  });

  test('from before names were stored matches the regular spelling of its path, otherwise any name with the path', () => {
    expect(match([stored(PLAIN, null)], [listed(PLAIN), listed(REGULAR, PLAIN)])).toEqual({
      matched: ['Entwürfe = Entw&APw-rfe'],
      unlisted: [],
      unknown: [PLAIN],
    });
    expect(match([stored(PLAIN, null)], [listed('x', 'y'), listed(LATIN1, PLAIN)]).matched).toEqual([
      `Entwürfe = ${LATIN1}`,
    ]);
  });

  test('does not match a listed mailbox of its path with another name', () => {
    const pairs = [
      [LATIN1, REGULAR],
      [LATIN1, PLAIN],
      ['Entwuerfe', REGULAR],
      [REGULAR, LATIN1],
      [PLAIN, LATIN1],
    ] as const;
    for (const [before, now] of pairs)
      expect(match([stored(PLAIN, before)], [listed(now, PLAIN)]), `${before} ${now}`).toEqual({
        ...{ matched: [], unlisted: [PLAIN], unknown: [now] },
      });
  });

  test('stays the same when the server turns UTF-8 on or off', () => {
    expect(match([stored(PLAIN, REGULAR)], [listed(PLAIN)]).matched).toEqual(['Entwürfe = Entwürfe']);
    expect(match([stored(PLAIN, PLAIN)], [listed(REGULAR, PLAIN)]).matched).toEqual(['Entwürfe = Entw&APw-rfe']);
  });

  test('in another spelling matches neither of two mailboxes listed under its path', () => {
    expect(match([stored(PLAIN, REGULAR)], [listed(PLAIN), listed(LATIN1, PLAIN)])).toEqual({
      matched: [],
      unlisted: [PLAIN],
      unknown: [PLAIN, LATIN1],
    });
  });

  test('matches at most one listed mailbox, and a listed mailbox at most one stored', () => {
    expect(match([stored('A', 'A'), stored('B', 'B')], [listed('A'), listed('A')])).toEqual({
      matched: ['A = A'],
      unlisted: ['B'],
      unknown: ['A'],
    });
    expect(match([stored('A', null), stored('Z', 'A')], [listed('A')])).toEqual({
      matched: ['Z = A'],
      unlisted: ['A'],
      unknown: [],
    });
  });
});

test('a mailbox gets its own path, otherwise one that shows its spelling, otherwise a number', () => {
  const each = { path: PLAIN, name: REGULAR };
  const taken = new Set<string>();
  const given = Array.from({ length: 5 }, () => {
    const path = freePath(each, (one) => taken.has(one));
    taken.add(path);
    return path;
  });
  expect(given).toEqual([PLAIN, REGULAR, `${PLAIN} (${REGULAR})`, `${PLAIN} (2)`, `${PLAIN} (3)`]);
});
