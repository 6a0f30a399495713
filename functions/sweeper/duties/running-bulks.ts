import { foldBulk } from '../../domain/bulk/bulk.ts';
import { silentFrom } from '../../domain/views/bulk-view.ts';
import type { Sweep } from '../sweep-ports.ts';
import { attempt, inParallel } from '../walk.ts';

/**
 * Resumes bulk operations that have written nothing for too long. Their own logs are checked, because the views may be
 * behind.
 */
export async function resumeBulks(ids: readonly string[], sweep: Sweep): Promise<void> {
  const resume = async (bulkId: string): Promise<void> => {
    const bulk = foldBulk(await sweep.log.current(bulkId));
    if (bulk?.status !== 'running' || sweep.now() < silentFrom(bulk)) return;
    await sweep.bulks.send({ bulk_id: bulkId, account_id: bulk.account_id, swept: true }, 0);
    sweep.result.bulksResumed += 1;
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => resume(id)));
}
