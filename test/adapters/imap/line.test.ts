/** Commands one after the other over one connection: how each one ends, and the state of the connection afterwards. */
import { ImapFlow } from 'imapflow';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLine, type LineOptions } from '../../../functions/adapters/imap/line.ts';
import { createObserver } from '../../../functions/adapters/imap/observer.ts';
import { problem } from '../../../functions/adapters/imap/problem.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function connection(given: Partial<LineOptions> & { readonly logout?: () => Promise<boolean> } = {}) {
  const observer = createObserver();
  const auth = { user: 'u', pass: 'p' };
  const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: observer.logger });
  observer.watch(client);
  const calls: string[] = [];
  Object.assign(client, {
    usable: true,
    close: () => {
      calls.push('close');
      Object.assign(client, { usable: false });
    },
    logout: async () => {
      calls.push('logout');
      return given.logout === undefined ? true : given.logout();
    },
  });
  const ended = new AbortController();
  const line = createLine({ client, observer, signal: ended.signal, oauth: false, secrets: [], ...given });
  const listeners = () => client.listenerCount('response');
  return { line, client, observer, calls, ended, listeners };
}
const never = (): Promise<never> => new Promise(() => {});
const fails = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });
const failing = (error: unknown) => () => Promise.reject(error);

describe('a command', () => {
  it('returns its answer, and leaves no listener or timer', async () => {
    const { line, calls, listeners, ended } = connection();
    const before = listeners();
    expect(await line.run({ ms: 1_000 }, async () => 'answer')).toBe('answer');
    await vi.advanceTimersByTimeAsync(2_000);
    expect([calls, listeners(), line.usable, vi.getTimerCount()]).toEqual([[], before, true, 0]);
    expect(ended.signal.aborted).toBe(false);
  });

  it.each([
    [{ login: false }, 'command_failed'],
    [{ login: true }, 'auth_failed'],
  ])('that fails has the failure of its answer, and the connection stays open: %j', async (command, code) => {
    const { line, calls, listeners } = connection();
    const before = listeners();
    const refusal = Object.assign(new Error('no'), { responseStatus: 'NO', authenticationFailed: command.login });
    await expect(line.run({ ms: 1_000, ...command }, failing(refusal))).rejects.toMatchObject({
      ...{ name: 'MailboxFailure', failure: fails(code, { outcomeUnknown: false }) },
    });
    expect([calls, listeners(), line.usable]).toEqual([[], before, true]);
  });

  it.each([
    ['NoConnection', 'connection_closed'],
    ['AnswerTooLarge', 'response_too_large'],
  ] as const)('that fails with %s ends the connection', async (name, code) => {
    const { line, calls } = connection();
    const error = name === 'NoConnection' ? { code: name } : problem(name);
    await expect(line.run({ ms: 1_000 }, failing(error))).rejects.toMatchObject({ failure: fails(code) });
    expect([calls, line.usable]).toEqual([['close'], false]);
  });

  it.each([
    [{ login: true }, 'provider_unavailable'],
    [{}, 'command_failed'],
  ])('is classified as a login only if it is one: %j', async (command, code) => {
    const { line } = connection();
    const error = Object.assign(new Error('no'), { responseStatus: 'NO', responseText: 'Server Unavailable. 15' });
    await expect(line.run({ ms: 1_000, ...command }, failing(error))).rejects.toMatchObject({ failure: { code } });
    expect(line.failureOf(error).code).toBe('command_failed');
  });

  it('that is throttled fails, with the wait that the server names', async () => {
    const { line, observer } = connection();
    const run = line.run({ ms: 1_000 }, async () => {
      observer.logger.warn({ err: { code: 'ETHROTTLE', throttleReset: 5_000 } });
      return 'answer';
    });
    await expect(run).rejects.toMatchObject({ failure: fails('rate_limited', { retryAfterMs: 5_000 }) });
  });

  it('has only its own response codes, not those of the previous command', async () => {
    const { line, client, observer } = connection();
    client.emit('response', { code: 'LIMIT' });
    expect(await line.run({ ms: 1_000 }, async () => [...observer.responseCodes])).toEqual([]);
  });

  it('has no secret in its failure', async () => {
    const { line } = connection({ secrets: ['correct horse'] });
    const error = Object.assign(new Error('no'), { responseStatus: 'NO', responseText: 'correct horse is locked' });
    const run = line.run({ ms: 1_000 }, failing(error));
    await expect(run).rejects.toMatchObject({ failure: { detail: expect.not.stringContaining('correct horse') } });
    expect(line.failureOf(error).detail).not.toContain('correct horse');
  });

  it('is not classified by a name of its own that the server quotes', async () => {
    const { line } = connection();
    const error = Object.assign(new Error('no'), {
      responseStatus: 'NO',
      responseText: 'No mailbox "rate limit" here',
    });
    const run = line.run({ ms: 1_000, echoes: ['rate limit'] }, failing(error));
    await expect(run).rejects.toMatchObject({ failure: { code: 'command_failed' } });
    expect(line.failureOf(error).code).toBe('rate_limited');
  });

  it.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])(
    'that was sent before the connection was lost may have been carried out: mutating %s',
    async (mutating, expected) => {
      const { line } = connection();
      await expect(
        line.run({ ms: 1_000, ...(mutating !== undefined && { mutating }) }, failing({ code: 'NoConnection' })),
      ).rejects.toMatchObject({
        failure: fails('connection_closed', { outcomeUnknown: expected }),
      });
    },
  );
});

describe('the deadline of a command', () => {
  it('ends the command and the connection, as a failure of the server', async () => {
    const { line, calls, listeners } = connection();
    const before = listeners();
    const run = line.run({ ms: 1_000 }, never);
    const end = expect(run).rejects.toMatchObject({ failure: fails('provider_timeout') });
    await vi.advanceTimersByTimeAsync(999);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await end;
    expect([calls[0], line.usable, listeners()]).toEqual(['close', false, before]);
  });

  it.each([
    [999, []],
    [1_000, ['close']],
  ])('counts even if the answer is read before the timer fires: after %i ms', async (ms, expected) => {
    const { line, client, calls } = connection();
    const run = line.run({ ms: 1_000 }, never).catch(() => {});
    vi.setSystemTime(0);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + ms);
    client.emit('response', { response: 'OK' });
    clock.mockRestore();
    expect(calls).toEqual(expected);
    await vi.advanceTimersByTimeAsync(1_000);
    await run;
  });
});

describe('the end of an attempt', () => {
  it('ends the running command, with an unknown outcome', async () => {
    const { line, ended, calls } = connection();
    const run = line.run({ ms: 1_000, mutating: true }, never);
    const end = expect(run).rejects.toMatchObject({ failure: fails('deadline_exceeded', { outcomeUnknown: true }) });
    ended.abort();
    await end;
    expect(calls).toContain('close');
  });

  it('closes the connection between two commands, and no command starts after it', async () => {
    const { line, ended, calls } = connection();
    ended.abort();
    expect([calls, line.usable]).toEqual([['close'], false]);
    const action = vi.fn(never);
    await expect(line.run({ ms: 1_000, login: true }, action)).rejects.toMatchObject({
      failure: fails('deadline_exceeded'),
    });
    expect(action).not.toHaveBeenCalled();
  });
});

describe('a lost connection', () => {
  it.each([
    ['lost', 'lost'],
    ['closed by us', 'closed'],
  ])('is %s: no command is sent, and its outcome is known', async (_, how) => {
    const { line, client } = connection();
    if (how === 'closed') await line.close();
    // An error that the library reports after we closed the connection is ignored.
    Object.assign(client, { usable: how === 'closed' });
    const action = vi.fn(never);
    await expect(line.run({ ms: 1_000, mutating: true }, action)).rejects.toMatchObject({
      failure: fails('connection_closed', { retryAfterMs: null, outcomeUnknown: false }),
    });
    expect([action.mock.calls, line.usable]).toEqual([[], false]);
  });

  it('does not prevent the login, which begins before there is a connection', async () => {
    const { line, client } = connection();
    Object.assign(client, { usable: false });
    expect(await line.run({ ms: 1_000, login: true }, async () => 'in')).toBe('in');
  });
});

describe('closing a connection', () => {
  it('sends one LOGOUT first', async () => {
    const { line, calls, ended } = connection();
    await line.close();
    await line.close();
    ended.abort();
    expect(calls).toEqual(['logout', 'close', 'close']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends nothing if the connection is lost', async () => {
    const { line, client, calls } = connection();
    Object.assign(client, { usable: false });
    await line.close();
    expect(calls).toEqual(['close']);
  });

  it('waits at most two seconds for the answer to LOGOUT', async () => {
    const { line, calls } = connection({ logout: never });
    const closing = line.close();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(calls).toEqual(['logout']);
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    expect(calls).toEqual(['logout', 'close']);
  });

  it('does not fail if LOGOUT fails', async () => {
    const { line, calls } = connection({ logout: () => Promise.reject(new Error('gone')) });
    await expect(line.close()).resolves.toBeUndefined();
    expect(calls).toEqual(['logout', 'close']);
  });
});
