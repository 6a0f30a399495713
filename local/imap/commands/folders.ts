import { createMailbox } from '../mailbox.ts';
import { decodeMailboxName, newPath } from '../mailbox-name.ts';
import { mailboxId } from '../object-id.ts';
import { Refusal } from '../refusal.ts';
import { accountOf, type Handler, has, mailboxOf, nameOf } from '../session.ts';

const exists = 'NO [ALREADYEXISTS] Mailbox already exists';
const missing = 'NO [NONEXISTENT] No such mailbox';

/** CREATE (RFC 9051 section 6.3.4). */
export const create: Handler = (session, args) => {
  const account = accountOf(session);
  const name = newPath(nameOf(args[0]));
  if (account.mailboxes.some(({ wireName }) => wireName === name)) throw new Refusal(exists);
  const mailbox = createMailbox({ ...named(name), uidValidity: session.uidValidityAfter(account) });
  account.mailboxes.push(mailbox);
  return { status: has(session, 'OBJECTID') ? `OK [MAILBOXID (${mailboxId(mailbox)})] Created` : 'OK Created' };
};

/** DELETE (RFC 9051 section 6.3.5). */
export const remove: Handler = (session, args) => {
  const { mailboxes } = accountOf(session);
  const name = nameOf(args[0]);
  if (name === 'INBOX') throw new Refusal('NO [CANNOT] INBOX cannot be deleted');
  const at = mailboxes.findIndex(({ wireName }) => wireName === name);
  if (at === -1) throw new Refusal(missing);
  if (mailboxes.some(({ wireName }) => wireName.startsWith(`${name}/`)))
    throw new Refusal('NO [HASCHILDREN] Mailbox has children');
  const [gone] = mailboxes.splice(at, 1);
  if (session.selected?.mailbox === gone) session.selected = null;
  return { status: 'OK Deleted' };
};

/** Renames the children too (RFC 9051 section 6.3.6). Renaming INBOX, which would only empty it, is refused. */
export const rename: Handler = (session, args) => {
  const { mailboxes } = accountOf(session);
  const from = nameOf(args[0]);
  const to = newPath(nameOf(args[1]));
  if (from === 'INBOX' || to.startsWith(`${from}/`)) throw new Refusal('NO [CANNOT] This mailbox cannot be renamed so');
  if (mailboxes.some(({ wireName }) => wireName === to)) throw new Refusal(exists);
  const moved = mailboxes.filter(({ wireName }) => wireName === from || wireName.startsWith(`${from}/`));
  if (moved.length === 0) throw new Refusal(missing);
  for (const mailbox of moved) {
    const { path, wireName } = named(to + mailbox.wireName.slice(from.length));
    mailbox.rename(path, wireName);
  }
  return { status: 'OK Renamed' };
};

/** Every mailbox counts as subscribed; the command only checks that it exists. */
export const subscribe: Handler = (session, args) => {
  mailboxOf(session, args[0]);
  return { status: 'OK Completed' };
};

/** The names of a new mailbox: a name that is not modified UTF-7 stays unchanged. */
function named(name: string): { readonly path: string; readonly wireName: Buffer } {
  const octets = Buffer.from(name, 'latin1');
  return { path: decodeMailboxName(octets.toString('utf8')), wireName: octets };
}
