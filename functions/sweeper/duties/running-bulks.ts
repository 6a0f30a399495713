import { silentFrom } from '../../domain/views/bulk-view.ts';
import { loadBulk } from '../../streams/load-bulk.ts';
import type { Sweep } from '../sweep-ports.ts';
import { attempt, inParallel } from '../walk.ts';

/** Operations that have gone silent by their own log; the view may only be behind. */
export async function resumeBulks(ids: readonly string[], sweep: Sweep): Promise<void> {
  const resume = async (bulkId: string): Promise<void> => {
    const bulk = await loadBulk(bulkId, sweep);
    if (bulk?.status !== 'running' || sweep.now() < silentFrom(bulk)) return;
    await sweep.bulks.send({ bulk_id: bulkId, account_id: bulk.account_id, swept: true }, 0);
    sweep.result.bulksResumed += 1;
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => resume(id)));
}
