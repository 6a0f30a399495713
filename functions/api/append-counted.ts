import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Counted, Quotas } from './accounts/quotas.ts';
import { appendRetrying, type Decision } from './append-retrying.ts';

export type Count = { readonly accountId: string; readonly kind: Counted; readonly now: number };

/**
 * Appends what makes a counted thing. `decide` calls `admit` when its events make one. A request is counted once, however
 * often it is decided again. When it made nothing, because it was refused or somebody else was faster, it is given back.
 * Throws Problem quota_exceeded, and what `appendRetrying` throws.
 */
export async function appendCounted<Result>(
  log: EventLog,
  quotas: Pick<Quotas, 'admit' | 'giveBack'>,
  { accountId, kind, now }: Count,
  decide: (admit: () => Promise<void>) => Promise<Decision<Result>>,
): Promise<Result> {
  const request = { counted: false, makesOne: false, appends: false };
  async function admit(): Promise<void> {
    if (!request.counted) await quotas.admit(accountId, kind, now);
    request.counted = true;
    request.makesOne = true;
  }
  const giveBack = async (): Promise<void> => {
    if (request.counted) await quotas.giveBack(accountId, kind, now);
  };
  try {
    const result = await appendRetrying(log, async () => {
      request.makesOne = false;
      request.appends = false;
      const decision = await decide(admit);
      request.appends = decision.events !== null;
      return decision;
    });
    if (!request.appends || !request.makesOne) await giveBack();
    return result;
  } catch (error) {
    // An append whose answer was lost may be in the log: it stays counted.
    if (error instanceof Problem || !request.appends || !request.makesOne) await giveBack();
    throw error;
  }
}
