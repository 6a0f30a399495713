/** The limits of answers while they are read, with a client that is not connected. */
import { Transform } from 'node:stream';
import { ImapFlow } from 'imapflow';
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import { describe, expect, it } from 'vitest';
import { limitAnswers } from '../../../functions/adapters/imap/limit-answers.ts';

const KB = 1024;
const MB = 1024 * KB;

function limited(exists = 0) {
  const auth = { user: 'u', pass: 'p' };
  const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: false });
  const streamer: unknown = Reflect.get(client, 'streamer');
  if (!(streamer instanceof Transform)) throw new Error('no streamer');
  const handled: string[] = [];
  const answers = Promise.withResolvers<unknown>();
  const given: { options?: unknown } = {};
  const destroyed: unknown[] = [];
  Object.assign(client, {
    exec(_: string, __: unknown, options: unknown) {
      given.options = options;
      return answers.promise;
    },
    handleResponse: ({ payload }: { readonly payload: Buffer }) => {
      handled.push(payload.toString('latin1'));
      return true;
    },
    mailbox: exists === 0 ? false : { exists },
  });
  // The bytes are counted and go nowhere.
  streamer._transform = (chunk, _encoding, next) => next(null, chunk.length);
  streamer.destroy = (error?: Error) => {
    destroyed.push(Reflect.get(Object(error), 'code'));
    return streamer;
  };
  limitAnswers(client);
  const call = (name: string, ...words: readonly unknown[]): unknown =>
    Reflect.apply(Reflect.get(client, name), client, words);
  return {
    ...{ client, destroyed, handled, given, end: answers },
    bytes: (count: number) => {
      let passed: unknown;
      streamer._transform(Buffer.alloc(count), 'utf8', (_, length) => {
        passed = length;
      });
      expect(passed).toBe(count);
    },
    sends: (command: string, ...words: readonly unknown[]) => call('exec', command, words, given.options ?? {}),
    line: (text: string, literals?: readonly Buffer[]) =>
      call('handleResponse', { payload: Buffer.from(text, 'latin1'), ...(literals && { literals }) }),
    limitsOfLibrary: () => ({
      line: Reflect.get(streamer, 'maxLineLength'),
      literal: Reflect.get(streamer, 'maxLiteralSize'),
      answer: Reflect.get(streamer, 'maxResponseSize'),
      tokens: Reflect.get(client.options, 'maxResponseTokens'),
    }),
  };
}
const atom = (value: string) => ({ type: 'ATOM', value });
const sequence = (value: string) => ({ type: 'SEQUENCE', value });

describe('the bytes of an answer', () => {
  it('are limited as for a greeting before the first command', () => {
    const { bytes, destroyed, limitsOfLibrary } = limited();
    bytes(256 * KB);
    expect(destroyed).toEqual([]);
    bytes(1);
    expect(destroyed).toEqual(['AnswerTooLarge']);
    expect(limitsOfLibrary()).toEqual({ line: 64 * KB, literal: 64 * KB, answer: 128 * KB, tokens: 5_000 });
  });

  it('are counted from zero for each command, with its own limits', async () => {
    const { bytes, destroyed, sends, end, limitsOfLibrary } = limited();
    bytes(256 * KB);
    sends('list', 'x');
    bytes(8 * MB);
    expect([destroyed, limitsOfLibrary().line]).toEqual([[], MB]);
    end.resolve({});
    await end.promise;
    bytes(MB);
    expect(destroyed).toEqual([]);
    bytes(1);
    expect(destroyed).toEqual(['AnswerTooLarge']);
  });

  it('are counted from zero after a command that failed', async () => {
    const { bytes, destroyed, sends, end } = limited();
    const sent = sends('LIST');
    bytes(8 * MB);
    end.reject(new Error('refused'));
    await expect(sent).rejects.toThrow('refused');
    bytes(MB);
    expect(destroyed).toEqual([]);
  });

  it.each([
    ['flags of 100,000 messages', [sequence('1:100000'), [atom('FLAGS')]], 100_000 * 256],
    ['envelopes of 10', [sequence('1:10'), [atom('FLAGS'), atom('ENVELOPE')]], MB + 10 * 32 * KB],
    ['an invalid set', [sequence('x'), [atom('FLAGS')]], 0],
    ['a set that is not a text', [7, [atom('FLAGS')]], 0],
  ])('may be as many as the command needs: %s', (_, words, room) => {
    const { bytes, destroyed, sends } = limited(200_000);
    sends('UID FETCH', ...words);
    bytes(MB + 200_000 * 64 + room);
    expect(destroyed).toEqual([]);
    bytes(1);
    expect(destroyed).toEqual(['AnswerTooLarge']);
  });

  it('are not limited by numbers in a SEARCH or in a command without UIDs', () => {
    for (const command of ['UID SEARCH', 'FETCH']) {
      const { bytes, destroyed, sends } = limited();
      sends(command, sequence('1:100000'));
      bytes(command === 'FETCH' ? MB : MB + 11 * 100_000);
      expect(destroyed).toEqual([]);
      bytes(1);
      expect(destroyed).toEqual(['AnswerTooLarge']);
    }
  });
});

describe('the lines of an answer', () => {
  it('are passed on up to the limit; the next one ends the connection', () => {
    const { line, destroyed, handled, sends } = limited();
    sends('NOOP');
    for (let n = 0; n < 10_000; n += 1) expect(line('* OK')).toBe(true);
    expect([destroyed, handled.length]).toEqual([[], 10_000]);
    expect(line('* OK')).toBe(false);
    expect([destroyed, handled.length]).toEqual([['TooManyAnswers'], 10_000]);
  });

  it.each(['A1 NO', '* BYE', 'A1 bad'])('that are refusals are read up to 8 KB: %s', (start) => {
    const { line, handled } = limited();
    line(`${start} ${'x'.repeat(8_192)}`);
    expect(handled[0]).toHaveLength(8_192);
    line(`${start} short`);
    expect(handled[1]).toBe(`${start} short`);
    line(`${start} `.padEnd(8_192, 'x'));
    expect(handled[2]).toHaveLength(8_192);
  });

  it('that are not refusals are read completely', () => {
    const { line, handled } = limited();
    line(`* OK ${'x'.repeat(9_000)}`);
    line(`* NOTHING ${'x'.repeat(9_000)}`);
    expect(handled.map(({ length }) => length)).toEqual([9_005, 9_010]);
  });
});

describe('the numbers in a SEARCH', () => {
  const numbers = (count: number, separator = ' ') => Array.from({ length: count }, () => '1').join(separator);

  it('may be 100,000 more than the messages, counted over all lines', () => {
    const { line, sends, destroyed } = limited(1);
    sends('UID SEARCH', atom('ALL'));
    expect(line(`* SEARCH ${numbers(60_000)}`)).toBe(true);
    // The space before the word counts as well.
    expect(line(`* search ${numbers(39_999)}`)).toBe(true);
    expect(destroyed).toEqual([]);
    expect(line('* SEARCH 1')).toBe(false);
    expect(destroyed).toEqual(['TooManyMessages']);
  });

  it('are counted also in literals and between commas', () => {
    const { line, sends } = limited();
    sends('UID SEARCH', atom('ALL'));
    expect(line(`* ESEARCH (TAG "A") UID ALL ${numbers(90_000, ',')}`)).toBe(true);
    expect(line('* SEARCH {9}', [Buffer.from(numbers(10_001))])).toBe(false);
  });

  it('are not counted in other lines or for other commands', () => {
    const searching = limited();
    searching.sends('UID SEARCH', atom('ALL'));
    expect(searching.line(`* OK ${numbers(100_100)}`)).toBe(true);
    const other = limited();
    other.sends('NOOP');
    expect(other.line(`* SEARCH ${numbers(100_100)}`)).toBe(true);
  });

  it('may stand for at most five million UIDs, however short the ranges are', () => {
    const { line, sends } = limited();
    sends('UID SEARCH', atom('ALL'));
    expect(line('* ESEARCH UID ALL 1:5000001')).toBe(true);
    expect(line('* ESEARCH UID ALL 5000001:1')).toBe(true);
    expect(line('* ESEARCH UID ALL 1:2500000,3000000:5500001')).toBe(true);
    expect(line('* ESEARCH UID ALL 1:5000002')).toBe(false);
    const plain = limited();
    plain.sends('UID SEARCH', atom('ALL'));
    expect(plain.line('* SEARCH 1:5000002')).toBe(true);
  });
});

describe('the pairs of a COPYUID', () => {
  /** What is left of the response code in an untagged OK, and in the tagged one. */
  async function pairs(code: string, command = 'UID COPY', set: unknown = sequence('1:3')) {
    const { sends, given, end } = limited();
    const seen: unknown[] = [];
    given.options = { untagged: { OK: (answer: unknown) => seen.push(answer), EXISTS: 'kept' }, other: 'kept' };
    const sent = sends(command, set, 'target');
    const options: unknown = given.options;
    const untagged: unknown = Reflect.get(Object(options), 'untagged');
    Reflect.get(Object(untagged), 'OK')(await parser(`* OK [${code}] done`));
    const response = await parser(`A1 OK [${code}] done`);
    end.resolve({ response });
    await sent;
    expect([Reflect.get(Object(options), 'other'), Reflect.get(Object(untagged), 'EXISTS')]).toEqual(['kept', 'kept']);
    const lengthOf = (answer: unknown): number => Reflect.get(Object(answer), 'attributes')[0].section.length;
    return [lengthOf(seen[0]), lengthOf(response)];
  }

  it.each([
    ['COPYUID 7 1:3 11:13', 4],
    ['COPYUID 7 3:1 11,12,13', 4],
    ['COPYUID 7 1:4 11:13', 0],
    ['COPYUID 7 1:3 11:14', 0],
    ['COPYUID 7 1,1,1,1 11:13', 0],
    ['COPYUID 7 1:x 11:13', 0],
    ['COPYUID 7 1:3 ""', 0],
    ['OTHER 7 1:9 11:13', 0],
    ['COPYUID 7 1:9', 3],
  ])('are read only if they name no more messages than were copied: %s', async (code, left) => {
    expect(await pairs(code)).toEqual([left, left]);
    expect(await pairs(code, 'UID MOVE')).toEqual([left, left]);
  });

  it('are not looked for in answers to other commands', async () => {
    expect(await pairs('COPYUID 7 1:9 11:19', 'UID STORE')).toEqual([4, 4]);
  });

  it('do not change an answer without a handler or a code', async () => {
    const { sends, given, end } = limited();
    given.options = { untagged: {} };
    const sent = sends('UID COPY', sequence('1:3'), 'target');
    expect(given.options).toEqual({ untagged: {} });
    end.resolve({ response: await parser('A1 OK done') });
    expect(await sent).toHaveProperty('response');
  });
});

describe('vanished messages', () => {
  const vanish = async (text: string, mailbox: unknown, given?: unknown) => {
    const { client } = limited();
    Object.assign(client, { mailbox });
    Reflect.apply(Reflect.get(client, 'untaggedVanished'), client, [await parser(`* VANISHED ${text}`), given]);
    return mailbox;
  };

  it.each([
    ['1:2,9', 7],
    ['1:4294967295', 0],
    ['(EARLIER) 1:2', 10],
    ['x', 10],
  ])('are subtracted from the count: %s', async (text, left) => {
    expect(await vanish(text, { exists: 10 })).toEqual({ exists: left });
  });

  it('are subtracted only for the selected mailbox', async () => {
    const given = { exists: 5 };
    expect(await vanish('1:2', { exists: 10 }, given)).toEqual({ exists: 10 });
    expect(given).toEqual({ exists: 3 });
    expect(await vanish('1:2', false)).toBe(false);
    expect(await vanish('1:2', { exists: 'many' })).toEqual({ exists: 'many' });
  });
});

it('a library with changed internals is refused', () => {
  for (const missing of ['streamer', 'exec', 'handleResponse']) {
    const auth = { user: 'u', pass: 'p' };
    const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: false });
    Object.assign(client, { [missing]: null });
    expect(() => limitAnswers(client)).toThrow();
  }
});
