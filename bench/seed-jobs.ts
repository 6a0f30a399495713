import { BatchWriteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ids } from '../functions/adapters/ids/ids.ts';
import { categoryOf, FAILURE_CODES, type FailureCode } from '../functions/domain/failure/catalogue.ts';
import { foldJob } from '../functions/domain/job/history.ts';
import type { Job, JobStatus } from '../functions/domain/job/job.ts';
import { counterDelta } from '../functions/domain/views/counters.ts';
import { jobRow } from '../functions/domain/views/job-view.ts';

const YEAR_MS = 365 * 86_400_000;

/** The end of the year in which the jobs were created. */
export const END = Date.parse('2026-11-01T00:00:00.000Z');

/** The code of five failures in an account of any size. */
export const RARE_CODE: FailureCode = 'mailbox_corrupt';
/** How many write at once. */
const WRITERS = 10;
const CREDENTIALS = 50;
const TASKS = 200;

/** The id of credential `n`. */
export const credentialNumber = (n: number): string => `pc_01jgx${String(n).padStart(21, '0')}`;

/** The id of task `n`. */
export const taskNumber = (n: number): string => `tsk_01jgx${String(n).padStart(21, '0')}`;

/**
 * Writes an account of `count` jobs over one year directly into the views, with counters: 97 % succeeded, 1 % failed by
 * a dozen causes, the rest open or resolved. Every size has five failures of one rare cause and four scheduled jobs,
 * spread over the year.
 */
export async function seedJobs(
  client: DynamoDBDocumentClient,
  table: string,
  accountId: string,
  count: number,
): Promise<void> {
  const sums = new Map<string, Map<string, number>>();
  for (let start = 0; start < count; start += 2_500) {
    const jobs = Array.from({ length: Math.min(2_500, count - start) }, (_, at) =>
      jobNumber(accountId, start + at, count),
    );
    for (const [row, names] of counterDelta(
      jobs.map((after) => ({ before: null, after })),
      0,
    )) {
      const sum = sums.get(row) ?? new Map<string, number>();
      for (const [name, delta] of names) sum.set(name, (sum.get(name) ?? 0) + delta);
      sums.set(row, sum);
    }
    const chunks = Array.from({ length: Math.ceil(jobs.length / 25) }, (_, at) => jobs.slice(at * 25, at * 25 + 25));
    const work = async (): Promise<void> => {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) await put(chunk);
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
  }
  for (const [id, names] of sums) {
    const entries = [...names];
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression: `SET ${entries.map((_, at) => `#n${at} = :d${at}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#n${at}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, delta], at) => [`:d${at}`, delta])),
      }),
    );
  }

  async function put(jobs: readonly Job[]): Promise<void> {
    const RequestItems = { [table]: jobs.map((job) => ({ PutRequest: { Item: jobRow(job) } })) };
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems }));
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('the engine left items unprocessed');
  }
}

/** A few codes make up most failures. */
const COMMON: readonly FailureCode[] = FAILURE_CODES.filter((code) => code !== RARE_CODE).slice(0, 12);

function jobNumber(accountId: string, n: number, count: number): Job {
  const created = new Date(END - YEAR_MS + Math.floor((n / count) * YEAR_MS)).toISOString();
  const event = {
    stream_id: ids.next('job'),
    version: 1,
    type: 'JobRequested',
    schema: 1,
    account_id: accountId,
    at: created,
    actor: { kind: 'user' as const, id: 'ann' },
    append_id: 'a',
    data: {
      action: n % 10 === 0 ? 'imap_sync_mailboxes' : 'imap_sync_messages',
      payload: { folder: 'INBOX', full: false },
      task_id: taskNumber(n % TASKS),
      credential_id: credentialNumber(n % CREDENTIALS),
      generation: 1,
      priority: 0,
      labels: n % 2 === 0 ? ['nightly'] : ['hourly'],
      run_at: null,
      max_attempts: null,
      source: { kind: 'task', id: taskNumber(n % TASKS) },
    },
  };
  const job = foldJob([event]);
  if (job === null) throw new Error('no job');
  const every = (times: number): boolean => n % Math.floor(count / times) === 7;
  if (every(5)) return failed(job, RARE_CODE);
  if (n % Math.floor(count / 4) === 11)
    return { ...job, status: 'scheduled', next_attempt_at: '2027-01-01T00:00:00.000Z' };
  if (n % 100 === 1) return failed(job, COMMON[Math.floor(((n / 100) % 12) ** 2 / 12)] ?? 'unknown');
  const others: Partial<Record<number, JobStatus>> = { 3: 'queued', 5: 'retrying', 9: 'resolved', 13: 'running' };
  const status = others[n % 400];
  if (status !== undefined) return { ...job, status, finished_at: status === 'resolved' ? created : null };
  return {
    ...job,
    status: 'succeeded',
    attempt_count: 1,
    next_attempt_at: null,
    started_at: created,
    finished_at: created,
    result: { folders: 12, unchanged: 11, added: 3, updated: 0, removed: 0, moved: 0, unreadable: 0, resets: 0 },
    version: 3,
  };
}

function failed(job: Job, code: FailureCode): Job {
  return {
    ...job,
    status: 'failed',
    attempt_count: 3,
    next_attempt_at: null,
    started_at: job.created_at,
    finished_at: job.created_at,
    failed_at: job.created_at,
    last_error_code: code,
    last_error_category: categoryOf(code),
    last_error_detail: 'NO the server said why',
    last_error_at: job.created_at,
    version: 9,
  };
}
