import type { ImapFlow } from 'imapflow';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import { type Failure, failureOf } from '../../domain/failure/failure.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import { classify } from './classify.ts';
import type { Observer } from './observer.ts';
import { problem } from './problem.ts';
import type { Withheld } from './withhold-secrets.ts';

/** Properties of one command. */
export type Command = {
  /** The command's own deadline in milliseconds. */
  readonly ms: number;
  readonly login?: boolean;
  readonly mutating?: boolean;
  /** Texts that the server may quote in its answer. */
  readonly echoes?: readonly string[];
};

/** The only way to the server. Every command goes through `run`, which classifies all failures. */
export type Line = {
  readonly client: ImapFlow;
  readonly observer: Observer;
  readonly usable: boolean;
  /** Runs one command under its deadline and the session's signal. Throws only MailboxFailure. */
  run<T>(command: Command, action: () => Promise<T>): Promise<T>;
  /** Classifies an error that a command has handled. */
  failureOf(error: unknown): Failure;
  /** LOGOUT, at most 2 s, then the socket is closed. Never throws. */
  close(): Promise<void>;
};

/** The client of a line and the facts that classify its failures. */
export type LineOptions = {
  readonly client: ImapFlow;
  readonly observer: Observer;
  readonly signal: AbortSignal;
  readonly oauth: boolean;
  readonly secrets: readonly Withheld[];
};

const LOGOUT_MS = 2000;
/** Failures after which the connection cannot be used. */
const ENDED: ReadonlySet<FailureCode> = new Set(['connection_closed', 'response_too_large']);

/** The line of a client that is not connected yet. When `signal` is aborted, the connection is closed at once. */
export function createLine({ client, observer, signal, oauth, secrets }: LineOptions): Line {
  let closed = false;
  const cut = (): void => client.close();
  signal.addEventListener('abort', cut, { once: true });

  const fail = (error: unknown, command: Command, interrupted: boolean): MailboxFailure => {
    const circumstances = {
      login: command.login ?? false,
      oauth,
      mutating: command.mutating ?? false,
      secrets,
      echoes: command.echoes ?? [],
      interrupted,
      throttleMs: observer.throttleMs,
      cause: observer.cause,
      bye: observer.bye,
    };
    // The raw error is not passed on: it contains the host, its address and the command.
    return new MailboxFailure(classify(error, circumstances));
  };

  /** The session ended before the command was sent: the cause was the failure of an earlier command. */
  const gone = (command: Command): MailboxFailure => {
    const { failure } = fail({ code: 'NoConnection' }, command, signal.aborted);
    return new MailboxFailure(signal.aborted ? failure : failureOf('connection_closed', failure.detail));
  };

  return {
    client,
    observer,
    get usable() {
      return !closed && client.usable;
    },
    failureOf: (error) => fail(error, { ms: 0 }, false).failure,
    async run(command, action) {
      if (signal.aborted || closed || !(client.usable || command.login)) throw gone(command);
      observer.beginCommand();
      const { promise: stopped, reject } = Promise.withResolvers<never>();
      let interrupted = false;
      let late = false;
      const stop = (): void => {
        interrupted = !late;
        client.close();
        reject(new Error('stopped'));
      };
      signal.addEventListener('abort', stop, { once: true });
      // Limits the whole command, even while the server keeps sending.
      const deadline = setTimeout(() => {
        late = !interrupted;
        stop();
      }, command.ms);
      // A process that was frozen gets the answer before its timers fire: this prevents further commands after the
      // deadline.
      const started = performance.now();
      const answered = (): void => {
        if (performance.now() - started >= command.ms) stop();
      };
      client.on('response', answered);
      try {
        // Closing the client ends most commands, but not all; the race ends all.
        const result = await Promise.race([action(), stopped]);
        if (observer.throttleMs !== null) throw new Error('throttled');
        return result;
      } catch (error) {
        const failed = fail(late ? problem('COMMAND_TIMEOUT') : error, command, interrupted);
        // After a BYE the library may keep a connection that no longer answers.
        if (ENDED.has(failed.failure.code)) client.close();
        throw failed;
      } finally {
        clearTimeout(deadline);
        client.off('response', answered);
        signal.removeEventListener('abort', stop);
      }
    },
    async close() {
      signal.removeEventListener('abort', cut);
      const polite = !closed && client.usable;
      closed = true;
      if (polite) {
        const { promise: late, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, LOGOUT_MS);
        await Promise.race([client.logout().catch(() => false), late]);
        clearTimeout(timer);
      }
      client.close();
    },
  };
}
