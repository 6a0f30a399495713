/** One command as the client sent it. The arguments of LOGIN and AUTHENTICATE are left out: they hold the password. */
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
  /** Sent instead of the command's own reply: `{tag}` is replaced, CRLF added. A `* BYE` ends the connection. */
  | {
      readonly kind: 'lines';
      readonly lines: readonly string[];
      /** The command is carried out as well; what it would have answered is not sent. */
      readonly performed?: true;
    }
  /** The connection is cut. With `afterLines` the command is carried out, and the cut comes after that many lines of its reply. */
  | { readonly kind: 'drop'; readonly afterLines?: number }
  /** No reply, ever; the connection stays open. */
  | { readonly kind: 'silence' }
  /** The command is carried out as usual. */
  | { readonly kind: 'normal' };

/** May also wait, to hold a command back until a test lets it go. */
export type Script = (command: Command) => ScriptedReply | Promise<ScriptedReply>;
