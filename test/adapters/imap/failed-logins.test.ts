import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMailboxProvider } from '../../../functions/adapters/imap/connect.ts';
import type { ImapServerOptions } from '../../../local/imap/server.ts';
import { REFUSALS } from './refusals.ts';
import {
  connect,
  drop,
  failureOf,
  imapServer,
  impatient,
  lines,
  localProvider,
  PASSWORD,
  patient,
  replying,
  settingsFor,
  silence,
} from './world.ts';

const signal = new AbortController().signal;

async function failedLogin(options: Partial<ImapServerOptions>, changes = {}, timeouts = patient) {
  const server = await imapServer(options);
  const failure = await failureOf(localProvider(timeouts).connect(settingsFor(server, changes), { signal }));
  return { server, failure };
}

/** A TCP server for behaviour that no IMAP server has. */
async function rawServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

const rawSettings = (port: number) =>
  ({
    host: '127.0.0.1',
    port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'anna', password: PASSWORD },
  }) as const;

describe('a login over a real connection', () => {
  it.each(REFUSALS)('fails with $atLogin when the server says: $line', async ({ line, atLogin }) => {
    const script = replying({ AUTHENTICATE: lines(`{tag} ${line}`), LOGIN: lines(`{tag} ${line}`) });
    const { failure } = await failedLogin({ script });
    expect(failure.code).toBe(atLogin);
  });

  it('fails with auth_failed for a wrong password, without a second try', async () => {
    const authentication = { kind: 'password', username: 'anna@example.org', password: 'wrong horse' };
    const { failure } = await failedLogin({}, { authentication });
    expect(failure.code).toBe('auth_failed');
    expect(failure.detail).not.toMatch(/wrong horse|anna/);
  });

  it('shows nothing of a login that a server quotes completely', async () => {
    const authentication = { kind: 'password', username: 'bob@x.io', password: 'hunter2' };
    const sent = Buffer.from('\0bob@x.io\0hunter2').toString('base64');
    const quoting = lines(`{tag} BAD Unknown command: AUTHENTICATE PLAIN ${sent}`);
    const { failure } = await failedLogin({ script: replying({ AUTHENTICATE: quoting }) }, { authentication });
    expect(failure.detail).toBe('BAD Unknown command: AUTHENTICATE PLAIN [redacted]');
  });

  it('fails with oauth_token_rejected when the server explains its refusal in JSON', async () => {
    const explained = Buffer.from('{"status":"invalid_token","schemes":"bearer"}').toString('base64');
    const { failure } = await failedLogin(
      {
        capabilities: ['IMAP4rev1', 'SASL-IR', 'AUTH=XOAUTH2'],
        // The client answers the challenge with an empty line, which is no command; both lines go out at once.
        script: replying({ AUTHENTICATE: lines(`+ ${explained}`, '{tag} NO SASL authentication failed') }),
      },
      { authentication: { kind: 'oauth2', username: 'anna@example.org', accessToken: 'ya29.token' } },
    );
    expect(failure.code).toBe('oauth_token_rejected');
  });

  it('fails with auth_misconfigured where logins are disabled', async () => {
    const { failure } = await failedLogin({ capabilities: ['IMAP4rev1', 'LOGINDISABLED'] });
    expect(failure.code).toBe('auth_misconfigured');
  });

  it('fails with auth_mechanism_unsupported where no OAuth is offered', async () => {
    const authentication = { kind: 'oauth2', username: 'anna@example.org', accessToken: 'ya29.token' };
    const { failure } = await failedLogin({}, { authentication });
    expect(failure.code).toBe('auth_mechanism_unsupported');
  });

  it('fails with auth_not_connected when Exchange accepts the password but has no mailbox', async () => {
    const script = replying({ NAMESPACE: lines('{tag} BAD User is authenticated but not connected.') });
    const { failure } = await failedLogin({ script });
    expect(failure.code).toBe('auth_not_connected');
  });

  it.each([
    ['too_many_connections', '* BYE Too many connections from your IP address'],
    ['provider_unavailable', '* BYE [UNAVAILABLE] Server temporarily unavailable'],
    ['provider_unavailable', '* BYE [UNAVAILABLE] Goodbye'],
    ['provider_unavailable', '* BYE [unavailable]'],
    ['provider_unavailable', '* BYE [INUSE] Another session has the account'],
    ['provider_unavailable', '* BYE [SERVERBUG] Assertion failed'],
    ['provider_unavailable', '* BYE Server too busy'],
    ['provider_unavailable', '* BYE [ALERT] Down for maintenance'],
    ['too_many_connections', '* BYE [ALERT] Maximum number of connections exceeded'],
    ['too_many_connections', '* BYE [LIMIT] Goodbye'],
    ['rate_limited', '* BYE [THROTTLED] Goodbye'],
    ['rate_limited', '* BYE [UNAVAILABLE] Too fast, try again later'],
    ['connection_closed', '* BYE [AUTHENTICATIONFAILED] Your network sends too many wrong passwords'],
    ['connection_closed', '* BYE [ALERT] Goodbye'],
    ['connection_closed', '* BYE'],
    ['connection_closed', '* BYE Goodbye'],
  ])('fails with %s after the greeting %s', async (code, greeting) => {
    const { failure, server } = await failedLogin({ greeting });
    expect(failure.code).toBe(code);
    expect(server.log).toEqual([]);
  });

  it.each([
    ['provider_unavailable', '* BYE [UNAVAILABLE] Goodbye'],
    ['too_many_connections', '* BYE [LIMIT] Goodbye'],
    ['auth_failed', '* BYE [AUTHENTICATIONFAILED] Too many wrong passwords'],
    ['connection_closed', '* BYE [ALERT] Goodbye'],
  ])('fails with %s when the server ends it with %s', async (code, bye) => {
    const { failure } = await failedLogin({ script: replying({ AUTHENTICATE: lines(bye) }) });
    expect(failure.code).toBe(code);
  });

  it('keeps the code and the text of a BYE for the detail', async () => {
    const { failure } = await failedLogin({ greeting: '* BYE [UNAVAILABLE] Come back at noon' });
    expect(failure.detail).toBe('BYE [UNAVAILABLE] Come back at noon');
  });

  it('keeps the hint of a throttled login without waiting for it', async () => {
    const throttled = lines('{tag} BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds');
    const { failure } = await failedLogin({ script: replying({ AUTHENTICATE: throttled }) });
    expect(failure).toMatchObject({ code: 'rate_limited', retryAfterMs: 299961 });
  });

  it('fails with connection_closed when the connection drops, with provider_timeout when nothing arrives', async () => {
    const dropped = await failedLogin({ script: replying({ AUTHENTICATE: drop }) });
    expect(dropped.failure.code).toBe('connection_closed');
    const silent = await failedLogin({ script: replying({ AUTHENTICATE: silence }) }, {}, impatient);
    expect(silent.failure.code).toBe('provider_timeout');
  });

  it('leaves no connection open', async () => {
    const { server } = await failedLogin({ script: replying({ NAMESPACE: silence }) }, {}, impatient);
    await expect.poll(() => server.connections()).toBe(0);
  });
});

describe('TLS', () => {
  it('is refused without the certificate of the authority', async () => {
    const { failure, server } = await failedLogin({}, { tlsCaPem: null });
    expect(failure).toMatchObject({ code: 'tls_error', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.log).toEqual([]);
  });

  it('is required on an implicit port: a clear-text server gets no password', async () => {
    const { failure, server } = await failedLogin({ tls: 'none' });
    expect(failure.code).toBe('tls_error');
    expect(server.log).toEqual([]);
  });

  it('is required with STARTTLS: a server without it gets no password', async () => {
    const { failure, server } = await failedLogin({ tls: 'none' }, { securityMode: 'starttls' });
    expect(failure.code).toBe('tls_error');
    expect(server.log.map(({ name }) => name)).not.toContain('AUTHENTICATE');
  });

  it('is required with STARTTLS: a greeting that claims a login is refused', async () => {
    const { failure } = await failedLogin({ tls: 'none', greeting: '* PREAUTH hi' }, { securityMode: 'starttls' });
    expect(failure.code).toBe('tls_error');
  });

  it('is verified after STARTTLS too', async () => {
    const { failure, server } = await failedLogin({ tls: 'starttls' }, { securityMode: 'starttls', tlsCaPem: null });
    expect(failure.code).toBe('tls_error');
    expect(server.log.map(({ name }) => name)).not.toContain('AUTHENTICATE');
  });

  it('works with STARTTLS, and only STARTTLS is sent in clear text', async () => {
    const server = await imapServer({ tls: 'starttls' });
    await connect(settingsFor(server, { securityMode: 'starttls' }));
    const names = server.log.map(({ name }) => name);
    expect(names.slice(0, names.indexOf('STARTTLS')).filter((name) => name !== 'CAPABILITY')).toEqual([]);
    expect(names).toContain('AUTHENTICATE');
  });
});

describe('a server that is not an IMAP server', () => {
  it('times out if it never greets', async () => {
    const port = await rawServer(() => {});
    const timeouts = { ...patient, greetingMs: 50 };
    const failure = await failureOf(localProvider(timeouts).connect(rawSettings(port), { signal }));
    expect(failure.code).toBe('provider_timeout');
  });

  it('times out if it never completes the TLS handshake', async () => {
    const port = await rawServer(() => {});
    const settings = { ...rawSettings(port), securityMode: 'ssl_tls' } as const;
    const failure = await failureOf(localProvider({ ...patient, connectMs: 50 }).connect(settings, { signal }));
    expect(failure.code).toBe('provider_timeout');
  });

  it('times out if it speaks HTTP', async () => {
    const port = await rawServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const timeouts = { ...patient, greetingMs: 50 };
    const failure = await failureOf(localProvider(timeouts).connect(rawSettings(port), { signal }));
    expect(failure.code).toBe('provider_timeout');
  });

  it('is a closed connection if it hangs up at once', async () => {
    const port = await rawServer((socket) => socket.end());
    expect((await failureOf(localProvider().connect(rawSettings(port), { signal }))).code).toBe('connection_closed');
  });

  it('is unreachable if no program listens on its port', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    listener.close();
    await once(listener, 'close');
    const failure = await failureOf(localProvider().connect(rawSettings(address.port), { signal }));
    expect(failure).toMatchObject({ code: 'provider_unreachable', detail: 'ECONNREFUSED' });
  });

  it.each([
    ['EAI_AGAIN', 'dns_temporary'],
    ['ENOTFOUND', 'dns_not_found'],
    ['ENODATA', 'dns_not_found'],
    ['EHOSTUNREACH', 'provider_unreachable'],
    ['ENETUNREACH', 'provider_unreachable'],
    ['ETIMEOUT', 'provider_timeout'],
  ])("fails with the network's error before there is a connection: %s is %s", async (code, expected) => {
    const provider = createMailboxProvider({
      ports: 'any',
      loopback: 'deny',
      plaintext: 'allow',
      resolve: (host, _, callback) => callback(Object.assign(new Error(`${code} ${host}`), { code }), []),
    });
    for (const securityMode of ['ssl_tls', 'starttls', 'none'] as const) {
      const settings = { ...rawSettings(993), host: 'imap.example.org', securityMode };
      const failure = await failureOf(provider.connect(settings, { signal }));
      expect(failure).toEqual({ code: expected, detail: code, retryAfterMs: null, outcomeUnknown: false });
    }
  });

  it('is cut off if it never ends its line', async () => {
    const port = await rawServer((socket) => {
      const pour = (): void => {
        while (!socket.destroyed && socket.write('x'.repeat(1 << 20)));
      };
      socket.on('drain', pour);
      pour();
    });
    expect((await failureOf(localProvider().connect(rawSettings(port), { signal }))).code).toBe('response_too_large');
  });
});
