import { crossesAccounts } from '../domain/account/tenancy.ts';
import type { Job } from '../domain/job/job.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';

/** The mail server of a job's credential. */
export type JobServer = { readonly host: string; readonly port: number };

/** The mail server of each job; null if it is unknown. */
export type ServersOf = (jobs: readonly Job[]) => Promise<(job: Job) => JobServer | null>;

/**
 * The present mail servers of jobs, from their credentials. Unknown if the credential was deleted, altered, or belongs
 * to another account. One read per credential.
 */
export function jobServers(vault: Pick<CredentialVault, 'connections'>): ServersOf {
  return async (jobs) => {
    const connections = await vault.connections([...new Set(jobs.map(({ credential_id: id }) => id))]);
    return (job) => {
      const connection = connections.get(job.credential_id);
      if (connection === undefined || connection === 'unreadable' || crossesAccounts(job, connection)) return null;
      return { host: connection.host, port: connection.port };
    };
  };
}
