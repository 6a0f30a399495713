import type { Credential } from '../domain/credential/credential.ts';
import { foldCredential } from '../domain/credential/history.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import type { Envelope } from '../domain/event/event.ts';
import { condemningCodes } from '../domain/failure/catalogue.ts';
import type { JobFilter } from '../domain/search/job-filter.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import { countMatches } from '../queries/count-matches.ts';
import type { JoinPorts } from '../queries/join-jobs.ts';
import type { ServersOf } from '../queries/servers-of-jobs.ts';
import { appendOnce } from '../streams/append-once.ts';

const RATE_PER_SECOND = 10;
/** A job's failure is written before its credential's refusal, and simultaneous failures count as one refusal. */
const BEFORE_STRIKE_MS = 60_000;

/** For a filter that names a credential and no mail server: no server is read. */
const NO_SERVERS: ServersOf = async () => () => null;

/** The ports for the recovery of a credential's failed jobs. */
export type RecoverPorts = JoinPorts & { readonly log: EventLog; readonly ids: Pick<Ids, 'derive'> };

/**
 * After a refused credential becomes valid, the jobs that failed for that reason since the first refusal are retried.
 * This is a bulk operation of the system, so it is paced, resumable and in the audit. Its id is derived from the
 * event, so a record that is delivered twice starts it once.
 */
export async function recover(verified: Envelope, ports: RecoverPorts): Promise<void> {
  const history = await ports.log.read(verified.stream_id);
  const before = foldCredential(history.filter(({ version }) => version < verified.version));
  if (before === null || before.struck_at === null) return;
  const filter = failedByCredential(before, before.struck_at);
  const { account_id: accountId, at } = verified;
  const { matched, complete } = await countMatches(
    { ...ports, serversOf: NO_SERVERS },
    accountId,
    filter,
    Date.parse(at),
  );
  await appendOnce(ports.log, [
    {
      streamId: ports.ids.derive('blk', ['recovery', verified.stream_id, String(verified.version)]),
      version: 1,
      accountId,
      actor: SYSTEM.recovery,
      at,
      event: {
        type: 'BulkRequested',
        data: {
          action: 'retry',
          filter: { ...filter, created_at: { lt: at } },
          job_ids: null,
          created_before: at,
          limit: null,
          reason: 'The credential is good again.',
          rate_per_second: RATE_PER_SECOND,
          // If no job was found, the views do not contain the failed job yet.
          expected: complete && matched > 0 ? matched : null,
        },
      },
      audited: true,
    },
  ]);
}

function failedByCredential({ id }: Credential, since: string): JobFilter {
  return {
    credential_id: [id],
    status: ['failed'],
    last_error_code: [...condemningCodes()],
    failed_at: { gte: new Date(Date.parse(since) - BEFORE_STRIKE_MS).toISOString() },
  };
}
