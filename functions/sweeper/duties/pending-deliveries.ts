import { makeJobs } from '../../deliveries/make-jobs.ts';
import { type Delivery, foldDelivery } from '../../domain/webhook/delivery.ts';
import type { Sweep } from '../sweep-ports.ts';
import { attempt, inParallel } from '../walk.ts';

/** After this time the dispatcher has normally handled the delivery. */
const UNDELIVERED_MS = 60_000;

/** Creates the jobs of deliveries that the dispatcher gave up on or has not reached yet. */
export async function makeLateJobs(ids: readonly string[], sweep: Sweep): Promise<void> {
  const late: Delivery[] = [];
  const load = async (id: string): Promise<void> => {
    const delivery = foldDelivery(await sweep.log.read(id));
    if (delivery !== null && sweep.now() - Date.parse(delivery.at) >= UNDELIVERED_MS) late.push(delivery);
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => load(id)));
  const { made, folded } = await makeJobs(late, sweep);
  sweep.result.delivered += made + folded;
}
