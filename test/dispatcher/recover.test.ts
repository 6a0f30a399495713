import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { recover } from '../../functions/dispatcher/recover.ts';
import { foldBulk } from '../../functions/domain/bulk/bulk.ts';
import type { CredentialEvent } from '../../functions/domain/credential/events.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { ACCOUNT, CREDENTIAL, failedWith, iso, requested, started, T0 } from '../domain/job/job-stream.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';

const MINUTE = 60_000;
const refused: CredentialEvent = {
  type: 'CredentialRefused',
  data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: null },
};
const verified: CredentialEvent = { type: 'CredentialVerified', data: { by: 'probe' } };
const added: CredentialEvent = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };

/** Jobs and events of the credential within ten minutes from T0, all projected. */
async function world(credentialLife: readonly CredentialEvent[]) {
  const log = memoryEventLog();
  const views = memoryViews();
  const append = async (streamId: string, version: number, at: number, event: CredentialEvent | JobEvent) => {
    const actor = { kind: 'worker' as const, id: 'w' };
    await log.append([{ streamId, version, accountId: ACCOUNT, actor, at: iso(at), credentialId: CREDENTIAL, event }]);
  };
  for (const [at, event] of credentialLife.entries()) await append(CREDENTIAL, at + 1, T0 + at * MINUTE, event);
  const job = async (at: number, ...events: JobEvent[]): Promise<string> => {
    const id = ids.next('job');
    for (const [index, event] of events.entries()) await append(id, index + 1, at, event);
    return id;
  };
  const project = () => projectOnce(log.all, { log, views, pause: async () => {} });
  const ports = { log, views, ids, leases: { read: async () => null }, slots: { fullUntil: async () => null } };
  const bulks = () => log.all.filter(({ type }) => type === 'BulkRequested');
  return { log, job, project, ports, bulks, credential: async () => (await log.read(CREDENTIAL)).at(-1) };
}

const FAILED: JobEvent[] = [requested(), started(), failedWith('auth_failed', null)];

describe('a credential that becomes valid again', () => {
  it('has the jobs that failed since its first refusal retried by the system, once', async () => {
    const { job, project, ports, bulks, credential } = await world([added, verified, refused, refused, verified]);
    await job(T0 + 3 * MINUTE, ...FAILED);
    await project();
    const event = await credential();
    if (event === undefined) throw new Error('no event');
    await Promise.all([recover(event, ports), recover(event, ports)]);
    await recover(event, ports);
    expect(bulks()).toHaveLength(1);
    const [requestedBulk] = bulks();
    expect(foldBulk(requestedBulk === undefined ? [] : [requestedBulk])).toMatchObject({
      action: 'retry',
      expected: 1,
      by: 'recovery',
      by_kind: 'system',
      // A minute before the first refusal, because the job of that refusal had failed just before.
      filter: { credential_id: [CREDENTIAL], status: ['failed'], failed_at: { gte: iso(T0 + MINUTE) } },
    });
  });

  it('retries no job that failed long before or for another reason, or that is not failed', async () => {
    const { job, project, ports, bulks, credential } = await world([added, verified, refused, refused, verified]);
    await job(T0 + MINUTE - 1, ...FAILED);
    await job(T0 + 3 * MINUTE, requested(), started(), failedWith('connection_closed', null));
    await job(T0 + 3 * MINUTE, requested());
    await project();
    const event = await credential();
    if (event !== undefined) await recover(event, ports);
    // The recovery is requested even without failed jobs in the views, because the views may be behind.
    expect(bulks().map(({ data }) => Object(data).expected)).toEqual([null]);
  });

  it('starts nothing if it was not refused before', async () => {
    const { job, project, ports, bulks, credential } = await world([added, verified, verified]);
    await job(T0 + 3 * MINUTE, ...FAILED);
    await project();
    const event = await credential();
    if (event !== undefined) await recover(event, ports);
    expect(bulks()).toEqual([]);
  });
});
