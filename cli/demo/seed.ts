/**
 * Fills the demo account with a few hundred jobs of every state, through the public API alone. It may take some
 * minutes. A run after an interrupted run makes nothing twice.
 */
import type { Client } from '../../client/index.ts';
import { firstSyncs, requestJobs, startRefused, untilWorked } from './jobs.ts';
import { demoCredentials } from './mailboxes.ts';
import { COMPLETE, makeOperations, makeSchedules, makeWaiting } from './operators.ts';
import type { DemoPlace } from './place.ts';
import { makeDeliveries } from './webhooks.ts';

export type Seeding = {
  readonly client: Client;
  readonly place: DemoPlace;
  readonly signal: AbortSignal;
  /** Called at the start of each step, with its name. */
  readonly onStep?: (what: string) => void;
};

/**
 * Returns false if the demo was complete already, so that nothing was made. Throws the errors of the client, or the
 * reason of the signal.
 */
export async function seedDemo({ client, place, signal, onStep = () => undefined }: Seeding): Promise<boolean> {
  const account = { client, account_id: place.account, signal };
  const { data } = await client.tasks.search({
    account_id: place.account,
    body: { filter: { label: [COMPLETE] }, limit: 1 },
    signal,
  });
  if (data.length > 0) return false;
  onStep('mailboxes');
  const of = await demoCredentials(account, place);
  await firstSyncs(account, of);
  onStep('jobs');
  await requestJobs(account, of);
  onStep('webhook deliveries');
  await makeDeliveries(account, of);
  onStep('failures');
  await startRefused(account, of);
  await untilWorked(account);
  onStep('operations');
  await makeOperations(account);
  await makeWaiting(account, of);
  await makeSchedules(account, of);
  return true;
}
