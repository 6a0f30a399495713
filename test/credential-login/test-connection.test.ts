import { describe, expect, it } from 'vitest';
import { testConnection } from '../../functions/credential-login/test-connection.ts';
import type { Failure } from '../../functions/domain/failure/failure.ts';
import type { ConnectionSettings, MailboxSession } from '../../functions/ports/mailbox.ts';
import type { ImapServer } from '../../local/imap/server.ts';
import { imapServer, localProvider, replying, settingsFor, silence } from '../adapters/imap/world.ts';
import { bareSession, failed } from '../worker/actions/bare-context.ts';

const by =
  (server: ImapServer, changes: Partial<ConnectionSettings> = {}) =>
  (signal: AbortSignal): Promise<MailboxSession> =>
    localProvider().connect(settingsFor(server, changes), { signal });

describe('the test of a credential', () => {
  it("reports the server's capabilities and the number of mailboxes, and logs out", async () => {
    const server = await imapServer();
    const result = await testConnection(by(server));
    expect(result).toEqual({ ok: true, capabilities: expect.arrayContaining(['IMAP4rev1', 'MOVE']), mailboxes: 4 });
    expect(server.log.at(-1)?.name).toBe('LOGOUT');
  });

  it('reports why it failed', async () => {
    const server = await imapServer();
    const authentication = { kind: 'password', username: 'anna@example.org', password: 'wrong horse' } as const;
    const result = await testConnection(by(server, { authentication }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'auth_failed' } });
  });

  it('ends at its deadline, and reports the server as too slow', async () => {
    const server = await imapServer({ script: replying({ LIST: silence }) });
    const result = await testConnection(by(server), 3000);
    expect(result).toMatchObject({ ok: false, failure: { code: 'provider_timeout' } });
    await expect.poll(() => server.connections()).toBe(0);
  });

  const DAMAGED = failed('protocol_error').failure;
  /** A session of a server whose LIST ends like this. */
  function session(given: { readonly fault?: Failure | null; readonly usable?: boolean; readonly error?: Error }) {
    const calls: string[] = [];
    const inbox = { name: 'INBOX', path: 'INBOX', delimiter: '/', namespace: 'personal' as const };
    const made = bareSession({
      usable: given.usable ?? true,
      async listMailboxes({ statuses }) {
        calls.push(`list ${statuses}`);
        if (given.error !== undefined) throw given.error;
        const listed = { ...inbox, selectable: true, hasChildren: null, specialUse: null, status: null };
        return { mailboxes: [listed], fault: given.fault ?? null };
      },
      close: async () => void calls.push('close'),
    });
    return { calls, test: () => testConnection(async () => made) };
  }

  it('requests the status of no mailbox', async () => {
    const { test, calls } = session({});
    expect(await test()).toEqual({ ok: true, capabilities: [], mailboxes: 1 });
    expect(calls).toEqual(['list false', 'close']);
  });

  it('succeeds with a damaged mailbox list, if the connection stays open', async () => {
    expect(await session({ fault: DAMAGED }).test()).toMatchObject({ ok: true, mailboxes: 1 });
    expect(await session({ fault: DAMAGED, usable: false }).test()).toEqual({ ok: false, failure: DAMAGED });
  });

  it.each([
    ['command_failed', 'command_failed'],
    ['deadline_exceeded', 'provider_timeout'],
  ] as const)('reports the server’s failure, and logs out: %s', async (code, shown) => {
    const error = failed(code);
    const { test, calls } = session({ error });
    expect(await test()).toEqual({ ok: false, failure: { ...error.failure, code: shown } });
    expect(calls).toEqual(['list false', 'close']);
  });

  it('throws errors that are not from the server, and logs out', async () => {
    const { test, calls } = session({ error: new Error('a bug') });
    await expect(test()).rejects.toThrow('a bug');
    expect(calls).toEqual(['list false', 'close']);
  });
});
