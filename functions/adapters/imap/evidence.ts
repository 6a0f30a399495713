/** The known facts about a failed command, from what imapflow threw, logged or returned. */
export type Evidence = {
  /** Node's or imapflow's own code; `''` when there is none. */
  readonly code: string;
  /** The server's NO or BAD; `''` when it sent none. */
  readonly status: string;
  /** IMAP response code in upper case (RFC 9051 section 7.1), `''` when there is none. */
  readonly responseCode: string;
  /** The server's text. */
  readonly text: string;
  /** The library's own message. */
  readonly message: string;
  readonly authenticationFailed: boolean;
  /** `status` of the SASL error of an OAuth login (RFC 7628); null without one. */
  readonly oauthStatus: string | null;
  readonly tlsFailed: boolean;
  readonly mailboxMissing: boolean;
  /** Milliseconds that the provider asks us to wait. */
  readonly throttleMs: number | null;
};

/** imapflow's codes for a closed connection. */
export const CLOSED = /^(NoConnection|EConnectionClosed|StateLogout|ClosedAfterConnect(Text|TLS))$/;

/** Reads a property of any value; undefined where there is none. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

function stringAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** A response code is a short atom. */
const MAX_CODE = 64;

function responseCodeOf(error: unknown): string {
  // FETCH and STATUS put the parsed answer in `response` and set no `serverResponseCode`.
  const parsed = stringAt(error, 'response', 'attributes', 0, 'section', 0, 'value');
  const code = stringAt(error, 'serverResponseCode') || parsed;
  if (code) return code.slice(0, MAX_CODE).toUpperCase().trim();
  // LIST and others give the answer as text: `A1 NO [CODE] …`.
  const inText = /^\S+ (?:NO|BAD) \[([A-Z][A-Z0-9/-]{0,63})/i.exec(cut(stringAt(error, 'response')));
  return inText?.[1]?.toUpperCase() ?? '';
}

/** A server may send megabytes: only this much of it is examined. */
const MAX_TEXT = 8_192;
const cut = (text: string): string => text.slice(0, MAX_TEXT);

function withoutTag(response: string): string {
  return response.replace(/^\S+ (?=NO|BAD)/, '').replace(/^(NO|BAD) (\[[^\]]*\] ?)?/, '');
}

/** Whether the connection ended with a BYE: only then there is a reason from the server. */
export const isBye = (error: unknown): boolean => byeOf(error) !== '';

/** The text of a BYE. TLS errors have a `reason` too, which Node wrote. */
function byeOf(error: unknown): string {
  return CLOSED.test(stringAt(error, 'code')) ? stringAt(error, 'reason') : '';
}

/** Never reads `executedCommand`: it contains mailbox names and search terms. */
export function evidenceOf(error: unknown): Evidence {
  // STATUS wraps the original refusal.
  const wrapped = at(error, 'response', 'responseStatus') === undefined ? error : at(error, 'response');
  const throttle = at(error, 'throttleReset');
  const oauth = at(error, 'oauthError');
  return {
    code: stringAt(error, 'code'),
    status: stringAt(wrapped, 'responseStatus').toUpperCase(),
    responseCode: responseCodeOf(wrapped),
    text: cut(stringAt(wrapped, 'responseText')) || withoutTag(cut(stringAt(wrapped, 'response'))) || cut(byeOf(error)),
    message: cut(stringAt(error, 'message')),
    authenticationFailed: at(error, 'authenticationFailed') === true,
    oauthStatus: typeof oauth === 'object' && oauth !== null ? stringAt(oauth, 'status') : null,
    tlsFailed: at(error, 'tlsFailed') === true,
    mailboxMissing: at(error, 'mailboxMissing') === true,
    throttleMs: typeof throttle === 'number' && Number.isFinite(throttle) && throttle > 0 ? throttle : null,
  };
}
