/**
 * Sends the request of an operation, and repeats it where that is safe. A request that is refused with 429 was not
 * carried out and is always sent again, after the time in `Retry-After`. After a lost connection, and after any status
 * of 500 or above, it is not known whether the request was carried out, completely or in part. Then only requests that
 * may be sent twice are sent again: reads, commands under an idempotency key (each gets one), deletions, and changes
 * without `ifMatch`. A deletion without a key that finds nothing after such a try has succeeded: what it names is gone,
 * by that try or before it. Under a key the service itself answers as it did to the first try, so 404 is a refusal.
 */
import { OPERATIONS } from './operations.ts';
import { ApiProblem, ConnectionLost, NotModified, UnexpectedReply } from './problem.ts';
import type { OperationId, RequestOptions } from './types.ts';

export type ClientSettings = {
  /** Where the API is, without `/api`. */
  readonly url: string;
  /** An access token, or a function that gives one. The function is called again when a token was refused. */
  readonly token: string | ((refused: string | null) => Promise<string>);
  /** Maximum number of times that a request is sent. Default 6. */
  readonly tries?: number;
  readonly fetch?: typeof globalThis.fetch;
  /** Ends every request of this client, and its retries, like the `signal` of a request. */
  readonly signal?: AbortSignal;
};

export type Sent<Content> = {
  readonly content: Content;
  readonly etag: number | null;
  readonly entityTag: string | null;
  readonly requestId: string | null;
  /** Whether the service waited as `waitSeconds` asked. */
  readonly waited: boolean;
};

const DEFAULT_TRIES = 6;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 8_000;
const MAX_RETRY_AFTER_MS = 60_000;
const OPTIONS: readonly string[] = ['body', 'ifMatch', 'ifNoneMatch', 'idempotencyKey', 'waitSeconds', 'signal'];

type Row = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query: readonly string[];
  readonly body: boolean;
  readonly keyed: boolean;
};

export type Transport = {
  /** Throws ApiProblem, NotModified, UnexpectedReply, ConnectionLost, or the reason of the signal. */
  send<Content>(id: OperationId, input: object): Promise<Sent<Content>>;
};

export function transport({
  url,
  token,
  tries = DEFAULT_TRIES,
  fetch = globalThis.fetch,
  signal: all,
}: ClientSettings): Transport {
  const base = url.replace(/\/+$/, '');

  async function tokenOf(refused: string | null): Promise<string> {
    return typeof token === 'string' ? token : token(refused);
  }

  return {
    async send<Content>(id: OperationId, input: object): Promise<Sent<Content>> {
      const operation: Row = OPERATIONS[id];
      const { body, ...options }: RequestOptions & { readonly body?: unknown } = input;
      const address = base + addressOf(operation, new Map(Object.entries(input)));
      const headers = headersOf(operation, options);
      const content = operation.body ? JSON.stringify(body ?? {}) : null;
      if (content !== null) headers.set('content-type', 'application/json');
      const signal = either(all, options.signal);
      let bearer = await tokenOf(null);
      let mayBeDone = false;
      let isRenewed = false;
      for (let attempt = 1; ; attempt += 1) {
        signal?.throwIfAborted();
        headers.set('authorization', `Bearer ${bearer}`);
        const reply = await exchange(fetch, address, { method: operation.method, headers, body: content, signal });
        if (reply === 'lost') {
          mayBeDone = true;
          if (attempt >= tries || !maySendTwice(operation, options))
            throw new ConnectionLost(`${operation.method} ${address}: no reply in ${attempt} tries`);
          await pause(pauseAfter(attempt, null), signal);
          continue;
        }
        const { status, text } = reply;
        if (status === 304) throw new NotModified();
        if (reply.isRedirect) throw new UnexpectedReply(status, 'it is a redirect');
        const isDeletion = operation.method === 'DELETE' && !operation.keyed;
        if (status === 404 && mayBeDone && isDeletion) return sent('', reply);
        if (status < 400) return sent(text, reply);
        if (status === 401 && typeof token !== 'string' && !isRenewed) {
          isRenewed = true;
          bearer = await tokenOf(bearer);
          continue;
        }
        const isBroken = status >= 500;
        const isSentAgain = status === 429 || (isBroken && maySendTwice(operation, options));
        if (attempt >= tries || !isSentAgain) throw refusal(reply);
        mayBeDone ||= isBroken;
        await pause(pauseAfter(attempt, reply.headers.get('retry-after')), signal);
      }
    },
  };
}

/** A signal that ends with the first of both. */
function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | null {
  if (one === undefined || other === undefined) return one ?? other ?? null;
  return AbortSignal.any([one, other]);
}

/**
 * A change without a key sets values, and a repeated deletion deletes once, so both may be repeated. A change with
 * `ifMatch` is not repeated: if the first try succeeded, the second would be refused as a conflict with another writer.
 */
function maySendTwice({ method, keyed }: Row, { ifMatch }: RequestOptions): boolean {
  return keyed || method === 'GET' || method === 'DELETE' || (method === 'PATCH' && ifMatch === undefined);
}

type Exchanged = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly isRedirect: boolean;
};

/**
 * `lost`: there was no complete reply. A redirect is not followed, because the request body, which may contain a
 * password, would be sent to another address. Throws the reason of the signal.
 */
async function exchange(
  fetch: typeof globalThis.fetch,
  address: string,
  init: RequestInit & { readonly signal: AbortSignal | null },
): Promise<Exchanged | 'lost'> {
  try {
    const response = await fetch(address, { ...init, redirect: 'manual' });
    const { status, headers, type } = response;
    // A browser hides the status of a redirect.
    const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304);
    return { status, headers, text: await response.text(), isRedirect };
  } catch {
    init.signal?.throwIfAborted();
    return 'lost';
  }
}

function sent<Content>(text: string, { status, headers }: Exchanged): Sent<Content> {
  const entityTag = headers.get('etag');
  const etag = /^(?:W\/)?"(\d+)"$/.exec(entityTag ?? '')?.[1];
  return {
    content: text === '' ? JSON.parse('{}') : parsed(text, status),
    etag: etag === undefined ? null : Number(etag),
    entityTag,
    requestId: headers.get('x-request-id'),
    waited: headers.has('preference-applied'),
  };
}

/** The content of a reply, in the form that the document describes. */
function parsed(text: string, status: number): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedReply(status, 'it is not JSON');
  }
}

function refusal({ status, headers, text }: Exchanged): Error {
  if (!/^application\/(problem\+)?json/.test(headers.get('content-type') ?? ''))
    return new UnexpectedReply(status, 'the body is not a problem document of the API');
  const body = parsed(text, status);
  // The gateway in front of the API answers 401, 404 and 413 with only a message.
  if (typeof body?.code !== 'string') return new UnexpectedReply(status, String(body?.message ?? 'no code'));
  return new ApiProblem(body, status, headers.get('x-request-id'));
}

/** Path and query of a request. Lists become repeated parameters; undefined values are left out. */
function addressOf({ path, query }: Row, input: ReadonlyMap<string, unknown>): string {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  for (const name of input.keys())
    if (!names.includes(name) && !query.includes(name) && !OPTIONS.includes(name))
      throw new TypeError(`${name} is not a parameter of ${path}`);
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = input.get(name);
    if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const name of query) {
    const value = input.get(name);
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined) search.append(name, String(each));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

function headersOf({ keyed }: Row, { ifMatch, ifNoneMatch, idempotencyKey, waitSeconds }: RequestOptions): Headers {
  const headers = new Headers({ accept: 'application/json' });
  if (keyed) headers.set('idempotency-key', idempotencyKey ?? globalThis.crypto.randomUUID());
  if (ifMatch !== undefined) headers.set('if-match', `"${ifMatch}"`);
  if (ifNoneMatch !== undefined) headers.set('if-none-match', ifNoneMatch);
  if (waitSeconds !== undefined) headers.set('prefer', `wait=${waitSeconds}`);
  return headers;
}

/** The wait before the next try, ms: the time that the service requests, or a random time that grows. */
export function pauseAfter(attempt: number, retryAfter: string | null, random: () => number = Math.random): number {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null;
  const grown = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  const spread = grown * (0.5 + random() / 2);
  return seconds === null ? spread : Math.min(MAX_RETRY_AFTER_MS, seconds * 1000) + spread;
}

/** Resolves after this number of milliseconds. Rejects with the reason of the signal. */
export function pause(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
