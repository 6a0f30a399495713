/**
 * `/authorize` (RFC 6749, section 4.1.1): a page without script on which a person on this machine chooses who they are.
 * For the console, a person who is already signed in is not asked again. For the command line the page is always shown,
 * because any program on this machine could send the request in its name (RFC 8252, section 8.6).
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf } from '../http/body.ts';
import type { Issuer } from '../http/issuer.ts';
import { type AuthorizeRequest, readAuthorizeRequest } from './authorize-request.ts';
import { CLI_CLIENT } from './clients.ts';
import { type Grants, isSame } from './grants.ts';
import { DEMO_PERSON, type Person, personSchema } from './person.ts';
import { type FormValues, pagePolicy, refusalPage, signInPage } from './sign-in-page.ts';

const SESSION_COOKIE = 'inbox_manager_session';
const FORM_COOKIE = 'inbox_manager_form';
const SESSION_SECONDS = 12 * 3600;

/** `origin`: of this server, such as `http://127.0.0.1:4000`. Answers any request for `/authorize`. */
export function authorizeEndpoint(issuer: Issuer, grants: Grants, origin: string) {
  const formKey = randomBytes(32);
  const sessionAudience = `${issuer.issuer}/authorize`;
  const formToken = (cookie: string, query: string): string =>
    createHmac('sha256', formKey).update(`${cookie}\n${query}`).digest('base64url');

  return async function authorize(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return show(request, response);
    if (request.method === 'POST') return take(request, response);
    response.writeHead(405, { allow: 'GET, POST' }).end();
  };

  async function show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { search } = new URL(request.url ?? '/', origin);
    const asked = accepted(search, response);
    if (asked === null) return;
    const person = await signedIn(request);
    const isKnown = person !== null && asked.prompt !== 'login' && asked.clientId !== CLI_CLIENT;
    if (isKnown) return sendCode(response, asked, person);
    if (asked.prompt === 'none')
      return redirect(response, asked.redirectUri, { error: 'login_required', state: asked.state });
    const { accounts, role, uid } = person ?? DEMO_PERSON;
    form(request, response, search, asked, { account: accounts.join(' '), role, name: uid }, null);
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = new URLSearchParams(await bodyOf(request));
    const search = sent.get('request') ?? '';
    const cookie = cookieOf(request, FORM_COOKIE);
    // Browsers send the origin of a form. Requests of other origins were already refused.
    if (
      request.headers.origin === undefined ||
      cookie === null ||
      !isSame(sent.get('csrf') ?? '', formToken(cookie, search))
    )
      return html(
        response,
        403,
        refusalPage('This form was not made here, or it is too old. Start the sign-in again.'),
        null,
      );
    const asked = accepted(search, response);
    if (asked === null) return;
    const values = { account: sent.get('account') ?? '', role: sent.get('role') ?? '', name: sent.get('name') ?? '' };
    const accounts = [...new Set(values.account.split(/[\s,]+/).filter((text) => text !== ''))];
    const person = personSchema.safeParse({ accounts, role: values.role, uid: values.name });
    if (!person.success) {
      const wrong = 'An account looks like acc_demo, a role is one of the list, and a name has up to 100 characters.';
      return form(request, response, search, asked, values, wrong);
    }
    const session = await issuer.sign({ ...person.data }, sessionAudience, person.data.uid, SESSION_SECONDS);
    response.setHeader('set-cookie', cookieText(SESSION_COOKIE, session, SESSION_SECONDS));
    sendCode(response, asked, person.data);
  }

  /** The request, if it is valid; null after a reply was sent. */
  function accepted(search: string, response: ServerResponse): AuthorizeRequest | null {
    const read = readAuthorizeRequest(new URLSearchParams(search), origin);
    if (read.kind === 'request') return read.request;
    if (read.kind === 'error') redirect(response, read.redirectUri, { error: read.error, state: read.state });
    else html(response, 400, refusalPage(read.because), null);
    return null;
  }

  async function signedIn(request: IncomingMessage): Promise<Person | null> {
    const session = cookieOf(request, SESSION_COOKIE);
    const claims = session === null ? null : await issuer.verify(session, issuer.issuer, [sessionAudience]);
    if (claims === null) return null;
    const { accounts, role, uid } = claims;
    return personSchema.safeParse({ accounts, role, uid }).data ?? null;
  }

  function sendCode(response: ServerResponse, asked: AuthorizeRequest, person: Person): void {
    redirect(response, asked.redirectUri, { code: grants.code(asked, person, Date.now()), state: asked.state });
  }

  /** With `iss`, so that a client of several issuers knows which one answered (RFC 9207). */
  function redirect(response: ServerResponse, to: string, answer: Readonly<Record<string, string | null>>): void {
    const target = new URL(to);
    for (const [name, value] of Object.entries({ ...answer, iss: issuer.issuer }))
      if (value !== null) target.searchParams.set(name, value);
    response.writeHead(303, { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    response.end();
  }

  function form(
    request: IncomingMessage,
    response: ServerResponse,
    search: string,
    { clientId, redirectUri }: AuthorizeRequest,
    values: FormValues,
    wrong: string | null,
  ): void {
    const cookie = cookieOf(request, FORM_COOKIE) ?? randomBytes(24).toString('base64url');
    response.setHeader('set-cookie', cookieText(FORM_COOKIE, cookie, SESSION_SECONDS));
    const hidden = { request: search, csrf: formToken(cookie, search) };
    const status = wrong === null ? 200 : 400;
    html(response, status, signInPage(clientId, values, hidden, wrong), new URL(redirectUri).origin);
  }
}

function html(response: ServerResponse, status: number, text: string, redirectOrigin: string | null): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy(redirectOrigin),
      'x-content-type-options': 'nosniff',
      // Not `no-referrer`, because browsers would then send no origin with the form (Fetch standard).
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    .end(text);
}

/** Not for scripts, not for requests that another site causes, and not for the API. */
const cookieText = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; Path=/_local/oidc; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;

function cookieOf({ headers }: IncomingMessage, name: string): string | null {
  const pairs = (headers.cookie ?? '').split(/; */).map((pair) => pair.split('='));
  return pairs.find(([found]) => found === name)?.[1] ?? null;
}
