import type { ImapFlow, Logger } from 'imapflow';

/** A BYE of the server. */
export type Bye = {
  /** Its response code in upper case, `''` when it has none. */
  readonly code: string;
  /** It came instead of a greeting (RFC 9051 section 7.1.5), before anything was sent. */
  readonly isGreeting: boolean;
};

/**
 * Records what imapflow reports only to its logger or by events, or not at all (of a BYE it keeps only the text). In
 * each case the returned value hides a failure: a throttled command sleeps inside the library, a refused SEARCH or
 * STATUS resolves to `false`, an unreadable row is dropped, and the reason for a closed connection arrives separately
 * from the command that failed with it.
 */
export type Observer = {
  /** Milliseconds that the provider asked us to wait; null if it did not. */
  readonly throttleMs: number | null;
  /** The first `error` event of the connection. */
  readonly cause: unknown;
  /** Why the server closed the connection; null if it has not sent a BYE. */
  readonly bye: Bye | null;
  /** The last refusal since `beginCommand`, as imapflow logged it: NO, BAD or BYE. */
  readonly refusal: unknown;
  /** Part of the answer since `beginCommand` was dropped, because it could not be read. */
  readonly damaged: boolean;
  /** Number of unreadable lines of the connection, without those of STATUS. */
  readonly damagedLines: number;
  /** Response codes of tagged answers since `beginCommand`, in upper case. */
  readonly responseCodes: ReadonlySet<string>;
  beginCommand(): void;
  /** For the options of the client. Nothing that is logged to it is stored as text or written anywhere. */
  readonly logger: Logger;
  watch(client: ImapFlow): void;
};

type Entry = { readonly msg: unknown; readonly src: unknown; readonly err: unknown; readonly command: unknown };

function entryOf(logged: unknown): Entry {
  const read = (key: string): unknown =>
    typeof logged === 'object' && logged !== null ? Reflect.get(logged, key) : undefined;
  return { msg: read('msg'), src: read('src'), err: read('err'), command: read('command') };
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

const DAMAGE = new Set<unknown>([
  'Failed to process untagged response',
  'Invalid entries in the SEARCH result',
  'Invalid entries in the ESEARCH ALL result',
]);

const STATUS_LINE = /^\* STATUS /i;

/** An observer for one client. Its logger must be given to the client before the client connects. */
export function createObserver(): Observer {
  let client: ImapFlow | null = null;
  let throttleMs: number | null = null;
  let cause: unknown;
  let refusal: unknown;
  let damaged = false;
  let damagedLines = 0;
  let responseCodes = new Set<string>();
  let bye: Bye | null = null;

  const notice = (logged: unknown): void => {
    const { msg, src, err, command } = entryOf(logged);
    // An unreadable status only makes that mailbox's status unknown, which the result already says.
    const isStatus = command === 'STATUS' || (typeof msg === 'string' && STATUS_LINE.test(msg));
    if (!isStatus && (DAMAGE.has(msg) || (src === 's' && err !== undefined))) {
      damaged = true;
      damagedLines += 1;
    }
    if (property(err, 'responseStatus') !== undefined || property(err, 'reason') !== undefined) refusal = err;
    const reset = property(err, 'throttleReset');
    if (property(err, 'code') !== 'ETHROTTLE' || typeof reset !== 'number') return;
    throttleMs ??= reset;
    // This is logged just before the sleep begins. Closing after that ends the sleep; closing now would be too early.
    queueMicrotask(() => client?.close());
  };

  const logger = {
    debug() {},
    info() {},
    warn: notice,
    error: notice,
    fatal: notice,
    // Otherwise every answer is formatted for a log that is not used.
    isLevelEnabled: (level: string) => level !== 'debug' && level !== 'info' && level !== 'trace',
  };

  return {
    get throttleMs() {
      return throttleMs;
    },
    get cause() {
      return cause;
    },
    get bye() {
      return bye;
    },
    get refusal() {
      return refusal;
    },
    get damaged() {
      return damaged;
    },
    get damagedLines() {
      return damagedLines;
    },
    get responseCodes() {
      return responseCodes;
    },
    beginCommand() {
      refusal = undefined;
      damaged = false;
      responseCodes = new Set();
    },
    logger,
    watch(watched) {
      client = watched;
      watched.on('error', (error: unknown) => {
        cause ??= error;
      });
      watched.on('response', (answer: { code?: unknown }) => {
        if (typeof answer.code === 'string') responseCodes.add(answer.code.toUpperCase());
      });
      // The library's own handler of a BYE, for which there is no event.
      const closing: unknown = Reflect.get(watched, 'serverBye');
      if (typeof closing !== 'function') return;
      Reflect.set(watched, 'serverBye', (answer: unknown): unknown => {
        const code = property(
          property(property(property(property(answer, 'attributes'), '0'), 'section'), '0'),
          'value',
        );
        const isGreeting = Reflect.get(watched, 'greetingReceived') !== true;
        bye ??= { code: typeof code === 'string' ? code.toUpperCase() : '', isGreeting };
        return Reflect.apply(closing, watched, [answer]);
      });
    },
  };
}
