/** Sign-in by the browser: authorization code with PKCE (RFC 7636) and a loopback redirect (RFC 8252, section 7.3). */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { SignInNeeded } from '../errors.ts';
import type { SignInPlace } from './discovery.ts';
import { requestTokens, type Tokens } from './token-endpoint.ts';

const PAGE = '<!doctype html><meta charset="utf-8"><title>inboxctl</title><p>You can close this page.';

type SignIn = {
  readonly place: SignInPlace;
  readonly clientId: string;
  readonly signal: AbortSignal;
  /** Shows the address to the user. */
  readonly show: (address: string) => void;
  readonly openBrowser: boolean;
};

/** Throws SignInNeeded if the issuer has no page for it, refuses, or answers with another state or nonce. */
export async function signInByBrowser({ place, clientId, signal, show, openBrowser }: SignIn): Promise<Tokens> {
  const { authorizationEndpoint, tokenEndpoint, scopes } = place;
  if (authorizationEndpoint === null)
    throw new SignInNeeded(
      `The issuer ${place.issuer} has no page to sign in. Use --client-id and --client-secret-stdin`,
    );
  const [verifier, state, nonce] = [random(), random(), random()];
  const server = createServer();
  try {
    const redirect = `http://127.0.0.1:${await listening(server)}/callback`;
    const address = new URL(authorizationEndpoint);
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      scope: ['openid', ...scopes.filter((scope) => scope !== 'openid')].join(' '),
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, text] of Object.entries(parameters)) address.searchParams.set(name, text);
    const code = codeOf(server, state, place.issuer, signal);
    show(address.href);
    if (openBrowser) open(address.href);
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code: await code,
      redirect_uri: redirect,
      client_id: clientId,
      code_verifier: verifier,
    });
    const tokens = await requestTokens(tokenEndpoint, form, signal);
    if (tokens.id_token === undefined || claimsOf(tokens.id_token).get('nonce') !== nonce)
      throw new SignInNeeded('The answer of the issuer is not for this sign-in');
    return tokens;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/**
 * The claims of a token. The signature is not checked, because the token came from the issuer itself. Empty if it is no
 * JWT.
 */
export function claimsOf(token: string): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())));
  } catch {
    return new Map();
  }
}

const random = (): string => randomBytes(32).toString('base64url');

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** The code of the redirect with our state. Requests with another state are refused, and the wait continues. */
function codeOf(server: Server, state: string, issuer: string, signal: AbortSignal): Promise<string> {
  const code = new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    server.on('request', (request, response) => {
      // The address is joined as text, because a relative URL that starts with `//` would name a host.
      const { pathname, searchParams } = new URL(`http://127.0.0.1${request.url ?? '/'}`);
      // RFC 9207: an issuer that names itself in the redirect must be the one that was asked.
      const isIssuer = (searchParams.get('iss') ?? issuer) === issuer;
      const isOurs = pathname === '/callback' && searchParams.get('state') === state && isIssuer;
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/html', connection: 'close' });
      response.end(isOurs ? PAGE : '');
      if (!isOurs) return;
      const given = searchParams.get('code');
      if (given !== null) return resolve(given);
      reject(new SignInNeeded(`The issuer refused to sign in (${searchParams.get('error') ?? 'no code'})`));
    });
  });
  // The promise may be rejected while the browser is still being opened.
  code.catch(() => undefined);
  return code;
}

/** Opens the address in the user's browser. If that fails, the user has the address. */
function open(address: string): void {
  const [command, ...before] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const browser = spawn(command ?? 'xdg-open', [...before, address], { stdio: 'ignore', detached: true });
  browser.on('error', () => undefined);
  browser.unref();
}
