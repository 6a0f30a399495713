/** The tools that only read. They are there for every role; the service decides what a token may see. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { timeOrAge } from '../command-line/values.ts';
import { period } from '../commands/job-filters.ts';
import type { Session } from '../session.ts';
import { AUDIT_ACTIONS, AUDIT_SUBJECTS, CODES } from '../vocabulary.ts';
import { filterOf, jobFilterFields } from './job-filter.ts';
import { answered, ToolRefusal, UNTRUSTED } from './results.ts';

const PAGE = 100;
/** How many events of a job are returned: the newest ones. */
const EVENTS = 100;

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_\\w{1,60}$`), `an id like ${prefix}_…`);
const paging = {
  limit: z.int().min(1).max(PAGE).default(20),
  cursor: z.string().max(4_000).optional().describe('next_cursor of the page before'),
};
const GROUPS = { host: 'host', credential: 'credential_id', code: 'last_error_code', waiting: 'waiting_on' } as const;
const CREDENTIAL_STATUSES = ['unverified', 'valid', 'suspect', 'parked', 'paused'] as const;
const TASK_STATUSES = ['idle', 'active', 'succeeded', 'failed', 'suspended'] as const;

export function registerReading(server: McpServer, { client, account, settings, signal }: Session): void {
  const reads = { readOnlyHint: true, openWorldHint: false };
  const config = <Fields extends z.ZodRawShape>(description: string, inputSchema: Fields) => ({
    description,
    inputSchema,
    annotations: reads,
  });

  server.registerTool('whoami', config('Who the token is for: user, role, accounts, and the service.', {}), () =>
    answered(async () => {
      const { uid, role, accounts } = (await client.service.me({ signal })).data;
      return { api: settings.api, account: await account(), uid, role, accounts };
    }),
  );

  server.registerTool(
    'jobs_search',
    config(`Search the jobs of the account, the newest first. ${UNTRUSTED}`, { ...jobFilterFields, ...paging }),
    ({ limit, cursor, ...given }) =>
      answered(async () => {
        const body = { filter: filterOf(given), limit, cursor, sort: '-created_at' as const };
        const { data, page, coverage } = await client.jobs.search({ account_id: await account(), body, signal });
        return { jobs: data, next_cursor: page.next_cursor, coverage };
      }),
  );

  server.registerTool(
    'job_get',
    config(`One job: its state, why it failed, who must act and how, and its events. ${UNTRUSTED}`, {
      job_id: id('job'),
    }),
    ({ job_id }) =>
      answered(async () => {
        const { data: job } = await client.jobs.get({ job_id, signal });
        const failures = job.last_error_code === null ? [] : (await client.service.failures({ signal })).data;
        const events = [];
        for await (const event of client.jobs.events.each({ job_id, signal })) events.push(event);
        const why = failures.find(({ code }) => code === job.last_error_code) ?? null;
        return { job, why, events: events.slice(-EVENTS), events_left_out: Math.max(0, events.length - EVENTS) };
      }),
  );

  server.registerTool(
    'jobs_stats',
    config(`Count the jobs by status, and the open and failed jobs by a group. ${UNTRUSTED}`, {
      by: z.enum(['host', 'credential', 'code', 'waiting']).optional(),
      host: z.string().min(1).max(300).optional(),
    }),
    ({ by, host }) =>
      answered(async () => {
        const { data } = await client.jobs.stats({
          account_id: await account(),
          ...(by === undefined ? {} : { group_by: GROUPS[by] }),
          ...(host === undefined ? {} : { host: [host] }),
          signal,
        });
        return data;
      }),
  );

  server.registerTool(
    'failure_groups',
    config(
      `The failed and retrying jobs in groups by failure code and mail server, with what operators have muted. ${UNTRUSTED}`,
      {
        by_action: z.boolean().optional().describe('an entry for each action of a group'),
        sort: z.enum(['count', 'last_failure']).default('count'),
        muted: z.boolean().optional().describe('false: only what asks for attention'),
        ...paging,
      },
    ),
    ({ by_action, sort, muted, limit, cursor }) =>
      answered(async () => {
        const { data, page, coverage } = await client.failureGroups.list({
          account_id: await account(),
          sort: sort === 'count' ? '-count' : '-last_at',
          ...(by_action === true ? { by: 'action' as const } : {}),
          ...(muted === undefined ? {} : { muted }),
          limit,
          ...(cursor === undefined ? {} : { cursor }),
          signal,
        });
        return { groups: data, next_cursor: page.next_cursor, coverage };
      }),
  );

  server.registerTool(
    'failures_explain',
    config('What codes of failures mean, who must act, and the next step. Without a code: all of them.', {
      code: z.enum(CODES).optional(),
    }),
    ({ code }) =>
      answered(async () => {
        const { data } = await client.service.failures({ signal });
        const failures = data.filter((each) => code === undefined || each.code === code);
        if (failures.length === 0)
          throw new ToolRefusal('not_found', `The service has no code ${code}.`, 'Call it without a code.');
        return { failures };
      }),
  );

  server.registerTool(
    'credentials_search',
    config(`Search the mailboxes: health, why one is parked, how many jobs wait. No secrets. ${UNTRUSTED}`, {
      status: z.array(z.enum(CREDENTIAL_STATUSES)).min(1).optional(),
      code: z.array(z.enum(CODES)).min(1).optional().describe('why it is parked'),
      host: z.array(z.string().min(1).max(300)).min(1).max(20).optional(),
      q: z.string().min(1).max(200).optional(),
      ...paging,
    }),
    ({ limit, cursor, code, ...given }) =>
      answered(async () => {
        const body = { filter: { ...given, status_reason: code }, limit, cursor };
        const { data, page } = await client.credentials.search({ account_id: await account(), body, signal });
        return { credentials: data, next_cursor: page.next_cursor };
      }),
  );

  server.registerTool(
    'tasks_search',
    config(`Search the tasks and their schedules. ${UNTRUSTED}`, {
      status: z.array(z.enum(TASK_STATUSES)).min(1).optional(),
      credential_id: z.array(id('pc')).min(1).max(20).optional(),
      label: z.array(z.string().min(1).max(64)).min(1).max(20).optional(),
      scheduled: z.boolean().optional(),
      ...paging,
    }),
    ({ limit, cursor, credential_id, ...given }) =>
      answered(async () => {
        const body = { filter: { ...given, target_credential_id: credential_id }, limit, cursor };
        const { data, page } = await client.tasks.search({ account_id: await account(), body, signal });
        return { tasks: data, next_cursor: page.next_cursor };
      }),
  );

  server.registerTool(
    'audit_search',
    config(`Who did what, when and why, the newest first. ${UNTRUSTED}`, {
      subject: z.array(z.enum(AUDIT_SUBJECTS)).min(1).optional(),
      subject_id: z.array(z.string().min(1).max(800)).min(1).max(20).optional(),
      action: z.array(z.enum(AUDIT_ACTIONS)).min(1).optional(),
      actor_id: z.array(z.string().min(1).max(200)).min(1).max(20).optional(),
      since: z.string().max(40).optional(),
      until: z.string().max(40).optional(),
      ...paging,
    }),
    ({ limit, cursor, since, until, ...given }) =>
      answered(async () => {
        const at = period(since && timeOrAge(since), until && timeOrAge(until));
        const body = { filter: { ...given, at }, limit, cursor };
        const { data, page } = await client.audit.search({ account_id: await account(), body, signal });
        return { entries: data, next_cursor: page.next_cursor };
      }),
  );

  server.registerTool(
    'bulk_get',
    config(`One bulk operation, how far it is, and how it ended for its jobs. ${UNTRUSTED}`, {
      bulk_id: id('blk'),
      outcome: z
        .array(z.enum(['done', 'skipped', 'failed']))
        .min(1)
        .optional(),
      ...paging,
    }),
    ({ bulk_id, outcome, limit, cursor }) =>
      answered(async () => {
        const { data: operation } = await client.bulk.get({ bulk_id, signal });
        const filter = outcome === undefined ? {} : { outcome };
        const at = cursor === undefined ? {} : { cursor };
        const { data: items, page } = await client.bulk.items({ bulk_id, limit, ...filter, ...at, signal });
        return { operation, items, next_cursor: page.next_cursor };
      }),
  );
}
