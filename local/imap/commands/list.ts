import { list as parenthesized, string } from '../encode.ts';
import type { Mailbox } from '../mailbox.ts';
import { canonicalPath, decodeMailboxName } from '../mailbox-name.ts';
import { Refusal } from '../refusal.ts';
import { accountOf, type Handler, has, nameOf, type Session } from '../session.ts';
import { listOf, type Token, wordOf } from '../tokens.ts';
import { statusLine } from './status.ts';

/** A name to list; `mailbox` is null for a level that exists only because of its children. */
type Entry = { readonly name: string; readonly mailbox: Mailbox | null };

/** LIST with selection and return options (RFC 5258, 5819, 6154). Every mailbox counts as subscribed. */
export const list: Handler = (session, args) => {
  const entries = entriesOf(accountOf(session).mailboxes);
  let at = 0;
  const selection = args[0]?.kind === 'list' ? listOf(args[at++]).map(wordOf) : [];
  const reference = nameOf(args[at++]);
  const patterns = args[at]?.kind === 'list' ? listOf(args[at]).map(nameOf) : [nameOf(args[at])];
  const wanted = returnOptions(session, args.slice(at + 1));
  if (selection.length > 0 && !has(session, 'LIST-EXTENDED')) throw new Refusal('BAD LIST options are not supported');
  if (patterns.length === 1 && patterns[0] === '')
    return { untagged: ['* LIST (\\Noselect) "/" ""'], status: 'OK Listed' };

  const matches = patterns.map((pattern) => matcher(reference + pattern));
  const listed = entries.filter(
    ({ name, mailbox }) =>
      matches.some((match) => match(name)) &&
      (!selection.includes('SPECIAL-USE') || (mailbox?.specialUse ?? null) !== null) &&
      (!selection.includes('SUBSCRIBED') || mailbox !== null),
  );
  const untagged = listed.flatMap((entry) => {
    const line = listLine('LIST', entry, entries, wanted.has('SUBSCRIBED') || selection.includes('SUBSCRIBED'));
    const status = wanted.get('STATUS');
    return status === undefined || !entry.mailbox?.selectable
      ? [line]
      : [line, statusLine(session, entry.mailbox, status)];
  });
  return { untagged, status: 'OK Listed' };
};

/** LSUB (RFC 3501 section 6.3.9). */
export const lsub: Handler = (session, args) => {
  const entries = entriesOf(accountOf(session).mailboxes).filter(({ mailbox }) => mailbox !== null);
  const match = matcher(nameOf(args[0]) + nameOf(args[1]));
  const untagged = entries.filter((entry) => match(entry.name)).map((entry) => listLine('LSUB', entry, entries, false));
  return { untagged, status: 'OK Listed' };
};

function returnOptions(session: Session, args: readonly Token[]): Map<string, readonly string[]> {
  const options = new Map<string, readonly string[]>();
  if (args.length === 0) return options;
  if (wordOf(args[0]) !== 'RETURN' || !has(session, 'LIST-EXTENDED')) throw new Refusal('BAD Unknown LIST argument');
  const items = listOf(args[1]);
  for (let at = 0; at < items.length; at += 1) {
    const name = wordOf(items[at]);
    if (name === 'STATUS' && has(session, 'LIST-STATUS')) {
      at += 1;
      options.set(name, listOf(items[at]).map(wordOf));
    } else if (['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE'].includes(name)) options.set(name, []);
    else throw new Refusal(`BAD Unknown LIST return option`);
  }
  return options;
}

function entriesOf(mailboxes: readonly Mailbox[]): Entry[] {
  const entries = new Map<string, Mailbox | null>();
  for (const { wireName } of mailboxes) {
    const levels = wireName.split('/');
    for (let depth = 1; depth < levels.length; depth += 1) entries.set(levels.slice(0, depth).join('/'), null);
  }
  for (const mailbox of mailboxes) entries.set(mailbox.wireName, mailbox);
  const listed = [...entries].map(([name, mailbox]) => ({ name, mailbox }));
  return listed.sort((a, b) => (decodeMailboxName(a.name) < decodeMailboxName(b.name) ? -1 : 1));
}

function listLine(
  command: 'LIST' | 'LSUB',
  { name, mailbox }: Entry,
  entries: readonly Entry[],
  subscribed: boolean,
): string {
  const children = entries.some((other) => other.name.startsWith(`${name}/`));
  const attributes = [children ? '\\HasChildren' : '\\HasNoChildren'];
  if (mailbox === null || !mailbox.selectable) attributes.push('\\Noselect');
  if (mailbox !== null && subscribed) attributes.push('\\Subscribed');
  if (mailbox !== null && mailbox.specialUse !== null) attributes.push(mailbox.specialUse);
  return `* ${command} ${parenthesized(attributes)} "/" ${string(name)}`;
}

/**
 * `*` matches anything, `%` anything but the delimiter. Written by hand, because a pattern must not become a regular
 * expression.
 */
function matcher(pattern: string): (path: string) => boolean {
  const wild = canonicalPath(pattern)
    .replace(/[*%]*\*[*%]*/g, '*')
    .replace(/%+/g, '%');
  return (path) => {
    // reachable[j]: the pattern so far can end after j characters of the path.
    let reachable = [true, ...Array.from(path, () => false)];
    for (const char of wild) {
      const next = reachable.map(() => false);
      for (let end = 0; end < reachable.length; end += 1) {
        if (char !== '*' && char !== '%') next[end] = end > 0 && reachable[end - 1] === true && path[end - 1] === char;
        else
          next[end] =
            reachable[end] === true || (end > 0 && next[end - 1] === true && (char === '*' || path[end - 1] !== '/'));
      }
      reachable = next;
    }
    return reachable.at(-1) === true;
  };
}
