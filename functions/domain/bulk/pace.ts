/**
 * The pace of a bulk operation, `rate_per_second`. Commands that start jobs (retry, trigger) are spread: each job gets
 * its own start time, and the operation runs at most a few seconds ahead of these times. Commands that start nothing
 * (cancel, resolve, delete) are applied in portions of one second.
 */
import type { Bulk } from './bulk.ts';

const MAX_PER_CHUNK = 100;
/** A chunk that starts jobs covers at most this many seconds, so that an abort takes effect soon. */
const CHUNK_SECONDS = 5;
const SECOND_MS = 1_000;

type Paced = Pick<Bulk, 'action' | 'rate_per_second'>;

const makesStart = ({ action }: Paced): boolean => action === 'retry' || action === 'trigger';

/** The maximum number of jobs in a chunk. */
export function chunkSize(bulk: Paced): number {
  return Math.min(MAX_PER_CHUNK, bulk.rate_per_second * (makesStart(bulk) ? CHUNK_SECONDS : 1));
}

export type ChunkPace = {
  /** When the job at this index of the chunk may start, in ms; null: its command starts nothing. */
  startOf(place: number): number | null;
  /** When the next chunk may begin, in ms. */
  readonly nextAt: number;
  /** The same pace, delayed: the job at index `place` has its turn at `now` (ms). Never earlier than planned. */
  from(place: number, now: number): ChunkPace;
};

/** The pace of the pending chunk if it is applied at `now` (ms): after all starts of the previous chunks. */
export function paceOfChunk(bulk: Paced & Pick<Bulk, 'chunk' | 'next_at'>, now: number): ChunkPace {
  return paceFrom(bulk, Math.max(now, bulk.next_at === null ? 0 : Date.parse(bulk.next_at)));
}

/**
 * `begin`: the start of the chunk's first job, in ms. If one job is late, all later ones move too: the operation never
 * catches up in a burst.
 */
function paceFrom(bulk: Paced & Pick<Bulk, 'chunk'>, begin: number): ChunkPace {
  const after = (places: number): number => begin + Math.ceil((places * SECOND_MS) / bulk.rate_per_second);
  return {
    startOf: (place) => (makesStart(bulk) ? after(place) : null),
    nextAt: after(bulk.chunk.length),
    from: (place, now) => paceFrom(bulk, begin + Math.max(0, now - after(place))),
  };
}

/**
 * How long the operation rests before it begins a chunk at `now`: ms in whole seconds, as queue delays are; 0: no
 * rest. Chunks with start times begin a little early rather than late. Other chunks are combined up to one second of
 * the pace.
 */
export function restBeforeChunk(bulk: Paced & Pick<Bulk, 'next_at'>, now: number): number {
  const ahead = bulk.next_at === null ? 0 : Date.parse(bulk.next_at) - now;
  if (ahead <= 0) return 0;
  if (makesStart(bulk)) return Math.floor(ahead / SECOND_MS) * SECOND_MS;
  const chunkMs = (chunkSize(bulk) * SECOND_MS) / bulk.rate_per_second;
  return Math.max(0, Math.ceil((ahead + chunkMs - SECOND_MS) / SECOND_MS) * SECOND_MS);
}
