import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type Mailbox,
  startImapServer,
} from '../../../local/imap/server.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { clientOf, connected } from './client.ts';

let server: ImapServer;
let inbox: Mailbox;
let mailboxes: Mailbox[];

const options = () =>
  ({ accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes }], tls: 'implicit' }) as const;

beforeEach(async () => {
  const messages = Array.from({ length: 10 }, (_, n) => ({ raw: plainMessage({ n: n + 1 }) }));
  inbox = createMailbox({ path: 'INBOX', uidValidity: 7, messages });
  mailboxes = [
    inbox,
    createMailbox({ path: 'Archive', uidValidity: 8, specialUse: '\\Archive' }),
    createMailbox({ path: 'Projekte/Übersee & mehr', uidValidity: 9 }),
  ];
  server = await startImapServer(options());
});

afterEach(() => server.close());

describe('connecting', () => {
  test.each(['implicit', 'starttls', 'none'] as const)('a client logs in and out with TLS %s', async (tls) => {
    const other = await startImapServer({ ...options(), tls });
    const client = await connected(other, { security: tls });
    expect(client.authenticated).toBe(true);
    expect(client.secureConnection).toBe(tls !== 'none');
    await client.logout();
    expect(other.log.map((command) => command.name)).toContain('LOGOUT');
    await other.close();
  });

  test('a certificate that is not trusted is refused by the client', async () => {
    const client = clientOf(server, { tls: {} });
    await expect(client.connect()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  test('a certificate for another host is refused by the client', async () => {
    const other = await startImapServer({
      ...options(),
      certificate: selfSignedCertificate({ hosts: ['elsewhere.test'] }),
    });
    await expect(clientOf(other).connect()).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await other.close();
  });

  test('a wrong password is refused with AUTHENTICATIONFAILED', async () => {
    const client = clientOf(server, { pass: 'wrong' });
    await expect(client.connect()).rejects.toMatchObject({
      authenticationFailed: true,
      serverResponseCode: 'AUTHENTICATIONFAILED',
    });
  });

  test('an access token is accepted with XOAUTH2, and a wrong one refused with a reason', async () => {
    const other = await startImapServer({ ...options(), capabilities: [...defaultCapabilities, 'AUTH=XOAUTH2'] });
    const auth = (accessToken: string) => ({ auth: { user: 'ann@example.test', accessToken } });
    const good = clientOf(other, auth('secret'));
    await good.connect();
    await good.logout();
    await expect(clientOf(other, auth('expired')).connect()).rejects.toMatchObject({
      authenticationFailed: true,
      oauthError: { status: '400' },
    });
    await other.close();
  });

  test('the command log contains no password', async () => {
    const client = await connected(server);
    await client.logout();
    const auth = { user: 'ann@example.test', pass: 'wrong-secret', loginMethod: 'LOGIN' };
    const plain = clientOf(server, { auth });
    await expect(plain.connect()).rejects.toThrow();
    expect(server.log.map((command) => command.name)).toEqual(expect.arrayContaining(['AUTHENTICATE', 'LOGIN']));
    expect(JSON.stringify(server.log)).not.toMatch(/secret|AGFubkBl/);
  });

  test('closing the server closes its connections', async () => {
    const client = await connected(server);
    expect(server.connections()).toBe(1);
    const closed = new Promise((resolve) => client.once('close', resolve));
    await server.close();
    await closed;
    server = await startImapServer(options());
  });
});

describe('mailboxes', () => {
  test('one LIST returns names, special use, implied parents and status', async () => {
    const client = await connected(server);
    const query = { messages: true, uidNext: true, uidValidity: true, highestModseq: true };
    const listed = await client.list({ statusQuery: query });
    const byPath = new Map(listed.map((entry) => [entry.path, entry]));
    expect([...byPath.keys()].sort()).toEqual(['Archive', 'INBOX', 'Projekte', 'Projekte/Übersee & mehr']);
    expect(byPath.get('INBOX')?.status).toMatchObject({
      messages: 10,
      uidNext: 11,
      uidValidity: 7n,
      highestModseq: 11n,
    });
    expect(byPath.get('Archive')?.specialUse).toBe('\\Archive');
    expect(byPath.get('Projekte')?.flags).toContain('\\Noselect');
    expect(server.log.filter(({ name }) => name === 'LIST' || name === 'STATUS')).toHaveLength(1);
    await client.logout();
  });

  test('a server without LIST-STATUS answers single STATUS commands', async () => {
    const capabilities = defaultCapabilities.filter((name) => !name.startsWith('LIST-'));
    const other = await startImapServer({ ...options(), capabilities });
    const client = await connected(other);
    const listed = await client.list({ statusQuery: { messages: true } });
    expect(listed.find(({ path }) => path === 'INBOX')?.status).toMatchObject({ messages: 10 });
    expect(other.log.filter(({ name }) => name === 'STATUS')).toHaveLength(3);
    await client.logout();
    await other.close();
  });

  test('SELECT returns the state, EXAMINE is read-only, a missing mailbox is NONEXISTENT', async () => {
    const client = await connected(server);
    const selected = await client.mailboxOpen('INBOX');
    expect(selected).toMatchObject({ exists: 10, uidValidity: 7n, uidNext: 11, highestModseq: 11n, readOnly: false });
    expect((await client.mailboxOpen('Projekte/Übersee & mehr', { readOnly: true })).readOnly).toBe(true);
    await expect(client.mailboxOpen('Nowhere')).rejects.toMatchObject({
      serverResponseCode: 'NONEXISTENT',
      mailboxMissing: true,
    });
    await client.logout();
  });

  test('a mailbox without mod-sequences answers NOMODSEQ', async () => {
    mailboxes.push(createMailbox({ path: 'Old', noModseq: true, messages: [{ raw: plainMessage({ n: 1 }) }] }));
    const client = await connected(server);
    expect(await client.mailboxOpen('Old')).toMatchObject({ noModseq: true });
    expect(await client.fetchAll('1:*', { flags: true }, { changedSince: 1n })).toHaveLength(1);
    await client.logout();
  });

  test('mailboxes are created, renamed with their children, and deleted, each with its own UIDVALIDITY', async () => {
    const client = await connected(server);
    expect(await client.mailboxCreate(['Neu', 'Über'])).toMatchObject({ path: 'Neu/Über', created: true });
    expect(await client.mailboxCreate(['Neu', 'Über'])).toMatchObject({ created: false });
    const first = mailboxes.at(-1)?.uidValidity;
    await client.mailboxRename('Neu', 'Alt');
    expect(mailboxes.at(-1)?.path).toBe('Alt/Über');
    await client.mailboxDelete('Alt/Über');
    await client.mailboxCreate('Alt/Über');
    expect(mailboxes.at(-1)?.uidValidity).toBeGreaterThan(first ?? 0);
    await expect(client.mailboxRename('Archive', 'INBOX')).rejects.toMatchObject({
      serverResponseCode: 'ALREADYEXISTS',
    });
    await expect(client.mailboxDelete('Nowhere')).rejects.toMatchObject({ serverResponseCode: 'NONEXISTENT' });
    await client.logout();
  });
});
