/** Failure groups: the jobs of a group as a list, and who must act. */
import type { Schemas } from '../../client/index.ts';
import type { JobsSearch } from './jobs-search.ts';

type Group = Schemas['FailureGroup'];

/**
 * The jobs of the group as a list. The list filters by the present server of each mailbox, the group counts by the server
 * at the failure: they differ once a mailbox has moved. Without a server it is all jobs with this code.
 */
export const searchOfGroup = (
  { code, host }: Pick<Group, 'code' | 'host'>,
  status: JobsSearch['status'] = ['failed', 'retrying'],
): JobsSearch => ({ status, code: [code], ...(host === null ? {} : { host: [host] }) });

const WHO: Readonly<Record<Group['who'], string>> = {
  nobody: 'nobody, retried by itself',
  mailbox_owner: 'mailbox owner must act',
  operator: 'operator must act',
  us: 'report it to the makers',
};

export const whoMustAct = (who: Group['who']): string => WHO[who];
