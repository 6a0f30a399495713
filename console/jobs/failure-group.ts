/** Failure groups: the jobs of a group as a list, and who must act. */
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

const WHO: Readonly<Record<Group['who'], string>> = {
  nobody: 'nobody, retried automatically',
  mailbox_owner: 'mailbox owner must act',
  operator: 'operator must act',
  us: 'report it to the makers',
};

export const whoMustAct = (who: Group['who']): string => WHO[who];
