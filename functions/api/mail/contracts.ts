import * as z from 'zod';
import { credentialId } from '../../domain/ids/ids.ts';
import { emailFilterSchema } from '../../domain/mail/email-filter.ts';
import { mailboxFilterShape } from '../../domain/mail/mailbox-filter.ts';
import { moment } from '../../domain/search/values.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery, searchBody } from '../../http/pagination.ts';
import { accountParams, emailParams } from '../parameters.ts';
import { emailResource, mailboxResource } from './resource.ts';

const { folder, from, subject } = emailFilterSchema.shape;
const yesOrNo = z.enum(['true', 'false']).optional();
const query = listQuery({
  credential_id: credentialId.optional(),
  folder: folder.unwrap().options[0].optional().describe('Only messages in one of these folders, by `path`.'),
  seen: yesOrNo.describe('Only messages with, or without, the flag `\\Seen`.'),
  flagged: yesOrNo.describe('Only messages with, or without, the flag `\\Flagged`.'),
  from: from.describe('Words that must all occur in name or address of the sender.'),
  subject: subject.describe('Words that must all occur in the subject.'),
  since: moment
    .optional()
    .describe('Only messages that arrived at this time or later: in UTC, or relative like `-7d`.'),
  until: moment.optional().describe('Only messages that arrived before this time: in UTC, or relative like `-1d`.'),
});

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
  summary:
    'Lists the messages that syncs have stored, newest first. A page may hold fewer than `limit`: more follow until `next_cursor` is null.',
  params: accountParams,
  query,
  body: noBody,
  replies: [{ status: 200, data: z.array(emailResource), list: 'page' }],
  problems: ['not_found'],
});

export const searchEmailsContract = contract({
  operation: 'searchEmails',
  summary: 'Searches the messages that syncs have stored, newest first. No mail server is asked.',
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
