import { crossesAccounts } from '../domain/account/tenancy.ts';
import type { Job } from '../domain/job/job.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';

export type JobServer = { readonly host: string; readonly port: number };

/** The mail server of each of these jobs; null where it cannot be told. */
export type ServersOf = (jobs: readonly Job[]) => Promise<(job: Job) => JobServer | null>;

/**
 * The mail servers of jobs, as their credentials have them now. It cannot be told where the credential is gone, altered,
 * or of another account. One read per credential.
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
