/**
 * The OAuth token endpoint that a tenant names. It is called over https on port 443 through the same address guard as
 * mail servers. Redirects are not followed, and only the tokens or the error code of the answer are used: no text of
 * the endpoint reaches a log or an event. Loopback, for a laptop, may be plain http on any port.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import * as z from 'zod';
import type { OAuthSecret } from '../../domain/credential/secret.ts';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import { MAX_HINT_MS } from '../../domain/failure/failure.ts';
import { isSecureUrl } from '../../domain/network/secure-url.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import type { TokenEndpoint, Tokens } from '../../ports/token-endpoint.ts';
import { guardedLookup, HOST_BLOCKED, type HostPolicy, isHostAllowed, type Resolve } from '../imap/guarded-lookup.ts';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 65_536;
const HTTPS_ONLY: ReadonlySet<number> = new Set([443]);

const granted = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.coerce.number().positive().max(86_400).catch(3_600),
  /** Some endpoints send null or an empty text where RFC 6749 omits the member. */
  refresh_token: z.string().max(8_192).nullish(),
});
const refusedSchema = z.object({ error: z.string().max(200) });

type Answer = { readonly status: number; readonly body: string; readonly retryAfter: string | undefined };

/** The endpoint for hosts that the policy allows; `resolve` looks up the addresses of names. */
export function tokenEndpoint(policy: HostPolicy, now: () => number = Date.now, resolve?: Resolve): TokenEndpoint {
  const guarded: HostPolicy = { loopback: policy.loopback, ports: policy.loopback === 'allow' ? 'any' : HTTPS_ONLY };
  const isAllowed = (text: string): boolean => {
    if (!isSecureUrl(text, policy.loopback)) return false;
    const url = new URL(text);
    // Plain http is for loopback only, where every port is allowed.
    const port = url.port === '' ? 443 : Number(url.port);
    return isHostAllowed(bare(url.hostname), port, guarded);
  };
  return {
    isAllowed,
    async refresh(secret) {
      if (!isAllowed(secret.token_url)) throw failed('host_not_allowed', 'The token URL is not allowed.');
      return tokensOf(await ask(secret, guardedLookup(guarded, resolve)), now());
    },
  };
}

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

function ask(secret: OAuthSecret, lookup: LookupFunction): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: secret.refresh_token,
    client_id: secret.client_id,
    client_secret: secret.client_secret,
    ...(secret.scope === undefined ? {} : { scope: secret.scope }),
  }).toString();
  const url = new URL(secret.token_url);
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(form),
  };
  const options = { method: 'POST', headers, lookup, agent: false as const };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const sent = send(url, { ...options, signal }, (answer) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES)
        answer.destroy(failed('provider_unavailable', 'The answer of the token endpoint is too large.'));
      else chunks.push(chunk);
    });
    answer.on('error', reject);
    answer.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      resolve({ status: answer.statusCode ?? 0, body, retryAfter: answer.headers['retry-after'] });
    });
  });
  sent.on('error', reject);
  sent.end(form);
  return promise.catch((error: unknown) => {
    throw networkFailure(error, signal.aborted);
  });
}

function networkFailure(error: unknown, late: boolean): MailboxFailure {
  if (error instanceof MailboxFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (late) return failed('provider_timeout', 'The token endpoint did not answer in time.');
  if (code === HOST_BLOCKED)
    return failed('host_not_allowed', 'The token URL resolves to an address that is not allowed.');
  if (code === 'ENOTFOUND') return failed('dns_not_found', 'The host of the token URL is not known.');
  if (/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return failed('tls_error', `The token endpoint's certificate was refused (${code}).`);
  return failed('provider_unavailable', 'The token endpoint could not be reached.');
}

/**
 * Errors of RFC 6749 section 5.2: an expired grant needs the owner; other errors come from the client's configuration.
 */
function tokensOf({ status, body, retryAfter }: Answer, now: number): Tokens {
  const answer = parsed(body);
  const tokens = granted.safeParse(answer);
  if (status === 200 && tokens.success) {
    const { access_token: accessToken, expires_in: expiresIn, refresh_token: refreshToken } = tokens.data;
    return { accessToken, expiresIn, refreshToken: refreshToken || null };
  }
  const refusal = refusedSchema.safeParse(answer);
  const error = refusal.success ? refusal.data.error : '';
  if (error === 'invalid_grant') throw failed('oauth_token_expired', 'The provider no longer accepts the consent.');
  if (status === 429)
    throw failed('rate_limited', 'The token endpoint asks for fewer requests.', waitOf(retryAfter, now));
  if (status >= 500 || error === 'temporarily_unavailable' || status === 200)
    throw failed('provider_unavailable', 'The token endpoint failed.');
  throw failed('oauth_invalid_request', 'The token endpoint refused the request: client, scope or URL are wrong.');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/**
 * ms to wait, from Retry-After (RFC 9110 section 10.2.3): seconds or a date. Null if it has no valid time in the
 * future.
 */
function waitOf(retryAfter: string | undefined, now: number): number | null {
  const text = retryAfter ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(/ GMT$/.test(text) ? text : '') - now;
  return ms > 0 ? Math.min(ms, MAX_HINT_MS) : null;
}

const failed = (code: FailureCode, detail: string, retryAfterMs: number | null = null): MailboxFailure =>
  new MailboxFailure({ code, detail, retryAfterMs, outcomeUnknown: false });
