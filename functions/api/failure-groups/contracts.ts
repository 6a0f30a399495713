import * as z from 'zod';
import { actionName } from '../../domain/action/catalogue.ts';
import { failureCategory, failureCode, failureWho } from '../../domain/failure/schema.ts';
import { failureGroupId } from '../../domain/failure-group/group-id.ts';
import { jobId } from '../../domain/ids/ids.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery } from '../../http/pagination.ts';
import { accountParams } from '../parameters.ts';

const instant = z.iso.datetime().nullable();
const params = z.strictObject({ failure_group_id: failureGroupId });

/** Whether an operator has muted the group, until when and why. */
export const mutedResource = z.strictObject({
  id: failureGroupId,
  code: failureCode,
  host: z.string().nullable(),
  muted: z.boolean(),
  muted_until: instant,
  note: z.string().nullable(),
  version: z.int(),
});

export const failureGroupResource = mutedResource.extend({
  category: failureCategory,
  who: failureWho,
  title: z.string(),
  action: z.string().meta({ enum: actionName.options }).nullable(),
  failed: z.int(),
  retrying: z.int(),
  credentials: z.strictObject({ count: z.int(), more: z.boolean() }),
  first_at: instant,
  last_at: instant,
  sample_job_id: jobId.nullable(),
});

export const listFailureGroupsContract = contract({
  operation: 'listFailureGroups',
  summary: 'Lists the failed and retrying jobs of an account, grouped by failure code and mail server.',
  params: accountParams,
  query: listQuery({
    by: z.literal('action').optional(),
    sort: z.enum(['-count', '-last_at']).default('-count'),
    muted: z.enum(['true', 'false']).optional(),
  }),
  body: noBody,
  replies: [{ status: 200, data: z.array(failureGroupResource), list: 'search' }],
  problems: [],
});

export const getFailureGroupContract = contract({
  operation: 'getFailureGroup',
  summary: 'Shows a failure group.',
  params,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: failureGroupResource, etag: true }],
  problems: [],
});

const note = oneLine(500).optional().meta({ description: 'Why. It is shown with the group until the next command.' });
const command = { params, query: noQuery, ifMatch: true } as const;
const replies = [{ status: 200, data: mutedResource, etag: true }] as const;

export const muteFailureGroupContract = contract({
  ...command,
  operation: 'muteFailureGroup',
  problems: ['quota_exceeded'],
  summary: 'Mutes a failure group, until a time or until it is unmuted: it no longer asks for attention.',
  body: z.strictObject({ until: z.iso.datetime().optional(), note }),
  replies,
  example: { until: '2027-01-01T00:00:00Z', note: 'the provider works on it' },
});

export const unmuteFailureGroupContract = contract({
  ...command,
  operation: 'unmuteFailureGroup',
  problems: [],
  summary: 'Lets a muted failure group ask for attention again.',
  body: z.strictObject({ note }),
  replies,
  example: { note: 'the provider says that it is repaired' },
});
