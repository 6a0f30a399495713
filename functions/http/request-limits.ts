/**
 * Requests per account and minute. Each process counts by itself and takes permits for ten requests at a time from the
 * table that all share; the first few of a minute need none. So a quiet account costs no write, a busy one a tenth of a
 * write per request. The count is not exact: the limit may be exceeded by the free requests of each process, and be
 * reached early by the permits that each process holds.
 */
import type { LimitSettings } from '../domain/limits/settings.ts';
import type { Permits } from '../ports/permits.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { Problem } from './problem.ts';

const MINUTE_MS = 60_000;
const BLOCK = 10;
/** Requests a minute that a process lets pass without a permit, unless the limit is small. */
const MAX_FREE = 20;
const FREE_SHARE = 0.02;

const LIMITS = { read: 'readsPerMinute', command: 'commandsPerMinute' } as const;
export type RequestKind = keyof typeof LIMITS;

/** Counts a request of the account at `now` (ms). Throws Problem rate_limited. */
export type RequestLimits = (accountId: string, kind: RequestKind, now: number) => Promise<void>;

/** `left`: what this process may still let pass; null: the account has had all of this minute. */
type Count = { left: number | null };

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

  /** Further permits; null when there are none. A table that cannot be asked refuses nobody. */
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
