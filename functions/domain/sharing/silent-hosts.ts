/**
 * Mail servers that only time out, for one account. After five attempts in a row that timed out, the server is parked
 * for this account: its jobs are postponed without an attempt, for one minute at first, then twice as long each time,
 * up to 15 minutes. Then one job probes it. Any answer of the server, even a refusal, clears the record. Other
 * accounts do not affect it. Times in ms since the epoch.
 */
import * as z from 'zod';
import { serverName } from '../limits/mail-server.ts';

const hostRecordSchema = z.object({
  /** Number of attempts in a row that timed out. */
  timeouts: z.int().positive(),
  /** When the first of them ended (`since`) and the last (`last`). */
  since: z.number(),
  last: z.number(),
  /** How often it was parked in a row. */
  parks: z.int().nonnegative(),
  /** Until then no other job may use it; 0 while it is not parked. */
  until: z.number(),
  /** Whether a job is probing it: then `until` is when that job counts as lost. */
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
/** A probe without a result after this time counts as lost. */
export const PROBE_MS = 120_000;
/** How soon a job that meets a probe checks again. */
export const LOOK_AGAIN_MS = 30_000;
/** Without another timeout for this long, the record is cleared. */
export const FORGET_MS = 3_600_000;
/**
 * The maximum number of servers per account: they share an item that is read often. Servers that timed out earliest
 * are dropped first.
 */
export const MAX_HOSTS = 10;

export const hostKey = ({ host, port }: MailServer): string => serverName(host, port);

export type HostAdmission =
  | { readonly kind: 'free' }
  /** One job may probe it, after `next` is stored. */
  | { readonly kind: 'probe'; readonly next: HostRecord }
  /** `since`: the time of the first timeout. */
  | { readonly kind: 'parked'; readonly until: number; readonly since: number };

/** Whether a job may use a server with this record. */
export function admitToHost(record: HostRecord | undefined, now: number): HostAdmission {
  if (record === undefined || record.until === 0 || isForgotten(record, now)) return { kind: 'free' };
  const { since, until, probing } = record;
  if (until <= now) return { kind: 'probe', next: { ...record, until: now + PROBE_MS, probing: true } };
  return { kind: 'parked', since, until: probing ? Math.min(until, now + LOOK_AGAIN_MS) : until };
}

/**
 * The records after an attempt that timed out. The same object if nothing changes, because the attempt had started
 * before the server was parked. `began`: when the attempt began.
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
  return newestOf({ ...records, [key]: isParked ? parked(counted, now) : counted }, now);
}

/** The records after an attempt that the server answered; the same object if there was no record. */
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

function newestOf(records: HostRecords, now: number): HostRecords {
  const known = Object.entries(records).filter(([, record]) => !isForgotten(record, now));
  return Object.fromEntries(known.sort(([, one], [, other]) => other.last - one.last).slice(0, MAX_HOSTS));
}
