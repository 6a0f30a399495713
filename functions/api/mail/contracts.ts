import * as z from 'zod';
import { credentialId } from '../../domain/ids/ids.ts';
import { emailFilterSchema } from '../../domain/mail/email-filter.ts';
import { mailboxFilterShape } from '../../domain/mail/mailbox-filter.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery, searchBody } from '../../http/pagination.ts';
import { accountParams, emailParams } from '../parameters.ts';
import { emailResource, mailboxResource } from './resource.ts';

const query = listQuery({ credential_id: credentialId.optional() });

export const listMailboxesContract = contract({
  operation: 'listMailboxes',
  summary:
    'Lists the folders that syncs have seen, by credential and path. A page may hold fewer than `limit`: more follow until `next_cursor` is null.',
  params: accountParams,
  query: listQuery(mailboxFilterShape),
  body: noBody,
  replies: [{ status: 200, data: z.array(mailboxResource), list: 'page' }],
  problems: ['not_found'],
});

export const listEmailsContract = contract({
  operation: 'listEmails',
  summary: 'Lists the messages that syncs brought, newest first.',
  params: accountParams,
  query,
  body: noBody,
  replies: [{ status: 200, data: z.array(emailResource), list: 'page' }],
  problems: ['not_found'],
});

export const searchEmailsContract = contract({
  operation: 'searchEmails',
  summary: 'Searches the messages that syncs brought, newest first. No mail server is asked.',
  params: accountParams,
  query: noQuery,
  body: searchBody({ filter: emailFilterSchema.default({}) }),
  replies: [{ status: 200, data: z.array(emailResource), list: 'search' }],
  problems: ['not_found'],
  example: { filter: { folder: 'INBOX', seen: false, from: 'ann@example.com', internal_date: { gte: '-7d' } } },
});

export const getEmailContract = contract({
  operation: 'getEmail',
  summary: 'Shows the metadata of one message.',
  params: emailParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: emailResource }],
  problems: [],
});
