import { crossesAccounts } from '../domain/account/tenancy.ts';
import type { Job } from '../domain/job/job.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';

/** `label`: the label of the credential that leads there. */
export type JobServer = { readonly host: string; readonly port: number; readonly label: string | null };

export type OfCredential = Pick<Job, 'credential_id' | 'account_id'>;
/** The mail server of each job; null if it is unknown. */
export type ServersOf = (jobs: readonly OfCredential[]) => Promise<(job: OfCredential) => JobServer | null>;

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
      return { host: connection.host, port: connection.port, label: connection.label };
    };
  };
}

/** The same servers, each credential read once: for one request that asks several times. */
export function readOnce(serversOf: ServersOf): ServersOf {
  const known = new Map<string, (job: OfCredential) => JobServer | null>();
  return async (jobs) => {
    const missing = jobs.filter(({ credential_id: id }) => !known.has(id));
    if (missing.length > 0) {
      const serverOf = await serversOf(missing);
      for (const { credential_id: id } of missing) known.set(id, serverOf);
    }
    return (job) => known.get(job.credential_id)?.(job) ?? null;
  };
}
