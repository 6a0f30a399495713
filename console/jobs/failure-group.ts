/** The jobs and mailboxes of a failure group. */
import type { Schemas } from '../../client/index.ts';
import type { JobsSearch } from './jobs-search.ts';

type Group = Schemas['FailureGroup'];

/**
 * The jobs of the group as a list. The list filters by the present server of each mailbox, the group counts by the
 * server at the time of the failure. They differ after a mailbox has moved. If the group has no server, the list has
 * all jobs with its code.
 */
export const searchOfGroup = (
  { code, host }: Pick<Group, 'code' | 'host'>,
  status: JobsSearch['status'] = ['failed', 'retrying'],
): JobsSearch => ({ status, code: [code], ...(host === null ? {} : { host: [host] }) });

/** `at least 100 mailboxes`. */
export const mailboxesWords = ({ count, more }: Group['credentials']): string =>
  `${more ? 'at least ' : ''}${count.toLocaleString('en')} ${count === 1 ? 'mailbox' : 'mailboxes'}`;
