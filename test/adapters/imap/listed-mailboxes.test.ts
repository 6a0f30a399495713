/** The mailboxes that are made from the lines of a list: each one once, with its namespace, use and state. */
import { describe, expect, it } from 'vitest';
import {
  type ListCircumstances,
  type ListRow,
  toListedMailboxes,
  toStatus,
  toUidValidity,
} from '../../../functions/adapters/imap/mailbox-list.ts';
import { type Candidate, specialUsesOf } from '../../../functions/adapters/imap/special-uses.ts';

const row = (name: string, flags: readonly string[] = [], delimiter: string | null = '/'): ListRow => ({
  ...{ name, delimiter },
  flags: new Set(flags),
});
const PLAIN: ListCircumstances = { namespaces: undefined, condstore: true, utf8: false, specialUse: true };
const NONE: NonNullable<ListCircumstances['namespaces']> = { personal: [], other: false, shared: false };
const STATUS = { path: 'x', uidValidity: 7n, uidNext: 4, messages: 3, highestModseq: 9n };
const list = (rows: readonly ListRow[], circumstances: Partial<ListCircumstances> = {}, statuses = new Map()) =>
  toListedMailboxes(rows, statuses, { ...PLAIN, ...circumstances });
const names = (mailboxes: ReturnType<typeof list>) => mailboxes.map(({ name }) => name);

describe('the state of a mailbox', () => {
  it('is that of STATUS', () => {
    expect(toStatus(STATUS, true)).toEqual({ uidValidity: 7, uidNext: 4, messages: 3, highestModseq: '9' });
  });

  it('has no mod-sequence if they are not enabled, and no UIDNEXT if it is missing', () => {
    expect(toStatus(STATUS, false)?.highestModseq).toBeNull();
    expect(toStatus({ ...STATUS, uidNext: undefined }, true)?.uidNext).toBeNull();
  });

  it.each([
    ['without an answer', undefined],
    ['without a UIDVALIDITY', { ...STATUS, uidValidity: undefined }],
    ['without a number of messages', { ...STATUS, messages: undefined }],
  ])('is unknown %s', (_, status) => {
    expect(toStatus(status, true)).toBeNull();
  });

  it.each([
    [1n, 1],
    [4_294_967_295n, 4_294_967_295],
    [0n, null],
    [-1n, null],
    [4_294_967_296n, null],
    [undefined, null],
  ])('has a UIDVALIDITY of 32 bits that is not zero: %s', (value, expected) => {
    expect(toUidValidity(value)).toBe(expected);
  });
});

/** The levels of INBOX in each case: namespaces, lines, delimiter. */
type Lacking = [string, ListCircumstances['namespaces'], readonly ListRow[], string | null];

describe('a list', () => {
  it('has each mailbox once, as the first line shows it', () => {
    const mailboxes = list([row('INBOX'), row('A'), row('A', ['\\noselect'])]);
    expect(mailboxes.map(({ name, selectable }) => [name, selectable])).toEqual([
      ['INBOX', true],
      ['A', true],
    ]);
  });

  it("has INBOX first, then mailboxes with a special use in a fixed order, then the rest in the server's order", () => {
    const rows = [
      ...[row('Z'), row('T', ['\\trash']), row('J', ['\\junk']), row('R', ['\\archive']), row('L', ['\\all'])],
      ...[row('D', ['\\drafts']), row('S', ['\\sent']), row('F', ['\\flagged']), row('INBOX'), row('A')],
    ];
    expect(names(list(rows))).toEqual(['INBOX', 'F', 'S', 'D', 'L', 'R', 'J', 'T', 'Z', 'A']);
  });

  it.each([
    ['of its namespace', { ...NONE, personal: [{ prefix: '', delimiter: '.' }] }, [row('A')], '.'],
    ['of the first mailbox of the user that has levels', undefined, [row('A', [], null), row('B', [], '\\')], '\\'],
    [
      'and no levels of another user’s mailboxes',
      { ...NONE, other: [{ prefix: '#u/', delimiter: '/' }] },
      [row('#u/x')],
      null,
    ],
    ['and none where there are none', undefined, [], null],
  ] satisfies Lacking[])('without INBOX gets it added, with the levels %s', (_, namespaces, rows, delimiter) => {
    const [inbox, ...others] = list(rows, { namespaces });
    expect(inbox).toEqual({
      ...{ name: 'INBOX', path: 'INBOX', delimiter, namespace: 'personal', selectable: true },
      ...{ hasChildren: null, specialUse: null, status: null },
    });
    expect(names(others)).toEqual(names(list([row('INBOX'), ...rows])).slice(1));
  });

  it.each(['\\noselect', '\\nonexistent'])('shows a mailbox with %s as a container, without a state', (flag) => {
    const statuses = new Map([
      ['INBOX', STATUS],
      ['A', STATUS],
      ['B', STATUS],
    ]);
    const shown = list([row('INBOX', [flag]), row('A', [flag]), row('B')], {}, statuses);
    expect(shown.map(({ name, selectable, status }) => [name, selectable, status?.messages ?? null])).toEqual([
      ['INBOX', true, 3],
      ['A', false, null],
      ['B', true, 3],
    ]);
  });

  it.each([
    [['\\haschildren'], true],
    [['\\haschildren', '\\noinferiors'], true],
    [['\\hasnochildren'], false],
    [['\\noinferiors'], false],
    [[], null],
  ])('shows whether a mailbox has children if the server says so: %j', (flags, expected) => {
    expect(list([row('INBOX'), row('A', flags)])[1]?.hasChildren).toBe(expected);
  });

  it('has paths that people can read', () => {
    expect(list([row('INBOX'), row('&ANw-bersee')])[1]).toMatchObject({ name: '&ANw-bersee', path: 'Übersee' });
    expect(list([row('INBOX'), row('&ANw-bersee')], { utf8: true })[1]?.path).toBe('&ANw-bersee');
  });
});

describe('the namespace of a mailbox', () => {
  const namespaces = {
    personal: [{ prefix: 'INBOX.', delimiter: '.' }],
    other: [{ prefix: '~', delimiter: '/' }],
    shared: [
      { prefix: '#shared/', delimiter: '/' },
      { prefix: '#shared/mine/', delimiter: '/' },
    ],
  };

  it.each([
    ['INBOX', 'personal'],
    ['INBOX.A', 'personal'],
    ['~berta/Sent', 'other_users'],
    ['#shared/News', 'shared'],
    ['#shared', 'shared'],
    ['#sharedX', 'personal'],
    ['Else', 'personal'],
  ])('is that of the prefix of its name: %s', (name, expected) => {
    const found = list([row('INBOX'), row(name)], { namespaces }).find((each) => each.name === name);
    expect(found?.namespace).toBe(expected);
  });

  it('is that of the longest prefix', () => {
    const mine = { ...namespaces, personal: [{ prefix: '#shared/me/', delimiter: '/' }] };
    const found = list([row('#shared/me/A'), row('#shared/A')], { namespaces: mine });
    expect(found.map(({ namespace }) => namespace)).toEqual(['personal', 'personal', 'shared']);
  });

  it("is personal if the prefix is empty, except for INBOX in another user's namespace", () => {
    const all = { ...NONE, personal: [{ prefix: '', delimiter: '/' }], other: [{ prefix: 'INBOX', delimiter: '/' }] };
    const found = list([row('INBOX'), row('A')], { namespaces: all });
    expect(found.map(({ namespace }) => namespace)).toEqual(['personal', 'personal']);
  });
});

describe('the special use of a mailbox', () => {
  const box = (path: string, flags: readonly string[] = [], given: Partial<Candidate> = {}): Candidate => ({
    ...{ name: path, path, delimiter: '/', flags: new Set(flags) },
    ...given,
  });
  const uses = (mailboxes: readonly Candidate[], extension = true) =>
    Object.fromEntries(specialUsesOf(mailboxes, extension));

  it('is that of the server, otherwise that of an exact name, otherwise that of a similar name', () => {
    expect(uses([box('Sent'), box('Sent Mail'), box('X', ['\\sent'])])).toEqual({ X: '\\Sent' });
    expect(uses([box('Sent Mail'), box('Sent')])).toEqual({ Sent: '\\Sent' });
    expect(uses([box('Sent Mail')])).toEqual({ 'Sent Mail': '\\Sent' });
  });

  it('is that of its name if the server marks no mailbox', () => {
    expect(uses([box('Sent'), box('X', ['\\sent'])], false)).toEqual({ Sent: '\\Sent' });
  });

  it('is found by the last level of its name', () => {
    expect(uses([box('Berlin/Sent')])).toEqual({ 'Berlin/Sent': '\\Sent' });
    expect(uses([box('Berlin/Sent', [], { delimiter: null })])).toEqual({});
    expect(uses([box('Berlin.Sent', [], { delimiter: '.' })])).toEqual({ 'Berlin.Sent': '\\Sent' });
  });

  it('is given to one mailbox: the one nearest to the top, then the first by name', () => {
    expect(uses([box('Old/Sent'), box('Sent')])).toEqual({ Sent: '\\Sent' });
    expect(uses([box('B/Sent'), box('A/Sent')])).toEqual({ 'A/Sent': '\\Sent' });
    expect(uses([box('A/Sent'), box('B/Sent')])).toEqual({ 'A/Sent': '\\Sent' });
    expect(uses([box('Sent'), box('Trash'), box('Old/Trash')])).toEqual({ Sent: '\\Sent', Trash: '\\Trash' });
  });

  it('is that of the server, even for a mailbox at a deeper level', () => {
    expect(uses([box('Sent'), box('Old/Deep', ['\\sent'])])).toEqual({ 'Old/Deep': '\\Sent' });
  });

  it('does not exist for INBOX, for other names, and for a mailbox that does not exist', () => {
    expect(uses([box('INBOX', ['\\sent']), box('Letters'), box('Trash', ['\\nonexistent'])])).toEqual({});
    expect(uses([box('X', ['\\nonexistent', '\\trash'])])).toEqual({ X: '\\Trash' });
  });
});
