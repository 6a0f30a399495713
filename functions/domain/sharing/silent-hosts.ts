/**
 * Mail servers that only time out, as one account has met them. After five attempts in a row that timed out, with no
 * success in between, the server is parked for this account: its jobs are handed back untried, for a minute at first and
 * twice as long each further time, up to 15 minutes. Then one job probes it. An answer of the server, if only a refusal, forgets all of it. What other
 * accounts met there plays no part. Times in ms since the epoch.
 */
import * as z from 'zod';
import { serverName } from '../limits/mail-server.ts';

const hostRecordSchema = z.object({
  /** Attempts in a row that timed out. */
  timeouts: z.int().positive(),
  /** When the first of them ended, and the last. */
  since: z.number(),
  last: z.number(),
  /** How often it was parked in a row. */
  parks: z.int().nonnegative(),
  /** Until then no other job goes there; 0 while it is not parked. */
  until: z.number(),
  /** Whether a job is trying it: then `until` is when that job is taken to be lost. */
  probing: z.boolean(),
});
export type HostRecord = Readonly<z.infer<typeof hostRecordSchema>>;

/** By `host:port`. */
export const hostRecordsSchema = z.record(z.string(), hostRecordSchema);
export type HostRecords = Readonly<Record<string, HostRecord>>;

export type MailServer = { readonly host: string; readonly port: number };

export const TIMEOUTS_TO_PARK = 5;
const FIRST_PARK_MS = 60_000;
export const MAX_PARK_MS = 900_000;
/** A probe that has not ended by then is taken to be lost. */
export const PROBE_MS = 120_000;
/** How soon jobs that meet a probe look again. */
export const LOOK_AGAIN_MS = 30_000;
/** Without another time-out for so long, what was before is forgotten. */
export const FORGET_MS = 3_600_000;
/** Servers of one account that are kept: they share a row that is read often. The one that timed out last is kept longest. */
export const MOST_HOSTS = 10;

export const hostKey = ({ host, port }: MailServer): string => serverName(host, port);

export type HostAdmission =
  | { readonly kind: 'free' }
  /** One job may try it, once `next` is kept. */
  | { readonly kind: 'probe'; readonly next: HostRecord }
  /** `since`: of the first time-out. */
  | { readonly kind: 'parked'; readonly until: number; readonly since: number };

/** Whether a job may go to a server of which this is known. */
export function admitToHost(record: HostRecord | undefined, now: number): HostAdmission {
  if (record === undefined || record.until === 0 || isForgotten(record, now)) return { kind: 'free' };
  const { since, until, probing } = record;
  if (until <= now) return { kind: 'probe', next: { ...record, until: now + PROBE_MS, probing: true } };
  return { kind: 'parked', since, until: probing ? Math.min(until, now + LOOK_AGAIN_MS) : until };
}

/**
 * The records after an attempt that timed out; the same object when that says nothing new: the attempt was under way
 * already when the server was parked. `began`: when the attempt began.
 */
export function afterTimeout(
  records: HostRecords,
  key: string,
  { began, probe }: { readonly began: number; readonly probe: boolean },
  now: number,
): HostRecords {
  const known = records[key];
  const old = known === undefined || isForgotten(known, now) ? null : known;
  if (old !== null && !probe && began < old.until) return records;
  const timeouts = (old?.timeouts ?? 0) + 1;
  const counted = { timeouts, since: old?.since ?? now, last: now, parks: old?.parks ?? 0, until: 0, probing: false };
  const isParked = counted.parks > 0 || timeouts >= TIMEOUTS_TO_PARK;
  return mostOf({ ...records, [key]: isParked ? parked(counted, now) : counted }, now);
}

/** The records after an attempt that the server has served; the same object when there is nothing to forget. */
export function afterSuccess(records: HostRecords, key: string): HostRecords {
  if (records[key] === undefined) return records;
  const { [key]: _, ...others } = records;
  return others;
}

function parked(record: HostRecord, now: number): HostRecord {
  const ms = Math.min(MAX_PARK_MS, FIRST_PARK_MS * 2 ** Math.min(record.parks, 10));
  return { ...record, parks: record.parks + 1, until: now + ms };
}

const isForgotten = ({ last }: HostRecord, now: number): boolean => last + FORGET_MS <= now;

function mostOf(records: HostRecords, now: number): HostRecords {
  const known = Object.entries(records).filter(([, record]) => !isForgotten(record, now));
  return Object.fromEntries(known.sort(([, one], [, other]) => other.last - one.last).slice(0, MOST_HOSTS));
}
