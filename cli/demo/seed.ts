/**
 * Fills the demo account with a few hundred jobs of every state, through the public API alone. It takes up to some
 * minutes. What an interrupted run has made is not made again by the next one.
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
  /** Called with what begins now. */
  readonly onStep?: (what: string) => void;
};

/** `false`: the demo was complete already, and nothing was made. Throws what the client throws, or the signal's reason. */
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
