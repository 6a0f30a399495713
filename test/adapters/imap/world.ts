import { onTestFinished } from 'vitest';
import { createMailboxProvider, type Timeouts } from '../../../functions/adapters/imap/connect.ts';
import type { Failure } from '../../../functions/domain/failure/failure.ts';
import { type ConnectionSettings, MailboxFailure, type MailboxSession } from '../../../functions/ports/mailbox.ts';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type ImapServerOptions,
  type Mailbox,
  type NewMessage,
  type Script,
  type ScriptedReply,
  startImapServer,
} from '../../../local/imap/server.ts';
import { countTurnsFor } from './quiet-sockets.ts';

export const USERNAME = 'anna@example.org';
export const PASSWORD = 'correct horse';

/** Minutes: not reached on slow machines. */
export const patient: Timeouts = { connectMs: 300_000, greetingMs: 300_000, socketMs: 300_000, commandMs: 600_000 };

/** For servers that go silent. */
export const impatient: Timeouts = { ...patient, socketMs: 301 };
countTurnsFor(impatient.socketMs);

export function message(index: number, header = ''): NewMessage {
  const lines = [
    'From: "Berta Beispiel" <berta@example.net>',
    'To: Anna <anna@example.org>, carl@example.net',
    `Subject: Message ${index}`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0100',
    `Message-ID: <m${index}@example.net>`,
  ];
  return { raw: `${lines.join('\r\n')}\r\n${header}\r\nHello.\r\n` };
}

export const messages = (count: number): NewMessage[] =>
  Array.from({ length: count }, (_, index) => message(index + 1));

/** One for all servers: trusting another one takes longer than a whole session. */
const certificate = selfSignedCertificate({ hosts: ['localhost', '127.0.0.1'] });

/** A server with one account and an INBOX of five messages, closed at the end of the test. */
export async function imapServer(options: Partial<ImapServerOptions> = {}): Promise<ImapServer> {
  const mailboxes = [
    createMailbox({ path: 'INBOX', messages: messages(5) }),
    createMailbox({ path: 'Sent', specialUse: '\\Sent', uidValidity: 7 }),
    createMailbox({ path: 'Projekte', selectable: false }),
    createMailbox({ path: 'Projekte/Übersee & Co', uidValidity: 9 }),
  ];
  const server = await startImapServer({
    tls: 'implicit',
    certificate,
    accounts: [{ username: USERNAME, password: PASSWORD, mailboxes }],
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

export function settingsFor(server: ImapServer, changes: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    host: server.host,
    port: server.port,
    securityMode: 'ssl_tls',
    tlsCaPem: server.caPem,
    authentication: { kind: 'password', username: USERNAME, password: PASSWORD },
    ...changes,
  };
}

export const localProvider = (timeouts: Timeouts = patient) =>
  createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'allow', timeouts });

/** A session of the test, closed at its end. */
export async function connect(
  settings: ConnectionSettings,
  { timeouts = patient, signal = new AbortController().signal } = {},
): Promise<MailboxSession> {
  const session = await localProvider(timeouts).connect(settings, { signal });
  onTestFinished(() => session.close());
  return session;
}

/** The failure of the promise; the test fails if it succeeds or throws anything but a MailboxFailure. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => new Error('It succeeded.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MailboxFailure)) throw error;
  return error.failure;
}

/** Answers commands with these names; all others as usual. */
export const replying =
  (replies: Readonly<Record<string, ScriptedReply>>): Script =>
  ({ name }) =>
    replies[name] ?? { kind: 'normal' };

export const lines = (...text: readonly (string | Buffer)[]): ScriptedReply => ({ kind: 'lines', lines: text });
export const drop: ScriptedReply = { kind: 'drop' };
export const silence: ScriptedReply = { kind: 'silence' };

/** The command is carried out, and `edit` changes each line of its reply. */
export const edited = (edit: (line: string) => readonly string[]): ScriptedReply => ({ kind: 'edited', edit });

export const commandsOf = (server: ImapServer): string[] =>
  server.log.map(({ name, args }) => `${name} ${args}`.trim());

export const capabilitiesWithout = (...names: readonly string[]): string[] =>
  defaultCapabilities.filter((name) => !names.includes(name));

/** Server options for an account with exactly these mailboxes. */
export const account = (...mailboxes: Mailbox[]): Pick<ImapServerOptions, 'accounts'> => ({
  accounts: [{ username: USERNAME, password: PASSWORD, mailboxes }],
});

/** A method that changes something on the server, and the commands it sends. */
export type Change = {
  readonly method: string;
  /** The command that is refused or gets no answer. */
  readonly command: string;
  /** Every command that the method sends on success. */
  readonly sends: readonly string[];
  readonly run: (session: MailboxSession) => Promise<unknown>;
};
