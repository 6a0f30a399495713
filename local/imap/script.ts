/** One command as the client sent it. The arguments of LOGIN and AUTHENTICATE are left out: they hold the password. */
export type Command = {
  readonly tag: string;
  /** Upper case; `UID FETCH`, `UID STORE`, … as one name. */
  readonly name: string;
  /** The rest of the line; literals appear as quoted strings. */
  readonly args: string;
  /** The same, one character per octet: for names that are not UTF-8. */
  readonly octets: string;
  /** Which one of this name on this server, from 1. */
  readonly count: number;
  /** Which connection of this server, from 1. */
  readonly session: number;
};

export type ScriptedReply =
  /** Sent instead of the command's own reply: `{tag}` is replaced, CRLF added. A `* BYE` ends the connection. A Buffer is sent octet for octet. */
  | { readonly kind: 'lines'; readonly lines: readonly (string | Buffer)[] }
  /** The connection is cut. With `afterLines` the command is carried out, and the cut comes after that many lines of its reply. */
  | { readonly kind: 'drop'; readonly afterLines?: number }
  /** The command is carried out; each line of its reply becomes those that `edit` makes of it. A `* BYE` ends the connection. */
  | { readonly kind: 'edited'; readonly edit: (line: string) => readonly string[] }
  /** Sent octet for octet, with nothing added, until there is no more or the client is gone; it may have no end. `{tag}` is replaced. */
  | { readonly kind: 'stream'; readonly chunks: Iterable<string | Buffer> | AsyncIterable<string | Buffer> }
  /** No reply, ever; the connection stays open. */
  | { readonly kind: 'silence' }
  /** The command is carried out as usual. */
  | { readonly kind: 'normal' };

/** May also wait, to hold a command back until a test lets it go. */
export type Script = (command: Command) => ScriptedReply | Promise<ScriptedReply>;
