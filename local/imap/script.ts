/**
 * One command as the client sent it. The arguments of LOGIN and AUTHENTICATE are omitted: they contain the password.
 */
export type Command = {
  readonly tag: string;
  /** Upper case; `UID FETCH`, `UID STORE`, … as one name. */
  readonly name: string;
  /** The rest of the line; literals appear as quoted strings. */
  readonly args: string;
  /** The same, one character per octet: for names that are not UTF-8. */
  readonly octets: string;
  /** The number of this command among those with its name on this server, from 1. */
  readonly count: number;
  /** The number of the connection on this server, from 1. */
  readonly session: number;
};

export type ScriptedReply =
  /**
   * Sent instead of the command's own reply: `{tag}` is replaced, CRLF added. A `* BYE` ends the connection. A Buffer
   * is sent octet for octet.
   */
  | { readonly kind: 'lines'; readonly lines: readonly (string | Buffer)[] }
  /**
   * The connection is cut. With `afterLines` the command is carried out, and the cut comes after that many lines of its
   * reply.
   */
  | { readonly kind: 'drop'; readonly afterLines?: number }
  /** The command is carried out, and `edit` replaces each line of its reply. A `* BYE` ends the connection. */
  | { readonly kind: 'edited'; readonly edit: (line: string) => readonly string[] }
  /**
   * Sent octet for octet, with nothing added, until its end or until the client is gone; it may be endless. `{tag}` is
   * replaced.
   */
  | { readonly kind: 'stream'; readonly chunks: Iterable<string | Buffer> | AsyncIterable<string | Buffer> }
  /** No reply, ever; the connection stays open. */
  | { readonly kind: 'silence' }
  /** The command is carried out as usual. */
  | { readonly kind: 'normal' };

/** It may also wait, to delay a command until a test allows it. */
export type Script = (command: Command) => ScriptedReply | Promise<ScriptedReply>;
