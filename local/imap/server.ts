import type { ImapAccount } from './mailbox.ts';

export type { ImapAccount, Mailbox, MailboxMessage, NewMessage } from './mailbox.ts';
export { createMailbox } from './mailbox.ts';

/** One command as the client sent it. The arguments of LOGIN and AUTHENTICATE are not kept: they hold the password. */
export type Command = {
  readonly tag: string;
  /** Upper case; `UID FETCH`, `UID STORE`, … as one name. */
  readonly name: string;
  /** The rest of the line; literals appear as quoted strings. */
  readonly args: string;
  /** Which one of this name on this server, from 1. */
  readonly count: number;
  /** Which connection of this server, from 1. */
  readonly session: number;
};

export type ScriptedReply =
  /** Sent instead of the command's own reply: `{tag}` is replaced, CRLF added. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** The connection is cut. */
  | { readonly kind: 'drop' }
  /** No reply, ever; the connection stays open. */
  | { readonly kind: 'silence' }
  /** The command is carried out as usual. */
  | { readonly kind: 'normal' };

export type Script = (command: Command) => ScriptedReply;

export type ImapServerOptions = {
  readonly accounts: readonly ImapAccount[];
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** Default 0: any free port. */
  readonly port?: number;
  /** Replaces the default list (see `defaultCapabilities`); STARTTLS is added where it applies. */
  readonly capabilities?: readonly string[];
  /** Whole line without CRLF, e.g. `* BYE too many connections`; a BYE is followed by a close. */
  readonly greeting?: string;
  readonly script?: Script;
};

export type ImapServer = {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The server's own self-signed certificate, to be trusted as CA; made anew at each start. */
  readonly caPem: string;
  /** The last 100,000 commands, oldest first. */
  readonly log: readonly Command[];
  /** Connections open now. */
  connections(): number;
  script: Script | null;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
};

export function startImapServer(_options: ImapServerOptions): Promise<ImapServer> {
  throw new Error('Not there yet.');
}
