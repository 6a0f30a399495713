import * as z from 'zod';
import { auditAction } from '../../domain/audit/actions.ts';
import { SUBJECTS } from '../../domain/audit/entry.ts';
import { logFilterSchema } from '../../domain/audit/log-filter.ts';
import { actorSchema } from '../../domain/event/event.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery, searchBody } from '../../http/pagination.ts';
import { eventResource } from '../event-resource.ts';
import { accountParams, logParams } from '../parameters.ts';
import { logResource } from './resource.ts';

export const listLogsContract = contract({
  operation: 'listLogs',
  summary: 'Lists the audit of an account, newest first: who did what, when and why.',
  params: accountParams,
  query: listQuery({
    subject: z.array(z.enum(SUBJECTS)).min(1).max(50).optional(),
    subject_id: z.array(z.string().min(1).max(64)).min(1).max(50).optional(),
    action: z.array(auditAction).min(1).max(50).optional(),
    actor_id: z.array(actorSchema.shape.id.min(1).max(200)).min(1).max(50).optional(),
  }),
  body: noBody,
  replies: [{ status: 200, data: z.array(logResource), list: 'page' }],
  problems: [],
});

export const searchLogsContract = contract({
  operation: 'searchLogs',
  summary: 'Searches the audit of an account.',
  params: accountParams,
  query: noQuery,
  body: searchBody({
    filter: logFilterSchema.default({}),
    sort: z.enum(['-at', 'at']).default('-at'),
  }),
  replies: [{ status: 200, data: z.array(logResource), list: 'search' }],
  problems: [],
  example: { filter: { action: 'bulk_requested', actor_id: 'jane', at: { gte: '-7d' } } },
});

export const getLogContract = contract({
  operation: 'getLog',
  summary: 'Shows one entry of the audit.',
  params: logParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: logResource }],
  problems: [],
});

export const listLogEventsContract = contract({
  operation: 'listLogEvents',
  summary: 'Lists every event of the resource that an audit entry is about, oldest first.',
  params: logParams,
  query: listQuery({}),
  body: noBody,
  replies: [{ status: 200, data: z.array(eventResource), list: 'page' }],
  problems: [],
});
