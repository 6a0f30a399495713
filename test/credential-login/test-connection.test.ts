import { describe, expect, it } from 'vitest';
import { testConnection } from '../../functions/credential-login/test-connection.ts';
import type { ConnectionSettings, MailboxSession } from '../../functions/ports/mailbox.ts';
import type { ImapServer } from '../../local/imap/server.ts';
import { imapServer, localProvider, replying, settingsFor, silence } from '../adapters/imap/world.ts';

const by =
  (server: ImapServer, changes: Partial<ConnectionSettings> = {}) =>
  (signal: AbortSignal): Promise<MailboxSession> =>
    localProvider().connect(settingsFor(server, changes), { signal });

describe('the test of a credential', () => {
  it('tells what the server can do and how many mailboxes there are, and logs out', async () => {
    const server = await imapServer();
    const result = await testConnection(by(server));
    expect(result).toEqual({ ok: true, capabilities: expect.arrayContaining(['IMAP4rev1', 'MOVE']), mailboxes: 4 });
    expect(server.log.at(-1)?.name).toBe('LOGOUT');
  });

  it('tells why it failed', async () => {
    const server = await imapServer();
    const authentication = { kind: 'password', username: 'anna@example.org', password: 'wrong horse' } as const;
    const result = await testConnection(by(server, { authentication }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'auth_failed' } });
  });

  it('is over when its time is, and calls that the server’s slowness', async () => {
    const server = await imapServer({ script: replying({ LIST: silence }) });
    const result = await testConnection(by(server), 3000);
    expect(result).toMatchObject({ ok: false, failure: { code: 'provider_timeout' } });
    await expect.poll(() => server.connections()).toBe(0);
  });
});
