import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { selfSignedCertificate } from './certificate.ts';
import { serveConnection } from './connection.ts';
import type { ImapAccount } from './mailbox.ts';
import type { Command, Script } from './script.ts';

export type { ImapAccount, Mailbox, MailboxMessage, MailboxOptions, NewMessage } from './mailbox.ts';
export { createMailbox } from './mailbox.ts';
export type { Command, Script, ScriptedReply } from './script.ts';

/** The account, the capabilities and the behaviour of a server. */
export type ImapServerOptions = {
  /** May be changed while the server runs. */
  readonly accounts: readonly ImapAccount[];
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** Default 0: any free port. */
  readonly port?: number;
  /** Replaces `defaultCapabilities`; commands that need others are unknown. STARTTLS is added where it applies. */
  readonly capabilities?: readonly string[];
  /** Whole line without CRLF, e.g. `* BYE too many connections`. */
  readonly greeting?: string;
  readonly script?: Script;
  /** Default: a new one for localhost and 127.0.0.1. */
  readonly certificate?: { readonly certPem: string; readonly keyPem: string };
};

/** A running server. */
export type ImapServer = {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The server's own self-signed certificate, which a client must trust as CA. */
  readonly caPem: string;
  /** The last commands received, at most 100,000, oldest first. */
  readonly log: readonly Command[];
  /** Connections open now. */
  connections(): number;
  /** Decides how to answer each command; null: all as usual. */
  script: Script | null;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
};

/** The capabilities of a server without other options. */
export const defaultCapabilities: readonly string[] = [
  'IMAP4rev1',
  'SASL-IR',
  'LITERAL+',
  'AUTH=PLAIN',
  'ENABLE',
  'ID',
  'NAMESPACE',
  'CHILDREN',
  'UNSELECT',
  'UIDPLUS',
  'MOVE',
  'CONDSTORE',
  'ESEARCH',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'SPECIAL-USE',
];

const logged = 100_000;

/** Listens on 127.0.0.1; resolves when it is listening. */
export async function startImapServer(options: ImapServerOptions): Promise<ImapServer> {
  const { certPem, keyPem } = options.certificate ?? selfSignedCertificate({ hosts: ['localhost', '127.0.0.1'] });
  const capabilities = options.capabilities ?? defaultCapabilities;
  const beforeTls = [...capabilities.filter((name) => !name.startsWith('AUTH=')), 'STARTTLS', 'LOGINDISABLED'];
  const upgrade = options.tls === 'starttls' ? createSecureContext({ cert: certPem, key: keyPem }) : null;
  for (const account of options.accounts) uidValidityAfter(account);
  const log: Command[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let sessions = 0;

  const serve = (socket: Socket): void => {
    sessions += 1;
    const session = sessions;
    socket.setNoDelay(true);
    serveConnection(socket, {
      greeting: options.greeting ?? '* OK [CAPABILITY {capabilities}] Ready',
      session: { accounts: options.accounts, uidValidityAfter },
      capabilities: (secure) => (upgrade !== null && !secure ? beforeTls : capabilities),
      upgrade,
      received(line) {
        const count = (counts.get(line.name) ?? 0) + 1;
        counts.set(line.name, count);
        const command = { ...line, count, session };
        log.push(command);
        if (log.length > logged) log.splice(0, logged / 10);
        return server.script?.(command) ?? { kind: 'normal' };
      },
    });
  };
  const listener =
    options.tls === 'implicit' ? createTlsServer({ cert: certPem, key: keyPem }, serve) : createServer(serve);
  // Of raw sockets, so that close() also ends one that never finished its TLS handshake.
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  listener.listen(options.port ?? 0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  const server: ImapServer = {
    host: '127.0.0.1',
    port: address.port,
    caPem: certPem,
    log,
    connections: () => sockets.size,
    script: options.script ?? null,
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return server;
}

const lastUidValidity = new WeakMap<ImapAccount, number>();

/** Always a new value in an account, even after the mailbox with the largest one is deleted. */
function uidValidityAfter(account: ImapAccount): number {
  const next = Math.max(lastUidValidity.get(account) ?? 0, ...account.mailboxes.map((each) => each.uidValidity)) + 1;
  lastUidValidity.set(account, next);
  return next;
}
