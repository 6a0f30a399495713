import { connect, createServer } from 'node:net';
import { ImapFlow } from 'imapflow';
import type { SyncMessagesResult } from '../functions/domain/action/imap-sync-messages.ts';
import type { ConnectionSettings } from '../functions/ports/mailbox.ts';
import { type Dovecot, startDovecot } from '../test/fixtures/dovecot.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import { plainMessage } from '../test/fixtures/messages.ts';
import { resultOf, syncWorld } from '../test/worker/actions/sync-world.ts';
import { meter } from './meter.ts';

const ROUNDS = 3;
const SMALL = 100;
const HUGE = 100_000;

/**
 * Measures syncs of a mailbox on a real Dovecot: a complete sync, compared with imapflow fetching the same attributes
 * without storing them; a sync after 200 changed flags, 20 new and 50 expunged messages; and unchanged mailboxes of 100
 * and 100,000 messages. `size`: messages. Prints; asserts nothing.
 */
export async function benchSync(size: number): Promise<void> {
  const [engine, dovecot] = await Promise.all([startDynoxide(), startDovecot()]);
  const wire = await tapWire(dovecot.starttlsPort);
  const counted = meter(engine.client);
  const settings = (username: string): ConnectionSettings => ({
    host: '127.0.0.1',
    port: wire.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username, password: 'secret' },
  });
  const measured = async (username: string, world: Awaited<ReturnType<typeof syncWorld>>) => {
    wire.read();
    counted.read();
    const began = performance.now();
    const result = resultOf(await world.messages());
    const seconds = (performance.now() - began) / 1000;
    return { username, result, seconds, ...wire.read(), requests: counted.read().requests };
  };
  try {
    for (const [user, count] of [
      ['large', size],
      ['small', SMALL],
      ['huge', HUGE],
    ] as const) {
      await dovecot.addUser(user, 'secret');
      await deliver(dovecot, user, count);
    }
    // The first login makes Dovecot read the files and build its index, which must not be measured.
    await fetchAlone(settings('large'), size);
    const ours: number[] = [];
    const alone: number[] = [];
    const unstored: number[] = [];
    let large = await syncWorld(engine, settings('large'));
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(await fetchAlone(settings('large'), size));
      unstored.push(await syncUnstored(await syncWorld(engine, settings('large'))));
      large = await syncWorld(engine, settings('large'));
      const { seconds, result, requests } = await measured('large', large);
      ours.push(seconds);
      if (round === 0) console.log(`first sync of ${size}: ${told(result)}; ${requestsOf(requests)}`);
    }
    const [sync, fetched] = [median(ours), median(alone)];
    console.log(
      `${size} messages: synced in ${sync.toFixed(2)} s, imapflow alone ${fetched.toFixed(2)} s: ${(sync / fetched).toFixed(2)} times (goal 1.5), rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    );

    const storing = median(unstored);
    console.log(
      `  of it all but storing the messages: ${storing.toFixed(2)} s, ${(storing / fetched).toFixed(2)} times`,
    );

    for (const [name, count] of [
      ['small', SMALL],
      ['huge', HUGE],
    ] as const) {
      const world = await syncWorld(engine, settings(name));
      resultOf(await world.messages());
      print(`no change, ${count} messages`, await measured(name, world));
    }

    await dovecot.doveadm('flags', 'add', '-u', 'large', '\\Seen', 'mailbox', 'INBOX', 'uid', '1001:1200');
    await dovecot.doveadm('expunge', '-u', 'large', 'mailbox', 'INBOX', 'uid', '2001:2050');
    await deliver(dovecot, 'large', 20, size);
    print('200 flags, 20 new, 50 expunged', await measured('large', large));
  } finally {
    await Promise.all([wire.stop(), engine.stop(), dovecot.stop()]);
  }
}

/** Delivers messages of about 2 KB each. */
function deliver(dovecot: Dovecot, user: string, count: number, from = 0): Promise<void> {
  const body = 'Words of a letter as people write them, line by line. '.repeat(30);
  return dovecot.deliver(
    user,
    'INBOX',
    Array.from({ length: count }, (_, at) => plainMessage({ n: from + at, body })),
  );
}

/** Fetches the attributes of a sync and discards them. Returns seconds. */
async function fetchAlone({ host, port }: ConnectionSettings, expected: number): Promise<number> {
  const client = new ImapFlow({
    host,
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: 'large', pass: 'secret' },
    disableAutoIdle: true,
    disableCompression: true,
    logger: false,
  });
  const began = performance.now();
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  let rows = 0;
  const attributes = { uid: true, flags: true, envelope: true, internalDate: true, size: true, threadId: true };
  for await (const row of client.fetch('1:*', attributes, { uid: true })) rows += row.uid > 0 ? 1 : 0;
  await client.logout();
  if (rows !== expected) throw new Error(`imapflow read ${rows} of ${expected}`);
  return (performance.now() - began) / 1000;
}

/** Runs a whole sync without storing its rows. Returns seconds. */
async function syncUnstored(world: Awaited<ReturnType<typeof syncWorld>>): Promise<number> {
  const began = performance.now();
  const mail = { ...world.store, replaceMessages: async () => {} };
  resultOf(await world.messages({}, { mail }));
  return (performance.now() - began) / 1000;
}

type Wire = {
  readonly port: number;
  read(): { commands: readonly string[]; sent: number; received: number };
  stop(): Promise<void>;
};

/** Forwards bytes to the mail server and records the commands. */
async function tapWire(target: number): Promise<Wire> {
  let commands: string[] = [];
  let sent = 0;
  let received = 0;
  const server = createServer((socket) => {
    const upstream = connect(target, '127.0.0.1');
    socket.on('data', (bytes: Buffer) => {
      sent += bytes.length;
      for (const [, name = ''] of String(bytes).matchAll(/^\w+ (UID \w+|[A-Z]+)/gm)) commands.push(name);
    });
    upstream.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    socket.pipe(upstream).pipe(socket);
    for (const each of [socket, upstream]) each.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    read() {
      const seen = { commands, sent, received };
      commands = [];
      sent = 0;
      received = 0;
      return seen;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[1] ?? 0;

const told = ({ added, updated, removed, complete }: SyncMessagesResult): string =>
  `${added} added, ${updated} updated, ${removed} removed${complete ? '' : ', not complete'}`;

const requestsOf = (requests: ReadonlyMap<string, number>): string =>
  [...requests].map(([name, count]) => `${count} ${name}`).join(', ');

type Measured = {
  readonly result: SyncMessagesResult;
  readonly seconds: number;
  readonly commands: readonly string[];
  readonly sent: number;
  readonly received: number;
  readonly requests: ReadonlyMap<string, number>;
};

function print(name: string, { result, seconds, commands, sent, received, requests }: Measured): void {
  console.log(`${name}: ${told(result)} in ${seconds.toFixed(2)} s`);
  console.log(`  ${commands.length} commands: ${commands.join(', ')}`);
  console.log(`  ${sent} bytes sent, ${received} received; store: ${requestsOf(requests)}`);
}
