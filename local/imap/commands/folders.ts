import { createMailbox } from '../mailbox.ts';
import { decodeMailboxName, newPath } from '../mailbox-name.ts';
import { mailboxId } from '../object-id.ts';
import { Refusal } from '../refusal.ts';
import { accountOf, type Handler, has, mailboxOf, pathOf } from '../session.ts';
import { textOf } from '../tokens.ts';

const exists = 'NO [ALREADYEXISTS] Mailbox already exists';
const missing = 'NO [NONEXISTENT] No such mailbox';

export const create: Handler = (session, args) => {
  const account = accountOf(session);
  const path = newPath(decodeMailboxName(textOf(args[0])));
  if (account.mailboxes.some((mailbox) => mailbox.path === path)) throw new Refusal(exists);
  const mailbox = createMailbox({ path, uidValidity: session.uidValidityAfter(account) });
  account.mailboxes.push(mailbox);
  return { status: has(session, 'OBJECTID') ? `OK [MAILBOXID (${mailboxId(mailbox)})] Created` : 'OK Created' };
};

export const remove: Handler = (session, args) => {
  const { mailboxes } = accountOf(session);
  const path = pathOf(args[0]);
  if (path === 'INBOX') throw new Refusal('NO [CANNOT] INBOX cannot be deleted');
  const at = mailboxes.findIndex((mailbox) => mailbox.path === path);
  if (at === -1) throw new Refusal(missing);
  if (mailboxes.some((mailbox) => mailbox.path.startsWith(`${path}/`)))
    throw new Refusal('NO [HASCHILDREN] Mailbox has children');
  const [gone] = mailboxes.splice(at, 1);
  if (session.selected?.mailbox === gone) session.selected = null;
  return { status: 'OK Deleted' };
};

/** Takes the children along (RFC 9051 section 6.3.6). Renaming INBOX, which would only empty it, is refused. */
export const rename: Handler = (session, args) => {
  const { mailboxes } = accountOf(session);
  const from = pathOf(args[0]);
  const to = newPath(decodeMailboxName(textOf(args[1])));
  if (from === 'INBOX' || to.startsWith(`${from}/`)) throw new Refusal('NO [CANNOT] This mailbox cannot be renamed so');
  if (mailboxes.some((mailbox) => mailbox.path === to)) throw new Refusal(exists);
  const moved = mailboxes.filter(({ path }) => path === from || path.startsWith(`${from}/`));
  if (moved.length === 0) throw new Refusal(missing);
  for (const mailbox of moved) mailbox.rename(to + mailbox.path.slice(from.length));
  return { status: 'OK Renamed' };
};

/** Every mailbox counts as subscribed; the command only checks that it exists. */
export const subscribe: Handler = (session, args) => {
  mailboxOf(session, args[0]);
  return { status: 'OK Completed' };
};
