/** Where users of a service sign in: `GET /api/auth` names the issuer, its discovery document names the endpoints. */
import * as z from 'zod';
import { isLoopback } from '../configuration/settings.ts';
import { SignInNeeded, Unreachable } from '../errors.ts';

const auth = z.object({
  issuer: z.url(),
  scopes: z.array(z.string()).default([]),
  clients: z.object({ cli: z.string().nullable().default(null) }).default({ cli: null }),
});
/** OpenID Connect Discovery 1.0, section 3. */
const discovery = z.object({
  issuer: z.string(),
  token_endpoint: z.url(),
  authorization_endpoint: z.url().nullable().default(null),
});

export type SignInPlace = {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly authorizationEndpoint: string | null;
  readonly scopes: readonly string[];
  readonly clientId: string | null;
};

/** Throws Unreachable if nobody answers, SignInNeeded if the service names no issuer. */
export async function signInPlaceOf(api: string, signal: AbortSignal): Promise<SignInPlace> {
  const named = await documentAt(`${api}/api/auth`, signal);
  if (named === null) throw new SignInNeeded(`${api} names no issuer`);
  const service = z.object({ data: auth }).safeParse(named);
  if (!service.success) throw new SignInNeeded(`${api} names no issuer`);
  const { issuer, scopes, clients } = service.data.data;
  const found = await documentAt(`${issuer}/.well-known/openid-configuration`, signal);
  if (found === null) throw new SignInNeeded(`The issuer ${issuer} has no discovery document`);
  const document = discovery.safeParse(found);
  // OpenID Connect Discovery 1.0, section 4.3: otherwise a document could name the endpoints of another issuer.
  if (!document.success || document.data.issuer !== issuer)
    throw new SignInNeeded(`The discovery document of ${issuer} is not of this issuer`);
  const { token_endpoint: tokenEndpoint, authorization_endpoint: authorizationEndpoint } = document.data;
  for (const address of [tokenEndpoint, authorizationEndpoint])
    if (address !== null && !address.startsWith('https:') && !isLoopback(address))
      throw new SignInNeeded(`The issuer's address ${address} is not encrypted`);
  return { issuer, tokenEndpoint, authorizationEndpoint, scopes, clientId: clients.cli };
}

/** The JSON document at an address; null if there is none. */
async function documentAt(address: string, signal: AbortSignal): Promise<unknown> {
  const reply = await fetch(address, { headers: { accept: 'application/json' }, signal }).catch(() => {
    signal.throwIfAborted();
    throw new Unreachable(`No reply came from ${address}`);
  });
  if (reply.status >= 500) throw new Unreachable(`${address} answered ${reply.status}`);
  if (!reply.ok) return null;
  return reply.json().catch(() => null);
}
