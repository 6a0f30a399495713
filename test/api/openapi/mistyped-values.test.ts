import { expect, it } from 'vitest';
import { listLogsContract, searchLogsContract } from '../../../functions/api/audit/contracts.ts';
import { bulkJobsContract } from '../../../functions/api/bulk-operations/contracts.ts';
import { createCredentialContract, searchCredentialsContract } from '../../../functions/api/credentials/contracts.ts';
import { listJobsContract, searchJobsContract } from '../../../functions/api/jobs/contracts.ts';
import { createTaskContract } from '../../../functions/api/tasks/contracts.ts';
import type { AnyContract } from '../../../functions/http/contract.ts';
import { endpoint } from '../../../functions/http/endpoint.ts';
import { Problem } from '../../../functions/http/problem.ts';

const CALLER = {
  requestId: 'r',
  now: 0,
  path: '/',
  origin: 'http://localhost',
  actor: { uid: 'ann', role: 'owner' },
  accounts: ['acc_a'],
  accountId: 'acc_a',
  headers: { idempotencyKey: null, ifMatch: null, ifNoneMatch: null, waitMs: 0 },
  params: { account_id: 'acc_a' },
} as const;

/** The messages of the refusal, by pointer. */
async function refusal(contract: AnyContract, body: unknown, query: readonly [string, string][] = []) {
  const { run } = endpoint(contract, async () => ({ status: 200 }));
  const asked = new Map(query.map(([name, value]) => [name, [value]]));
  const error = await run({ ...CALLER, query: asked, body }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Problem)) throw new Error('it was not refused');
  expect(error.code).toBe('invalid_request');
  return new Map((error.errors ?? []).map(({ pointer, message }) => [pointer, message]));
}

it.each<[string, AnyContract, object, string, string]>([
  ['an action of the audit', searchLogsContract, { filter: { action: 'job_delete' } }, '/filter/action', 'job_deleted'],
  [
    'one of several actions',
    searchLogsContract,
    { filter: { action: ['job_deleted', 'job_retry_request'] } },
    '/filter/action/1',
    'job_retry_requested',
  ],
  [
    'an action of jobs',
    searchJobsContract,
    { filter: { action: 'imap_sync_mesages' } },
    '/filter/action',
    'imap_sync_messages',
  ],
  ['a status', searchJobsContract, { filter: { status: 'faild' } }, '/filter/status', 'failed'],
  [
    'an error code',
    searchJobsContract,
    { filter: { last_error_code: 'auth_faild' } },
    '/filter/last_error_code',
    'auth_failed',
  ],
  [
    'an error category',
    searchJobsContract,
    { filter: { last_error_category: ['transint'] } },
    '/filter/last_error_category/0',
    'transient',
  ],
  ['a status of credentials', searchCredentialsContract, { filter: { status: 'parkd' } }, '/filter/status', 'parked'],
  ['a bulk action', bulkJobsContract, { action: 'rerty', reason: 'x' }, '/action', 'retry'],
  ['a task type', createTaskContract, { task_type: 'imap_move_message' }, '/task_type', 'imap_move_messages'],
  ['a security mode', createCredentialContract, { security_mode: 'starttsl' }, '/security_mode', 'starttls'],
])('%s that is mistyped is refused, and the message names the right one', async (_, contract, body, pointer, meant) => {
  const messages = await refusal(contract, body);
  expect(messages.get(pointer)).toMatch(new RegExp(`; did you mean "${meant}"\\?$`));
});

it.each<[AnyContract, [string, string], string]>([
  [listLogsContract, ['action', 'job_delete'], 'job_deleted'],
  [listJobsContract, ['action', 'imap_sync_mailbox'], 'imap_sync_mailboxes'],
  [listJobsContract, ['last_error_code', 'provider_timeuot'], 'provider_timeout'],
])(
  'a mistyped parameter of $operation is refused, and the message names the right one',
  async (contract, asked, meant) => {
    const messages = await refusal(contract, {}, [asked]);
    expect(messages.get(`?${asked[0]}`)).toMatch(new RegExp(`did you mean "${meant}"\\?$`));
  },
);

it('a value that resembles no allowed one is refused without a suggestion, and is not repeated', async () => {
  const messages = await refusal(searchLogsContract, { filter: { action: 'zzzzzzzzzz' } });
  expect(messages.get('/filter/action')).not.toMatch(/did you mean|zzzz/);
});
