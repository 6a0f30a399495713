import * as z from 'zod';
import type { MailPage, MailPosition } from '../../ports/mail-store.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { getEmailContract, listEmailsContract, listMailboxesContract } from '../contracts/mail.ts';
import { ownCredential } from '../own.ts';
import { openPosition, sealPosition } from '../read/positions.ts';
import { toEmailResource, toMailboxResource } from '../resources/mail.ts';
import type { MailPorts } from './ports.ts';

type Query = { limit: number; cursor?: string | undefined; offset: number; credential_id?: string | undefined };

/** Mailboxes that syncs have seen, by credential and path. */
export const listMailboxes = (ports: MailPorts) =>
  endpoint(listMailboxesContract, ({ accountId, accounts, query: given }) =>
    listMail(
      'listMailboxes',
      ports,
      accountId,
      accounts,
      given,
      (scoped) => ports.mail.listMailboxes(scoped),
      toMailboxResource,
    ),
  );

/** Messages that syncs brought, newest first. */
export const listEmails = (ports: MailPorts) =>
  endpoint(listEmailsContract, ({ accountId, accounts, query: given }) =>
    listMail('listEmails', ports, accountId, accounts, given, (scoped) => ports.mail.emails(scoped), toEmailResource),
  );

/** One message's metadata. */
export const getEmail = ({ mail }: MailPorts) =>
  endpoint(getEmailContract, async ({ accounts, params }) => {
    const email = await mail.email(params.email_id);
    if (email === null || !accounts.includes(email.message.accountId)) throw new Problem('not_found');
    return { status: 200, data: toEmailResource(email) };
  });

const mailPosition = z.record(z.string(), z.string());

type Scoped = {
  readonly scope: { readonly account: string } | { readonly credential: string };
  readonly limit: number;
  readonly after: MailPosition | null;
};

async function listMail<Item, Resource>(
  operation: string,
  { log, cursors }: MailPorts,
  accountId: string,
  accounts: readonly string[],
  { limit, cursor, offset, credential_id: credential }: Query,
  read: (scoped: Scoped) => Promise<MailPage<Item>>,
  toResource: (item: Item) => Resource,
) {
  // A credential of another account is as good as none: its mail is asked for nowhere.
  if (credential !== undefined) await ownCredential(log, credential, accounts.includes(accountId) ? [accountId] : []);
  const scope = credential === undefined ? { account: accountId } : { credential };
  const binding = { account: accountId, operation, filter: { credential } };
  let after: MailPosition | null = await openPosition(cursors, cursor, binding, mailPosition);
  for (let skip = offset; skip > 0; ) {
    const skipped = await read({ scope, limit: Math.min(skip, 100), after });
    skip -= skipped.items.length;
    after = skipped.next;
    if (after === null) return { status: 200 as const, data: [], page: { limit, next_cursor: null } };
  }
  const page = await read({ scope, limit, after });
  return {
    status: 200 as const,
    data: page.items.map(toResource),
    page: { limit, next_cursor: await sealPosition(cursors, page.next, binding) },
  };
}
