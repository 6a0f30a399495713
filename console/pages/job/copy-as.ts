/** The job as text to paste elsewhere. The text never holds a token: `curl` takes it from the environment. */
import type { Schemas } from '../../../client/index.ts';
import { quoted } from '../../text/shell-quote.ts';

type Job = Schemas['Job'];

export const asLink = (origin: string, account: string, { id }: Pick<Job, 'id'>): string =>
  `${origin}/a/${encodeURIComponent(account)}/jobs/${encodeURIComponent(id)}`;

export const asCurl = (origin: string, { id }: Pick<Job, 'id'>): string =>
  `curl -H "Authorization: Bearer $TOKEN" ${quoted(`${origin}/api/jobs/${encodeURIComponent(id)}`)}`;

export const asInboxctl = (account: string, { id }: Pick<Job, 'id'>): string =>
  `inboxctl jobs get ${quoted(id)} --why --account ${quoted(account)}`;

/** A report for the makers of the service, without payload and result, which may name messages. */
export const asReport = (job: Job): string =>
  [
    `job: ${job.id}`,
    `account: ${job.account_id}`,
    `action: ${job.action}`,
    `status: ${job.status}, version ${job.version}`,
    `host: ${job.host ?? 'unknown'}`,
    `attempts: ${job.attempt_count}`,
    `code: ${job.last_error_code ?? 'none'}`,
    `detail: ${job.last_error_detail ?? 'none'}`,
    `failed at: ${job.last_error_at ?? 'never'}`,
  ].join('\n');
