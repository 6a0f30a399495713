/**
 * Limits the requests per account and minute. Each process counts its own requests. The first few of a minute need no
 * permit; after that the process takes permits in blocks of up to ten from a table that all processes share. So a quiet
 * account costs no write, and a busy one costs a tenth of a write per request. The limit is not exact: it may be
 * exceeded by the free requests of each process, or reached early because processes hold unused permits.
 */
import type { LimitSettings } from '../domain/limits/settings.ts';
import type { Permits } from '../ports/permits.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { Problem } from './problem.ts';

const MINUTE_MS = 60_000;
const BLOCK = 10;
/** Maximum number of requests per minute that a process admits without a permit. */
const MAX_FREE = 20;
const FREE_SHARE = 0.02;

const LIMITS = { read: 'readsPerMinute', command: 'commandsPerMinute' } as const;
export type RequestKind = keyof typeof LIMITS;

/** Counts a request of the account at `now` (ms). Throws Problem rate_limited when the limit is reached. */
export type RequestLimits = (accountId: string, kind: RequestKind, now: number) => Promise<void>;

/** `left`: requests that this process may still admit; null: the account has used its limit of this minute. */
type Count = { left: number | null };

/** Makes the counter of one process. `limits`: requests per minute. */
export function requestLimits(permits: Permits, limits: LimitSettings): RequestLimits {
  let minute = 0;
  const counts = new Map<string, Count>();

  return async (accountId, kind, now) => {
    const current = Math.floor(now / MINUTE_MS);
    if (current !== minute) counts.clear();
    minute = current;
    const most = limits[LIMITS[kind]];
    const key = `${kind}#${accountId}`;
    const count = counts.get(key) ?? { left: Math.min(MAX_FREE, Math.floor(most * FREE_SHARE)) };
    counts.set(key, count);
    if (count.left === 0) count.left = await more(`${key}#${current}`, most, now);
    if (count.left === null)
      throw new Problem('rate_limited', {
        members: { limit: LIMITS[kind], value: most },
        retryAfterMs: (current + 1) * MINUTE_MS - now,
      });
    count.left -= 1;
  };

  /** Takes a block of permits; null when none are left. If the table cannot be read, the requests are admitted. */
  async function more(key: string, most: number, now: number): Promise<number | null> {
    const block = Math.min(BLOCK, Math.max(1, Math.floor(most / BLOCK)));
    try {
      return (await permits.take(key, block, most, now)) ? block : null;
    } catch (error) {
      logger.warn('request limit not checked', errorFields(error));
      return block;
    }
  }
}
