import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '../refusal.ts';
import { type Handler, has, type Reply, type Session } from '../session.ts';
import { type Token, textOf, wordOf } from '../tokens.ts';

/** SASL is a dialogue: either it is over, or the client is asked (`+ …`) for one more line. */
export type Dialogue =
  | { readonly kind: 'over'; readonly reply: Reply }
  | { readonly kind: 'ask'; readonly line: string; readonly next: (answer: string) => Dialogue };

const refused = 'NO [AUTHENTICATIONFAILED] Authentication failed.';
/** Gmail's answer to a bad token; the client must send an empty line before it gets its NO. */
const badToken = Buffer.from('{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}').toString(
  'base64',
);

/** LOGIN (RFC 9051 section 6.2.3). */
export const login: Handler = (session, args) => {
  if (has(session, 'LOGINDISABLED')) throw new Refusal('NO [PRIVACYREQUIRED] Plaintext login needs TLS');
  return logIn(session, textOf(args[0]), textOf(args[1]));
};

/** PLAIN, and XOAUTH2 or OAUTHBEARER with the account's password as access token, if they are advertised. */
export function authenticate(session: Session, args: readonly Token[]): Dialogue {
  const mechanism = wordOf(args[0]);
  if (!has(session, `AUTH=${mechanism}`)) throw new Refusal('NO [CANNOT] Unsupported authentication mechanism');
  const answered = (answer: string): Dialogue => {
    if (answer === '*') throw new Refusal('BAD Authentication aborted');
    const text = Buffer.from(answer, 'base64').toString('utf8');
    if (mechanism === 'PLAIN') {
      const [, username = '', password = ''] = text.split('\0');
      return { kind: 'over', reply: logIn(session, username, password) };
    }
    return bearer(session, text);
  };
  return args[1] === undefined ? { kind: 'ask', line: '+ ', next: answered } : answered(textOf(args[1]));
}

function bearer(session: Session, text: string): Dialogue {
  const parts = text.split('\u0001');
  const after = (prefix: string): string => parts.find((part) => part.startsWith(prefix))?.slice(prefix.length) ?? '';
  const username = after('user=') || /^n,a=([^,]*),/.exec(text)?.[1] || '';
  try {
    return { kind: 'over', reply: logIn(session, username, after('auth=Bearer ')) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const next = (): Dialogue => {
      throw error;
    };
    return { kind: 'ask', line: `+ ${badToken}`, next };
  }
}

function logIn(session: Session, username: string, password: string): Reply {
  if (session.account !== null) throw new Refusal('BAD Already logged in');
  const account = session.accounts.find((each) => each.username === username);
  if (account === undefined || !same(account.password, password)) throw new Refusal(refused);
  session.account = account;
  return { status: `OK [CAPABILITY ${session.capabilities().join(' ')}] Logged in` };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
