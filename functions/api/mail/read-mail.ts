import * as z from 'zod';
import { type EmailFilter, matchesEmailFilter } from '../../domain/mail/email-filter.ts';
import { matchesMailboxFilter } from '../../domain/mail/mailbox-filter.ts';
import { absolutePeriod } from '../../domain/search/values.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openPosition, sealPosition } from '../../http/positions.ts';
import { Problem } from '../../http/problem.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { MailPosition, MailQuery } from '../../ports/mail-store.ts';
import { coverageOf, periodSince } from '../../queries/coverage.ts';
import { credentialOf } from '../own.ts';
import { getEmailContract, listEmailsContract, listMailboxesContract, searchEmailsContract } from './contracts.ts';
import type { MailPorts } from './mail-ports.ts';
import { toEmailResource, toMailboxResource } from './resource.ts';

type Query = { limit: number; cursor?: string | undefined; offset: number; credential_id?: string | undefined };

/** Lists the mailboxes that syncs have seen, by credential and path. */
export const listMailboxes = ({ log, mail, cursors }: MailPorts) =>
  endpoint(listMailboxesContract, async ({ accountId, query: { limit, cursor, offset, ...filter } }) => {
    const scope = await scopeOf(log, accountId, filter.credential_id);
    const binding = { account: accountId, operation: 'listMailboxes', filter };
    const after: MailPosition | null = await openPosition(cursors, cursor, binding, mailPosition);
    let skip = offset;
    const page = await mail.listMailboxes({
      scope,
      limit,
      after,
      most: MAX_EXAMINED + offset,
      accept(record) {
        if (!matchesMailboxFilter(record, filter)) return false;
        if (skip === 0) return true;
        skip -= 1;
        return false;
      },
    });
    return {
      status: 200,
      data: page.items.map(toMailboxResource),
      page: { limit, next_cursor: await sealPosition(cursors, page.next, binding) },
    };
  });

/** Lists the messages that syncs have stored, newest first. */
export const listEmails = (ports: MailPorts) =>
  endpoint(listEmailsContract, async ({ accountId, query: { limit, cursor, offset, ...given }, now }) => {
    const { credential_id: credential, seen, flagged, since, until, ...more } = given;
    const paging = { limit, cursor, offset };
    const others = [seen, flagged, since, until, ...Object.values(more)];
    if (others.every((value) => value === undefined))
      return listEmailPages(ports, accountId, { ...paging, credential_id: credential });
    const { coverage: _, ...page } = await searchPage(ports, { accountId, operation: 'listEmails', now }, paging, {
      ...more,
      credential_id: credential === undefined ? undefined : [credential],
      seen: seen === undefined ? undefined : seen === 'true',
      flagged: flagged === undefined ? undefined : flagged === 'true',
      internal_date: since === undefined && until === undefined ? undefined : { gte: since, lt: until },
    });
    return page;
  });

/** Gets one message's metadata. */
export const getEmail = ({ mail }: MailPorts) =>
  endpoint(getEmailContract, async ({ accounts, params }) => {
    const email = await mail.email(params.email_id);
    if (email === null || !accounts.includes(email.message.accountId)) throw new Problem('not_found');
    return { status: 200, data: toEmailResource(email) };
  });

const mailPosition = z.record(z.string(), z.string());
/** `began`: time of the first page (ms). On every page, relative times are relative to it. */
const searchPosition = z.strictObject({ after: mailPosition, began: z.int() });
const MAX_EXAMINED = 1_000;

/** Searches messages, newest first. */
export const searchEmails = (ports: MailPorts) =>
  endpoint(searchEmailsContract, ({ accountId, body: { filter, ...paging }, now }) =>
    searchPage(ports, { accountId, operation: 'searchEmails', now }, paging, filter),
  );

/** One page of the messages that match. Relative times are relative to the time of the first page. */
async function searchPage(
  { log, mail, cursors }: MailPorts,
  { accountId, operation, now }: { readonly accountId: string; readonly operation: string; readonly now: number },
  { limit, cursor, offset }: Omit<Query, 'credential_id'>,
  filter: EmailFilter,
) {
  const binding = { account: accountId, operation, filter };
  const position = await openPosition(cursors, cursor, binding, searchPosition);
  const began = position?.began ?? now;
  const period = filter.internal_date === undefined ? {} : absolutePeriod(filter.internal_date, began);
  const [only, ...more] = filter.credential_id ?? [];
  const one = only !== undefined && more.length === 0;
  // The index of a credential holds no account, so the credential's account is checked first.
  if (one) await credentialOf(log, only, accountId);
  let skip = offset;
  const found = await mail.searchEmails({
    scope: one ? { credential: only } : { account: accountId },
    limit,
    after: position?.after ?? null,
    ...(period.gte === undefined ? {} : { from: period.gte }),
    ...(period.lt === undefined ? {} : { before: period.lt }),
    most: MAX_EXAMINED + offset,
    accept({ message, mailbox }) {
      if (message.accountId !== accountId || !matchesEmailFilter(message, mailbox.path, filter)) return false;
      if (skip === 0) return true;
      skip -= 1;
      return false;
    },
  });
  const reach = { examined: found.examined, reached: found.reached, complete: found.next === null };
  const next = found.next === null ? null : { after: found.next, began };
  return {
    status: 200 as const,
    data: found.items.map(toEmailResource),
    page: { limit, next_cursor: await sealPosition(cursors, next, binding) },
    coverage: coverageOf(reach, position === null ? period : periodSince(period, began, true), true),
  };
}

/** The credential or the account to search. Throws Problem not_found for a credential of another account. */
async function scopeOf(log: EventLog, accountId: string, credential: string | undefined): Promise<MailQuery['scope']> {
  if (credential === undefined) return { account: accountId };
  await credentialOf(log, credential, accountId);
  return { credential };
}

async function listEmailPages(
  { log, mail, cursors }: MailPorts,
  accountId: string,
  { limit, cursor, offset, credential_id: credential }: Query,
) {
  const scope = await scopeOf(log, accountId, credential);
  const binding = { account: accountId, operation: 'listEmails', filter: { credential } };
  let after: MailPosition | null = await openPosition(cursors, cursor, binding, mailPosition);
  for (let skip = offset; skip > 0; ) {
    const skipped = await mail.emails({ scope, limit: Math.min(skip, 100), after });
    skip -= skipped.items.length;
    after = skipped.next;
    if (after === null) return { status: 200 as const, data: [], page: { limit, next_cursor: null } };
  }
  const page = await mail.emails({ scope, limit, after });
  return {
    status: 200 as const,
    data: page.items.map(toEmailResource),
    page: { limit, next_cursor: await sealPosition(cursors, page.next, binding) },
  };
}
