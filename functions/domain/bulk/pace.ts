/**
 * The pace of a bulk operation, `rate_per_second`. What it makes start (retry, trigger) is spread: each job gets a time
 * of its own, and the operation works at most some seconds ahead of these times. What starts nothing (cancel, resolve,
 * delete) is done a second's worth at a time.
 */
import type { Bulk } from './bulk.ts';

const MOST_PER_CHUNK = 100;
/** A chunk that makes jobs start is at most so many seconds ahead, so that an abort soon takes effect. */
const CHUNK_SECONDS = 5;
const SECOND_MS = 1_000;

type Paced = Pick<Bulk, 'action' | 'rate_per_second'>;

const makesStart = ({ action }: Paced): boolean => action === 'retry' || action === 'trigger';

/** How many jobs a chunk has at most. */
export function chunkSize(bulk: Paced): number {
  return Math.min(MOST_PER_CHUNK, bulk.rate_per_second * (makesStart(bulk) ? CHUNK_SECONDS : 1));
}

export type ChunkPace = {
  /** When the job at this place of the chunk may start, ms; null: its command starts nothing. */
  startOf(place: number): number | null;
  /** When the turn of the next chunk is, ms. */
  readonly nextAt: number;
  /** The same pace, later: for the jobs from this place on, whose turn comes at `now` (ms). Never earlier. */
  from(place: number, now: number): ChunkPace;
};

/** The pace of the pending chunk when it is applied at `now` (ms): after all starts of the chunks before. */
export function paceOfChunk(bulk: Paced & Pick<Bulk, 'chunk' | 'next_at'>, now: number): ChunkPace {
  return paceFrom(bulk, Math.max(now, bulk.next_at === null ? 0 : Date.parse(bulk.next_at)));
}

/** `begin`: the start of the first job of the chunk, ms. A late one moves all behind it: nothing catches up by a burst. */
function paceFrom(bulk: Paced & Pick<Bulk, 'chunk'>, begin: number): ChunkPace {
  const after = (places: number): number => begin + Math.ceil((places * SECOND_MS) / bulk.rate_per_second);
  return {
    startOf: (place) => (makesStart(bulk) ? after(place) : null),
    nextAt: after(bulk.chunk.length),
    from: (place, now) => paceFrom(bulk, begin + Math.max(0, now - after(place))),
  };
}

/**
 * How long the operation rests before it begins a chunk at `now`, in whole seconds as the queue delays, ms; 0: not at all.
 * It comes back early rather than late to jobs that have times of their own. Other chunks come together to no more than
 * a second's worth.
 */
export function restBeforeChunk(bulk: Paced & Pick<Bulk, 'next_at'>, now: number): number {
  const ahead = bulk.next_at === null ? 0 : Date.parse(bulk.next_at) - now;
  if (ahead <= 0) return 0;
  if (makesStart(bulk)) return Math.floor(ahead / SECOND_MS) * SECOND_MS;
  const chunkMs = (chunkSize(bulk) * SECOND_MS) / bulk.rate_per_second;
  return Math.max(0, Math.ceil((ahead + chunkMs - SECOND_MS) / SECOND_MS) * SECOND_MS);
}
