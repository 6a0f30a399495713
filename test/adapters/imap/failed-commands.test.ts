import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FAILURES } from '../../../functions/domain/failure/catalogue.ts';
import { REFUSALS } from './refusals.ts';
import {
  connect,
  drop,
  failureOf,
  imapServer,
  impatient,
  lines,
  localProvider,
  patient,
  replying,
  settingsFor,
  silence,
} from './world.ts';

describe('a command over a real connection', () => {
  it.each(REFUSALS)('fails with $elsewhere when SELECT is answered: $line', async ({ line, elsewhere }) => {
    const server = await imapServer({ script: replying({ EXAMINE: lines(`{tag} ${line}`) }) });
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.select('INBOX'))).code).toBe(elsewhere);
  });

  it.each(REFUSALS)('fails with $elsewhere when FETCH is answered: $line', async ({ line, elsewhere }) => {
    const server = await imapServer({
      script: replying({ 'UID FETCH': lines('* 1 FETCH (UID 1 FLAGS ())', `{tag} ${line}`) }),
    });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe(elsewhere);
  });

  it.each(REFUSALS)('fails with $elsewhere when SEARCH is answered: $line', async ({ line, elsewhere }) => {
    const server = await imapServer({ script: replying({ 'UID SEARCH': lines(`{tag} ${line}`) }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.allUids())).code).toBe(elsewhere);
  });

  it.each(REFUSALS.filter(({ elsewhere }) => FAILURES[elsewhere].scope === 'credential'))(
    'fails with $elsewhere when LIST is answered: $line',
    async ({ line, elsewhere }) => {
      const server = await imapServer({ script: replying({ LIST: lines(`{tag} ${line}`) }) });
      const session = await connect(settingsFor(server));
      expect((await failureOf(session.listMailboxes({ statuses: true }))).code).toBe(elsewhere);
    },
  );

  it.each(REFUSALS.filter(({ elsewhere }) => FAILURES[elsewhere].scope !== 'credential'))(
    'keeps INBOX and reports the fault $elsewhere when LIST is answered: $line',
    async ({ line, elsewhere }) => {
      const server = await imapServer({ script: replying({ LIST: lines(`{tag} ${line}`) }) });
      const session = await connect(settingsFor(server));
      const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
      expect(mailboxes).toMatchObject([{ name: 'INBOX', path: 'INBOX', selectable: true }]);
      expect(fault?.code).toBe(elsewhere);
      expect(await session.select('INBOX')).toMatchObject({ messages: 5 });
    },
  );

  it.each([
    ['select', 'EXAMINE'],
    ['fetchMessages', 'UID FETCH'],
    ['fetchFlags', 'UID FETCH'],
    ['allUids', 'UID SEARCH'],
    ['listMailboxes', 'LIST'],
  ] as const)('%s ends when the connection drops, goes silent, is throttled or is aborted', async (method, name) => {
    const throttled = lines('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds');
    for (const [reply, code] of [
      [drop, 'connection_closed'],
      [silence, 'provider_timeout'],
      [throttled, 'rate_limited'],
      [lines('* BYE Too many connections'), 'too_many_connections'],
      [silence, 'deadline_exceeded'],
    ] as const) {
      const server = await imapServer();
      const abort = new AbortController();
      const timeouts = code === 'provider_timeout' ? impatient : patient;
      const session = await connect(settingsFor(server), { timeouts, signal: abort.signal });
      await session.select('INBOX');
      server.script = (command) => {
        if (command.name !== name) return { kind: 'normal' };
        if (code === 'deadline_exceeded') queueMicrotask(() => abort.abort());
        return reply;
      };
      const work = {
        select: () => session.select('Sent'),
        fetchMessages: () => session.fetchMessages('1:5'),
        fetchFlags: () => session.fetchFlags('1:5', null, () => {}),
        allUids: () => session.allUids(),
        listMailboxes: () => session.listMailboxes({ statuses: true }),
      }[method];
      const failure = await failureOf(work());
      expect([reply, failure.code]).toEqual([reply, code]);
      expect(failure.retryAfterMs).toBe(code === 'rate_limited' ? 92415 : null);
      expect(session.usable).toBe(false);
      const next = await failureOf(session.allUids());
      expect(next.code).toBe(abort.signal.aborted ? 'deadline_exceeded' : 'connection_closed');
      await expect.poll(() => server.connections()).toBe(0);
    }
  });

  it.each([
    ['provider_unavailable', '* BYE [UNAVAILABLE] Goodbye'],
    ['rate_limited', '* BYE [LIMIT] Goodbye'],
    ['rate_limited', '* BYE [THROTTLED] Goodbye'],
    ['too_many_connections', '* BYE [ALERT] Too many connections'],
    ['mailbox_in_use', '* BYE [INUSE] Locked'],
    ['server_error', '* BYE [SERVERBUG] Internal error occurred. Refer to server log for more information.'],
    ['connection_closed', '* BYE [ALERT] Autologout'],
  ])('fails with %s when the server ends the session during the command with %s', async (code, bye) => {
    const server = await imapServer({ script: replying({ 'UID FETCH': lines(bye) }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe(code);
    expect(session.usable).toBe(false);
  });

  it('has its own deadline, besides the one for silence', async () => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    server.script = ({ name }) => {
      if (name !== 'EXAMINE') return { kind: 'normal' };
      queueMicrotask(() => vi.advanceTimersByTime(patient.commandMs));
      return silence;
    };
    expect((await failureOf(session.select('INBOX'))).code).toBe('provider_timeout');
    expect(session.usable).toBe(false);
  });

  it('is not started on a session whose signal is already aborted', async () => {
    const server = await imapServer();
    const aborted = AbortSignal.abort();
    const failure = await failureOf(localProvider().connect(settingsFor(server), { signal: aborted }));
    expect(failure.code).toBe('deadline_exceeded');
    expect(server.log).toEqual([]);
  });

  it('closes the connection at once when the signal is aborted between two commands', async () => {
    const server = await imapServer();
    const abort = new AbortController();
    const session = await connect(settingsFor(server), { signal: abort.signal });
    abort.abort();
    await expect.poll(() => server.connections()).toBe(0);
    expect((await failureOf(session.allUids())).code).toBe('deadline_exceeded');
  });
});
