/** Requests to an OAuth 2 token endpoint (RFC 6749). No secret of a request or a reply reaches an error. */
import * as z from 'zod';
import { SignInNeeded, Unreachable } from '../errors.ts';

const tokens = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
});
export type Tokens = z.output<typeof tokens>;
const refusal = z.object({ error: z.string().max(100) });

export type ClientSecret = { readonly id: string; readonly secret: string };

/** Throws SignInNeeded if the issuer refuses, Unreachable if it does not answer, or with a status of 500 or above. */
export async function requestTokens(
  endpoint: string,
  form: URLSearchParams,
  signal: AbortSignal,
  client: ClientSecret | null = null,
): Promise<Tokens> {
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' });
  if (client !== null) headers.set('authorization', basic(client));
  const reply = await fetch(endpoint, {
    method: 'POST',
    headers,
    body: form.toString(),
    signal,
    redirect: 'error',
  }).catch(() => {
    if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
    throw new Unreachable(`No reply came from ${endpoint}`);
  });
  const body: unknown = await reply.json().catch(() => null);
  const parsed = tokens.safeParse(body);
  if (reply.ok && parsed.success) return parsed.data;
  if (reply.status >= 500) throw new Unreachable(`${endpoint} answered ${reply.status}`);
  const reason = refusal.safeParse(body);
  throw new SignInNeeded(`The issuer gave no token (${reason.success ? reason.data.error : reply.status})`);
}

/** RFC 6749, section 2.3.1: both parts are form-encoded first. */
function basic({ id, secret }: ClientSecret): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

/** When the access token ends, as an instant; null if the issuer does not say. */
export function endOf({ expires_in: seconds }: Tokens): string | null {
  return seconds === undefined ? null : new Date(Date.now() + seconds * 1000).toISOString();
}
