/** Rows of the failure table that need more than a tagged refusal: the server's behaviour and its classification. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import { categoryOf, type FailureCategory } from '../../../functions/domain/failure/catalogue.ts';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';
import { defaultCapabilities } from '../../../local/imap/server.ts';
import {
  commandsOf,
  connect,
  failureOf,
  imapServer,
  impatient,
  lines,
  localProvider,
  PASSWORD,
  patient,
  replying,
  settingsFor,
} from './world.ts';

const signal = new AbortController().signal;
const oauth2 = { kind: 'oauth2', username: 'anna@example.org', accessToken: 'ya29.token' } as const;
const saslError = (error: object): string => `+ ${Buffer.from(JSON.stringify(error)).toString('base64')}`;

/** Listens and hands every connection over; `tls`: after the handshake. */
async function rawServer(serve: (socket: Socket) => void, certificate?: { certPem: string; keyPem: string }) {
  const accept = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    onTestFinished(() => {
      socket.destroy();
    });
    serve(socket);
  };
  const listener =
    certificate === undefined
      ? createServer(accept)
      : createTlsServer({ cert: certificate.certPem, key: certificate.keyPem }, accept);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    listener.close();
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    host: '127.0.0.1',
    port: address.port,
    securityMode: certificate === undefined ? ('none' as const) : ('ssl_tls' as const),
    tlsCaPem: certificate?.certPem ?? null,
    authentication: { kind: 'password' as const, username: 'anna', password: PASSWORD },
  };
}

/** Answers each line with what `reply` makes of its tag and command. */
function conversation(reply: (command: string, tag: string) => string | null): (socket: Socket) => void {
  return (socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] Ready\r\n');
    socket.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) {
        const [tag = '', command = ''] = line.split(' ');
        const answer = reply(command.toUpperCase(), tag);
        if (answer === null) socket.resetAndDestroy();
        else socket.write(answer);
      }
    });
  };
}

describe('an OAuth login', () => {
  it.each<[object, string, FailureCode, FailureCategory]>([
    [
      { status: '400', schemes: 'Bearer', scope: 'https://mail.google.com/' },
      'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
      'oauth_token_rejected',
      'authentication',
    ],
    [
      { status: '401', schemes: 'bearer mac' },
      'NO SASL authentication failed',
      'oauth_token_rejected',
      'authentication',
    ],
    [
      { status: 'invalid_token' },
      'NO [AUTHENTICATIONFAILED] Authentication failed.',
      'oauth_token_rejected',
      'authentication',
    ],
    [{ status: 'invalid_request' }, 'NO AUTHENTICATE failed.', 'oauth_invalid_request', 'configuration'],
    [{ status: '400' }, 'NO [UNAVAILABLE] Temporary authentication failure.', 'provider_unavailable', 'transient'],
    [{ status: '400' }, 'NO [LIMIT] No more', 'too_many_connections', 'rate_limit'],
    [{ status: '400' }, 'NO [INUSE] Locked', 'mailbox_in_use', 'transient'],
    [
      { status: '400' },
      'NO [ALERT] Too many simultaneous connections. (Failure)',
      'too_many_connections',
      'rate_limit',
    ],
  ])('explained by %j and ended by %s is %s', async (error, line, code, category) => {
    const server = await imapServer({
      capabilities: ['IMAP4rev1', 'SASL-IR', 'AUTH=XOAUTH2'],
      script: replying({ AUTHENTICATE: lines(saslError(error), `{tag} ${line}`) }),
    });
    const failure = await failureOf(
      localProvider().connect(settingsFor(server, { authentication: oauth2 }), { signal }),
    );
    expect([failure.code, categoryOf(failure.code)]).toEqual([code, category]);
    expect(failure.detail).not.toContain('ya29');
    // Exactly one try: each further one would count against the mailbox at the provider.
    expect(server.log.filter(({ name }) => name === 'AUTHENTICATE')).toHaveLength(1);
  });

  it.each<[string, FailureCode]>([
    ['NO AUTHENTICATE failed.', 'oauth_token_rejected'],
    ['NO [AUTHENTICATIONFAILED] Invalid credentials', 'oauth_token_rejected'],
    ['NO [UNAVAILABLE] Backend down', 'provider_unavailable'],
    ['BAD User is authenticated but not connected.', 'auth_not_connected'],
  ])('that Exchange refuses without JSON: %s is %s', async (line, code) => {
    const server = await imapServer({
      capabilities: ['IMAP4rev1', 'SASL-IR', 'AUTH=XOAUTH2'],
      script: replying({ AUTHENTICATE: lines(`{tag} ${line}`) }),
    });
    const settings = settingsFor(server, { authentication: oauth2 });
    expect((await failureOf(localProvider().connect(settings, { signal }))).code).toBe(code);
  });
});

describe('a login that cannot be tried', () => {
  it.each([[['AUTH=GSSAPI', 'LOGINDISABLED']], [['AUTH=XOAUTH2', 'LOGINDISABLED']]])(
    'on a server with %j for a password is auth_misconfigured',
    async (offered) => {
      const server = await imapServer({ capabilities: ['IMAP4rev1', ...offered] });
      const failure = await failureOf(localProvider().connect(settingsFor(server), { signal }));
      expect(failure.code).toBe('auth_misconfigured');
      expect(commandsOf(server).filter((command) => /LOGIN|AUTHENTICATE/.test(command))).toEqual([]);
    },
  );

  it('without a password is auth_misconfigured', async () => {
    const authentication = { kind: 'password', username: 'anna@example.org', password: '' } as const;
    const failure = await failureOf(
      localProvider().connect(settingsFor(await imapServer(), { authentication }), { signal }),
    );
    expect(failure.code).toBe('auth_misconfigured');
  });
});

describe('a network', () => {
  it.each(['CAPABILITY', 'AUTHENTICATE'])('that resets the connection at %s is a closed connection', async (when) => {
    const settings = await rawServer(conversation((command, tag) => (command === when ? null : `${tag} OK\r\n`)));
    if (when === 'CAPABILITY') {
      const silent = await rawServer((socket) => {
        socket.write('* OK Ready\r\n');
        socket.once('data', () => socket.resetAndDestroy());
      });
      expect((await failureOf(localProvider().connect(silent, { signal }))).code).toBe('connection_closed');
    } else expect((await failureOf(localProvider().connect(settings, { signal }))).code).toBe('connection_closed');
  });

  it('that ends a TLS connection before the greeting is a closed connection', async () => {
    const certificate = selfSignedCertificate({ hosts: ['127.0.0.1'] });
    const settings = await rawServer((socket) => socket.end(), certificate);
    expect((await failureOf(localProvider().connect(settings, { signal }))).code).toBe('connection_closed');
  });
});

describe('TLS', () => {
  const longAgo = new Date('2020-01-01T00:00:00Z');
  it.each([
    ['for another host', { hosts: ['mail.example.org'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that has expired', { hosts: ['127.0.0.1'], now: longAgo }, 'CERT_HAS_EXPIRED'],
    ['that is not valid yet', { hosts: ['127.0.0.1'], now: new Date('2099-01-01T00:00:00Z') }, 'CERT_NOT_YET_VALID'],
  ])('with a certificate %s gets no password', async (_what, options, detail) => {
    const server = await imapServer({ certificate: selfSignedCertificate(options) });
    const failure = await failureOf(localProvider().connect(settingsFor(server), { signal }));
    expect(failure).toMatchObject({ code: 'tls_error', detail });
    expect(server.log).toEqual([]);
  });

  it('is refused if data was injected after STARTTLS', async () => {
    const settings = await rawServer(
      conversation((command, tag) => `${tag} OK\r\n${command === 'STARTTLS' ? '* OK injected\r\n' : ''}`),
    );
    const failure = await failureOf(localProvider().connect({ ...settings, securityMode: 'starttls' }, { signal }));
    expect(failure.code).toBe('tls_error');
  });

  it('that never starts after STARTTLS ends at the deadline', async () => {
    const settings = await rawServer(conversation((_command, tag) => `${tag} OK\r\n`));
    const provider = localProvider({ ...patient, commandMs: 300 });
    const failure = await failureOf(provider.connect({ ...settings, securityMode: 'starttls' }, { signal }));
    expect(failure.code).toBe('provider_timeout');
  });
});

describe('an unreadable answer', () => {
  it.each<[string, readonly string[], FailureCode]>([
    ['a literal above the limit', ['* 1 FETCH (UID 1 BODY[] {40000001}'], 'response_too_large'],
    ['a literal with a length of 30 digits', [`* 1 FETCH (UID 1 BODY[] {${'9'.repeat(30)}}`], 'response_too_large'],
    ['too many tokens', [`* 1 FETCH (UID 1 FLAGS (${'a '.repeat(200_001)}a))`, '{tag} OK'], 'response_too_large'],
    ['lists nested too deep', [`* 1 FETCH (UID 1 ENVELOPE ${'('.repeat(5000)}`, '{tag} OK'], 'protocol_error'],
    ['a string without an end', ['* 1 FETCH (UID 1 ENVELOPE ("x', '{tag} OK'], 'protocol_error'],
    ['an unknown status word', ['{tag} MAYBE done'], 'protocol_error'],
    ['no tag', [' OK done', '{tag} OK'], 'protocol_error'],
    ['random bytes', ['\u0000\u0001\u0002 \u00ff', '{tag} OK'], 'protocol_error'],
  ])('%s fails the command and loses no message', async (_what, answer, code) => {
    const server = await imapServer({ script: replying({ 'UID FETCH': lines(...answer) }) });
    const session = await connect(settingsFor(server), { timeouts: impatient });
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe(code);
  });
});

it('capabilities that change with the login are those after it', async () => {
  const server = await imapServer({
    capabilities: defaultCapabilities,
    greeting: '* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Ready',
  });
  expect((await connect(settingsFor(server))).features).toMatchObject({ move: true, condstore: true });
});
