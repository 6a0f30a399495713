import { afterAll, beforeAll, expect, it } from 'vitest';
import { testConnection } from '../../../functions/credential-login/test-connection.ts';
import type { ConnectionSettings } from '../../../functions/ports/mailbox.ts';
import { type Dovecot, startDovecot } from '../../fixtures/dovecot.ts';
import { describeWithDovecot } from '../../fixtures/with-dovecot.ts';
import { connect, failureOf, localProvider } from './world.ts';

let dovecot: Dovecot;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

function settings(username: string, password: string, changes: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    host: dovecot.host,
    port: dovecot.tlsPort,
    securityMode: 'ssl_tls',
    tlsCaPem: dovecot.caPem,
    authentication: { kind: 'password', username, password },
    ...changes,
  };
}

const raw = (index: number): string =>
  `From: b@example.net\r\nTo: a@example.org\r\nSubject: Nr ${index}\r\nMessage-ID: <${index}@example.net>\r\n\r\nHi\r\n`;

describeWithDovecot('against Dovecot', () => {
  it('lists, selects, enumerates and fetches', async () => {
    await dovecot.addUser('reader', 'geheim99');
    await dovecot.deliver(
      'reader',
      'INBOX',
      Array.from({ length: 30 }, (_, index) => raw(index + 1)),
    );
    const session = await connect(settings('reader', 'geheim99'));
    expect(session.features).toMatchObject({
      condstore: true,
      esearch: true,
      listStatus: true,
      uidplus: true,
      move: true,
    });
    const { mailboxes } = await session.listMailboxes({ statuses: true });
    const inbox = mailboxes.find(({ path }) => path === 'INBOX');
    const selected = await session.select('INBOX');
    expect(inbox).toMatchObject({ namespace: 'personal', selectable: true, status: { messages: 30, uidNext: 31 } });
    expect(selected).toMatchObject({ ...inbox?.status, modseqs: true });
    expect(await session.allUids()).toEqual({ uids: '1:30', count: 30 });
    const rows = await session.fetchMessages('28:40');
    expect(rows.map(({ uid, subject, messageId }) => [uid, subject, messageId])).toEqual([
      [28, 'Nr 28', '<28@example.net>'],
      [29, 'Nr 29', '<29@example.net>'],
      [30, 'Nr 30', '<30@example.net>'],
    ]);
  });

  it('gives flags changed since a mod-sequence', async () => {
    await dovecot.addUser('flagger', 'geheim99');
    await dovecot.deliver('flagger', 'INBOX', [raw(1), raw(2), raw(3)]);
    const session = await connect(settings('flagger', 'geheim99'));
    const { highestModseq } = await session.select('INBOX');
    await dovecot.doveadm('flags', 'add', '-u', 'flagger', '\\Flagged', 'mailbox', 'INBOX', 'uid', '2');
    await session.select('INBOX');
    const changed: unknown[] = [];
    await session.fetchFlags('1:100', highestModseq, (row) => changed.push(row));
    expect(changed).toMatchObject([{ uid: 2, flags: expect.arrayContaining(['\\Flagged']) }]);
  });

  it('finds a mailbox with a name beyond ASCII, and misses one that is not there', async () => {
    await dovecot.addUser('namer', 'geheim99');
    await dovecot.doveadm('mailbox', 'create', '-u', 'namer', 'Übersee & Co');
    const session = await connect(settings('namer', 'geheim99'));
    const { mailboxes } = await session.listMailboxes({ statuses: true });
    const name = mailboxes.find(({ path }) => path === 'Übersee & Co')?.name ?? '';
    expect(await session.select(name)).toMatchObject({ messages: 0, uidNext: 1 });
    expect((await failureOf(session.select('Throttled temporary'))).code).toBe('mailbox_not_found');
  });

  it('tests credentials by password and by access token, with TLS and STARTTLS', async () => {
    await dovecot.addUser('tester', 'geheim99', { accessToken: 'tok-12345' });
    const provider = localProvider();
    const starttls = { port: dovecot.starttlsPort, securityMode: 'starttls' } as const;
    const token = (accessToken: string) =>
      ({ authentication: { kind: 'oauth2', username: 'tester', accessToken } }) as const;
    const codeOf = async (tested: ConnectionSettings): Promise<string> => {
      const result = await testConnection((within) => provider.connect(tested, { signal: within }));
      return result.ok ? 'ok' : result.failure.code;
    };
    expect(await codeOf(settings('tester', 'geheim99'))).toBe('ok');
    expect(await codeOf(settings('tester', 'geheim99', starttls))).toBe('ok');
    expect(await codeOf(settings('tester', 'wrong'))).toBe('auth_failed');
    expect(await codeOf(settings('tester', '', token('tok-12345')))).toBe('ok');
    expect(await codeOf(settings('tester', '', token('tok-99999')))).toBe('oauth_token_rejected');
    expect(await codeOf(settings('tester', 'geheim99', { tlsCaPem: null }))).toBe('tls_error');
    expect(await codeOf(settings('tester', 'geheim99', { ...starttls, tlsCaPem: null }))).toBe('tls_error');
  });
});
