import { namesServer } from '../domain/network/server-filter.ts';
import { credentialsOf } from '../domain/views/keys.ts';
import type { Views } from '../ports/views.ts';
import { indexChunks } from './index-chunks.ts';
import type { ServersOf } from './servers-of-jobs.ts';

/** Reading the servers of this many credentials costs as much as examining the jobs of one request. */
const MAX_CREDENTIALS = 500;
/** The maximum number of credentials whose jobs are read together: as many as a filter may name. */
const MAX_FOUND = 50;

/**
 * The account's credentials on these hosts. Null when it is better to examine all jobs: the account has more than 500
 * credentials, or more than 50 of them, or more than half, are on these hosts.
 */
export async function credentialsOnHosts(
  { views, serversOf }: { readonly views: Views; readonly serversOf: ServersOf },
  accountId: string,
  hosts: readonly string[],
): Promise<readonly string[] | null> {
  const partition = { index: 'account', key: credentialsOf(accountId) } as const;
  const all = { newestFirst: true, above: null, below: null };
  const { chunk, last } = await indexChunks(views, [partition], all, MAX_CREDENTIALS + 1)(MAX_CREDENTIALS);
  if (!last) return null;
  const credentials = chunk.map(({ id }) => ({ credential_id: id, account_id: accountId }));
  const serverOf = await serversOf(credentials);
  const found = credentials.filter((credential) => namesServer(hosts, serverOf(credential)));
  if (found.length > MAX_FOUND || found.length * 2 > credentials.length) return null;
  return found.map(({ credential_id: id }) => id);
}
