/**
 * Events that the library reports only to its logger, and answers of a search, with a client that is not connected.
 */
import { ImapFlow } from 'imapflow';
import { describe, expect, it } from 'vitest';
import { createLine } from '../../../functions/adapters/imap/line.ts';
import { createObserver } from '../../../functions/adapters/imap/observer.ts';
import { readUidSet, searchUids } from '../../../functions/adapters/imap/read-messages.ts';
import { searchMessages } from '../../../functions/adapters/imap/search-messages.ts';
import { formatUidSet, type UidSet } from '../../../functions/domain/sync/uid-set.ts';

function watched() {
  const observer = createObserver();
  const auth = { user: 'u', pass: 'p' };
  const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: observer.logger });
  const closed: number[] = [];
  Object.assign(client, { close: () => closed.push(1), serverBye: () => 'handled' });
  observer.watch(client);
  return { observer, client, closed };
}
const warn = ({ observer }: ReturnType<typeof watched>, entry: unknown) => observer.logger.warn(entry);

describe('an observer', () => {
  it('has seen nothing at first, and gets no text of answers', () => {
    const { observer } = watched();
    expect(observer).toMatchObject({
      ...{ throttleMs: null, cause: undefined, bye: null, refusal: undefined, damaged: false, damagedLines: 0 },
      responseCodes: new Set(),
    });
    const levels = ['debug', 'info', 'trace', 'warn', 'error', 'fatal'];
    expect(levels.filter((level) => Reflect.get(observer.logger, 'isLevelEnabled')(level))).toEqual([
      'warn',
      'error',
      'fatal',
    ]);
  });

  it.each([
    'Failed to process untagged response',
    'Invalid entries in the SEARCH result',
    'Invalid entries in the ESEARCH ALL result',
  ])('counts as damage the log entry: %s', (msg) => {
    const made = watched();
    warn(made, { msg });
    warn(made, { msg });
    expect([made.observer.damaged, made.observer.damagedLines]).toEqual([true, 2]);
    made.observer.beginCommand();
    expect([made.observer.damaged, made.observer.damagedLines]).toEqual([false, 2]);
  });

  it.each([
    ['an error in a line of the server', { src: 's', err: new Error('x') }, true],
    ['an error of our own', { src: 'c', err: new Error('x') }, false],
    ['a line of the server without an error', { src: 's' }, false],
    ['anything else', { msg: 'Connection closed' }, false],
    ['damage in the state of one mailbox', { msg: 'Failed to process untagged response', command: 'STATUS' }, false],
    ['a line of STATUS that cannot be read', { msg: '* STATUS x (', src: 's', err: new Error('x') }, false],
    ['one in small letters', { msg: '* status x (', src: 's', err: new Error('x') }, false],
    ['a line that only mentions it', { msg: '* LIST () "" "* STATUS "', src: 's', err: new Error('x') }, true],
    ['no entry', null, false],
    ['a text', 'Failed to process untagged response', false],
  ])('distinguishes damage from other entries: %s', (_, entry, isDamage) => {
    const made = watched();
    warn(made, entry);
    expect([made.observer.damaged, made.observer.damagedLines]).toEqual([isDamage, Number(isDamage)]);
  });

  it.each([
    ['a NO', { responseStatus: 'NO' }, true],
    ['a BYE', { reason: 'shutting down' }, true],
    ['an error of the connection', { code: 'ECONNRESET' }, false],
    ['no error', undefined, false],
  ])('keeps the last refusal until the next command: %s', (_, err, isRefusal) => {
    const made = watched();
    warn(made, { err });
    expect(made.observer.refusal).toBe(isRefusal ? err : undefined);
    made.observer.beginCommand();
    expect(made.observer.refusal).toBeUndefined();
  });

  it("keeps the provider's first wait, and ends the connection", async () => {
    const made = watched();
    for (const throttleReset of ['soon', 92_415, 5]) warn(made, { err: { code: 'ETHROTTLE', throttleReset } });
    warn(made, { err: { code: 'OTHER', throttleReset: 7 } });
    expect([made.observer.throttleMs, made.closed]).toEqual([92_415, []]);
    await Promise.resolve();
    expect(made.closed).toHaveLength(2);
  });

  it('keeps the first error of the connection, and response codes until the next command', () => {
    const { observer, client } = watched();
    const [first, second] = [new Error('first'), new Error('second')];
    client.emit('error', first);
    client.emit('error', second);
    client.emit('response', { response: 'OK', code: 'alert' });
    client.emit('response', { response: 'OK' });
    client.emit('response', { response: 'NO', code: 'LIMIT' });
    expect([observer.cause, observer.responseCodes]).toEqual([first, new Set(['ALERT', 'LIMIT'])]);
    observer.beginCommand();
    expect([observer.cause, observer.responseCodes]).toEqual([first, new Set()]);
  });

  const bye = (code?: string) => ({
    attributes: [code === undefined ? { value: 'Bye' } : { section: [{ type: 'ATOM', value: code }] }],
  });
  it.each([
    [bye('unavailable'), false, { code: 'UNAVAILABLE', isGreeting: true }],
    [bye('UNAVAILABLE'), true, { code: 'UNAVAILABLE', isGreeting: false }],
    [bye(), true, { code: '', isGreeting: false }],
    [{}, true, { code: '', isGreeting: false }],
    [null, true, { code: '', isGreeting: false }],
  ])('records the reason of a BYE, and passes it to the library: %j', (answer, greetingReceived, expected) => {
    const { observer, client } = watched();
    Object.assign(client, { greetingReceived });
    const handle: unknown = Reflect.get(client, 'serverBye');
    const call = (given: unknown): unknown => (typeof handle === 'function' ? handle(given) : null);
    expect(call(answer)).toBe('handled');
    expect(observer.bye).toEqual(expected);
    call(bye('OTHER'));
    expect(observer.bye).toEqual(expected);
  });
});

describe('the result of a search', () => {
  async function searched(
    answer: unknown,
    { esearch = true, logged = [] as readonly unknown[], codes = [] as readonly string[] } = {},
  ) {
    const made = watched();
    const asked: unknown[][] = [];
    Object.assign(made.client, {
      search: async (...words: unknown[]) => {
        asked.push(words);
        for (const each of logged) warn(made, each);
        for (const code of codes) made.client.emit('response', { code });
        return answer;
      },
    });
    const found = await searchUids(made, { all: true }, esearch).then(
      (uids: UidSet) => formatUidSet(uids),
      (error: unknown) => error,
    );
    return { found, asked, made };
  }

  it('is requested with a count if the server has ESEARCH', async () => {
    const options = { uid: true, returnOptions: ['ALL', 'COUNT'] };
    expect((await searched({ all: '1:3', count: 3 })).asked).toEqual([[{ all: true }, options]]);
    expect((await searched([1], { esearch: false })).asked).toEqual([[{ all: true }, { uid: true }]]);
  });

  it.each([
    ['a list', [3, 1, 2, 9], '1:3,9'],
    ['an empty list', [], ''],
    ['a set with its count', { all: '1:3,9', count: 4 }, '1:3,9'],
    ['a set without a count', { all: '5' }, '5'],
    ['empty, with a count of zero', { count: 0 }, ''],
  ])('is %s', async (_, answer, uids) => {
    expect((await searched(answer)).found).toBe(uids);
  });

  it.each([
    ['is not a set', { all: '1:', count: 1 }],
    ['is fewer than its count', { all: '1:3', count: 4 }],
    ['is more than its count', { all: '1:3', count: 0 }],
    ['is missing, and its count is not zero', { count: 2 }],
    ['is missing with its count', {}],
    ['is only a part', { all: '1:3', count: 3, partial: { range: '1:3', messages: '1:3' } }],
  ])('is damaged if it %s', async (_, answer) => {
    expect((await searched(answer)).found).toMatchObject({ code: 'DamagedAnswer' });
  });

  it('is refused if lines were damaged, the server refused, or did only a part', async () => {
    const damaged = await searched([1], { logged: [{ msg: 'Invalid entries in the SEARCH result' }] });
    expect(damaged.found).toMatchObject({ code: 'DamagedAnswer' });
    const err = { responseStatus: 'NO' };
    expect((await searched([1], { logged: [{ err }] })).found).toBe(err);
    expect((await searched(false, { logged: [{ err }] })).found).toBe(err);
    expect((await searched([1], { codes: ['MESSAGELIMIT'] })).found).toMatchObject({
      ...{ responseStatus: 'NO', serverResponseCode: 'MESSAGELIMIT' },
    });
  });

  it('is an error if nothing was sent, or no mailbox is selected', async () => {
    expect((await searched(false)).found).toMatchObject({ code: 'NothingSent' });
    expect((await searched(undefined)).found).toMatchObject({ code: 'NoMailboxSelected' });
  });

  it.each([
    [{}, { all: true }],
    [
      { seen: false, larger: 9 },
      { seen: false, larger: 9 },
    ],
    [{ uids: '5:9' }, { uid: '5:9' }],
    [
      { since: '2026-10-01', before: '2026-11-01' },
      { since: new Date('2026-10-01T00:00:00Z'), before: new Date('2026-11-01T00:00:00Z') },
    ],
  ])('matches the criteria %j', async (criteria, query) => {
    const { made, asked } = await searched([1]);
    const { client, observer } = made;
    const signal = new AbortController().signal;
    await searchMessages(createLine({ client, observer, signal, oauth: false, secrets: [] }), criteria, false);
    expect(asked.at(-1)).toEqual([query, { uid: true }]);
  });
});

it.each(['1:*', 'x', '1,,2', '0'])('%j is not a UID set, and is not sent', (text) => {
  expect(() => readUidSet(text)).toThrow(expect.objectContaining({ code: 'InvalidSequenceSet' }));
});
