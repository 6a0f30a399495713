/**
 * The tools that change something. They exist only with --allow-commands; the API also checks the role of the token.
 */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import type { Client, Schemas } from '../../client/index.ts';
import { futureTime } from '../command-line/values.ts';
import { frozen } from '../commands/job-filters.ts';
import type { Session } from '../session.ts';
import { dryRuns } from './dry-runs.ts';
import { filterOf, isEmpty, jobFilterFields } from './job-filter.ts';
import { answered, problemOf, ToolRefusal, UNTRUSTED } from './results.ts';

const ACTIONS = ['retry', 'resolve', 'trigger'] as const;
const MOST_JOBS = 20;
const SAMPLES = 5;
const HOW = 'Call bulk_dry_run again, show the new count to the user, then bulk_start.';

type BulkRequest = NonNullable<Parameters<Client['bulk']['start']>[0]['body']>;

const jobIds = z
  .array(z.string().regex(/^job_\w{1,60}$/, 'an id like job_…'))
  .min(1)
  .max(MOST_JOBS);
const reason = z.string().min(1).max(500).describe('why; it is kept in the audit');
const bulkFields = {
  action: z.enum(ACTIONS),
  filter: z.object(jobFilterFields).strict().describe('which jobs; at least one field'),
  reason,
  rate_per_second: z.int().min(1).max(1_000).optional().describe('jobs in a second (default 50)'),
};
const bulkArguments = z.object(bulkFields);
type BulkArguments = z.output<typeof bulkArguments>;

export function registerCommands(server: McpServer, session: Session): void {
  const { client, signal } = session;
  const changes = { readOnlyHint: false, destructiveHint: false, openWorldHint: true };

  const onJobs = (
    name: (typeof ACTIONS)[number],
    description: string,
    change: (job_id: string, why: string) => Promise<{ readonly data: Schemas['Job'] }>,
  ): void => {
    server.registerTool(
      `job_${name}`,
      {
        description: `${description} One job after the other; the result says for each what happened. ${UNTRUSTED}`,
        inputSchema: { job_ids: jobIds, reason },
        annotations: changes,
      },
      ({ job_ids, reason: why }) =>
        answered(async () => {
          const jobs: object[] = [];
          for (const job_id of new Set(job_ids))
            jobs.push(
              await change(job_id, why).then(
                ({ data: { status, version } }) => ({ job_id, ok: true, status, version }),
                (error: unknown) => ({ job_id, ok: false, problem: problemOf(error) }),
              ),
            );
          return { jobs };
        }),
    );
  };
  onJobs('retry', 'Give failed and retrying jobs all their attempts again.', (job_id, why) =>
    client.jobs.retry({ job_id, body: { reason: why }, signal }),
  );
  onJobs('resolve', 'Say that jobs need no more work.', (job_id, why) =>
    client.jobs.resolve({ job_id, body: { note: why }, signal }),
  );
  onJobs('trigger', 'Start one attempt now, whatever the jobs wait for.', (job_id, why) =>
    client.jobs.trigger({ job_id, body: { reason: why }, signal }),
  );
  registerMutes(server, session);
  registerBulk(server, session);
}

function registerMutes(server: McpServer, { client, signal }: Session): void {
  const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  const fields = {
    failure_group_id: z
      .string()
      .max(800)
      .regex(/^fgr_[\w-]+$/, 'an id fgr_… of failure_groups'),
    note: z.string().min(1).max(500).describe('why; it is shown with the group and kept in the audit'),
  };
  server.registerTool(
    'failure_group_mute',
    {
      description: `Mute a failure group, so that it does not ask for attention. It changes no job. ${UNTRUSTED}`,
      inputSchema: {
        ...fields,
        until: z.string().max(40).optional().describe('in 2h or 7d, or an instant; absent: until it is unmuted'),
      },
      annotations,
    },
    ({ failure_group_id, note, until }) =>
      answered(async () => {
        const body = { note, until: until === undefined ? undefined : futureTime(until) };
        return { group: (await client.failureGroups.mute({ failure_group_id, body, signal })).data };
      }),
  );
  server.registerTool(
    'failure_group_unmute',
    {
      description: `Let a muted failure group ask for attention again. ${UNTRUSTED}`,
      inputSchema: fields,
      annotations,
    },
    ({ failure_group_id, note }) =>
      answered(async () => ({
        group: (await client.failureGroups.unmute({ failure_group_id, body: { note }, signal })).data,
      })),
  );
}

function registerBulk(server: McpServer, { client, account, signal }: Session): void {
  const kept = dryRuns<BulkRequest>();

  const counted = async (request: BulkRequest): Promise<Schemas['BulkDryRun']> => {
    const body = { ...request, dry_run: true };
    const { data } = await client.bulk.start({ account_id: await account(), body, signal });
    if ('id' in data) throw new Error('The service started the operation instead of counting');
    if (!data.matched_is_exact)
      throw new ToolRefusal(
        'too_many_jobs',
        'More jobs match than the service counts exactly.',
        'Narrow the filter, for example by code, host or time.',
      );
    return data;
  };

  server.registerTool(
    'bulk_dry_run',
    {
      description: `Count the jobs that a bulk operation would change, and show some of them. Nothing is changed. It gives the dry_run_token that bulk_start needs. ${UNTRUSTED}`,
      inputSchema: bulkFields,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (given) =>
      answered(async () => {
        const request = requestOf(given);
        const { matched: count, sample } = await counted(request);
        const dry_run_token = kept.keep({ given, request, count });
        const fields = { action: given.action, filter: request.filter, count };
        return { ...fields, sample: sample.slice(0, SAMPLES), dry_run_token };
      }),
  );

  server.registerTool(
    'bulk_start',
    {
      description: `Change all jobs that a dry run counted. Needs the same arguments as bulk_dry_run, its dry_run_token and its count; it is refused if they differ, or if the number of jobs has changed. Ask the user before. Follow it with bulk_get. ${UNTRUSTED}`,
      inputSchema: { ...bulkFields, dry_run_token: z.string().max(100), count: z.int().min(1) },
      annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
    },
    ({ dry_run_token, count, ...given }) =>
      answered(async () => {
        const request = kept.take(dry_run_token, given, count);
        const { matched } = await counted(request);
        if (matched !== count)
          throw new ToolRefusal('count_differs', `Now ${matched} jobs match, not ${count}. Nothing was changed.`, HOW);
        const { data } = await client.bulk.start({ account_id: await account(), body: request, signal });
        if (!('id' in data)) throw new Error('The service counted instead of starting the operation');
        return { operation: data };
      }),
  );
}

/** The request with absolute times, so that its count and its start are about the same jobs. */
function requestOf({ action, filter, reason: why, rate_per_second: rate }: BulkArguments): BulkRequest {
  const chosen = filterOf(filter);
  if (isEmpty(chosen))
    throw new ToolRefusal(
      'filter_needed',
      'The filter is empty.',
      'Name the jobs by at least one field of the filter.',
    );
  const pace = rate === undefined ? {} : { rate_per_second: rate };
  return { action, reason: why, filter: frozen(chosen, Date.now()), ...pace };
}
