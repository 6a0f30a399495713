import { Problem } from '../../http/problem.ts';
import { takePlace } from '../../sharing/account-share.ts';
import type { CredentialPorts } from './credential-ports.ts';

/** After about this time, one of the waiting tests may have ended. */
const AGAIN_AFTER_MS = 5_000;

/** Limits the waiting requests of an account: a slow mail server makes a test wait. Throws Problem rate_limited. */
export async function withPlace<Result>(
  accountId: string,
  { slots, ids, accountWaits }: Pick<CredentialPorts, 'slots' | 'ids' | 'accountWaits'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const place = await takePlace(
    accountId,
    { kind: 'waits', most: accountWaits },
    { slots, ids, now: () => Date.now() },
  );
  if (place === null) {
    const members = { limit: 'accountWaits', value: accountWaits };
    throw new Problem('rate_limited', { members, retryAfterMs: AGAIN_AFTER_MS });
  }
  try {
    return await work();
  } finally {
    await place.release();
  }
}
