import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';

type Listening = { readonly host: string; readonly port: number; readonly caPem: string };
type Security = 'implicit' | 'starttls' | 'none';

export type ClientOptions = Partial<ImapFlowOptions> & {
  readonly user?: string;
  readonly pass?: string;
  readonly security?: Security;
};

/** An imapflow client, not yet connected, that trusts the server's certificate and nothing else. */
export function clientOf(server: Listening, { user, pass, security, ...options }: ClientOptions = {}): ImapFlow {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: (security ?? 'implicit') === 'implicit',
    ...(security === 'starttls' ? { doSTARTTLS: true } : {}),
    ...(security === 'none' ? { doSTARTTLS: false } : {}),
    auth: { user: user ?? 'ann@example.test', pass: pass ?? 'secret' },
    tls: { ca: server.caPem },
    logger: false,
    disableAutoIdle: true,
    ...options,
  });
  client.on('error', () => undefined);
  return client;
}

export async function connected(server: Listening, options: ClientOptions = {}): Promise<ImapFlow> {
  const client = clientOf(server, options);
  await client.connect();
  return client;
}

/** Sends raw bytes to a server; `until` resolves with everything received since its last call, once that matches. */
export async function rawClient(server: Listening, security: 'implicit' | 'none') {
  const { host, port, caPem } = server;
  const socket = security === 'implicit' ? connectTls({ host, port, ca: caPem }) : connectSocket({ host, port });
  let received = '';
  let closed = false;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    socket.emit('progress');
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
    socket.emit('progress');
  });
  const until = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(received)) {
      if (closed) throw new Error(`Closed after: ${received.slice(-500)}`);
      await once(socket, 'progress');
    }
    const all = received;
    received = '';
    return all;
  };
  return {
    until,
    write: (bytes: string): void => void socket.write(bytes, 'latin1'),
    /** Sends a command with the tag `t` and resolves with its whole reply. */
    command(line: string): Promise<string> {
      socket.write(`t ${line}\r\n`, 'latin1');
      return until(/^(?:t |\+ ).*\r\n$/m);
    },
    async closed(): Promise<void> {
      while (!closed) await once(socket, 'progress');
    },
    destroy: (): void => void socket.destroy(),
  };
}
