/**
 * When a scheduled task is due. Due times depend only on the schedule and the task's id, so every process computes the
 * same ones: a due time identifies one run. Each task is shifted by its own offset, so that ten thousand of them do
 * not start together.
 */
import { Cron } from 'croner';
import * as z from 'zod';
import { durationMs } from '../text/duration.ts';
import type { Schedule } from './shape.ts';

const MAX_INTERVAL_MS = 30 * 86_400_000;
/** The maximum shift of a cron occurrence. It is also at most a tenth of the time to the next occurrence. */
const MAX_SHIFT_MS = 300_000;
const REFERENCE = new Date(Date.UTC(2026, 0, 1));

const every = z.strictObject({
  every: z
    .string()
    .regex(/^\d{1,5}[mhd]$/, 'must be an interval like "5m", "6h" or "1d"')
    .refine((text) => durationMs(text) >= 60_000 && durationMs(text) <= MAX_INTERVAL_MS, 'must be 1 minute to 30 days'),
});
const cron = z.strictObject({
  /** Minute, hour, day of the month, month, day of the week. */
  cron: z
    .string()
    .max(100)
    .regex(/^[\d*,/\-A-Za-z?#L]+(?: +[\d*,/\-A-Za-z?#L]+){4}$/, 'must have five fields')
    .refine((text) => parsed(text, 'UTC')?.nextRun(REFERENCE) instanceof Date, 'must be a cron expression that occurs'),
  /** IANA name. */
  time_zone: z
    .string()
    .max(64)
    .refine((zone) => isTimeZone(zone), 'must be an IANA time zone')
    .default('UTC'),
});
export const scheduleSchema = z.union([every, cron]);

function parsed(pattern: string, timezone: string): Cron | null {
  try {
    return new Cron(pattern, { timezone, mode: '5-part' });
  } catch {
    return null;
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** FNV-1a, 32 bits: distributes evenly; not for security. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}

/** The due times of one task. All in ms since the epoch; null when there is none. */
type Calendar = {
  /** The first due time after `time`. */
  next(time: number): number | null;
  /** The last due time that is not after `time`. */
  last(time: number): number | null;
};

function calendarOf(schedule: Schedule, taskId: string): Calendar {
  const shift = hash(taskId);
  if ('every' in schedule) return intervals(durationMs(schedule.every), shift);
  const times = parsed(schedule.cron, schedule.time_zone);
  return times === null ? { next: () => null, last: () => null } : occurrences(times, shift);
}

function intervals(interval: number, shift: number): Calendar {
  const offset = shift % interval;
  const last = (time: number): number => Math.floor((time - offset) / interval) * interval + offset;
  return { next: (time) => last(time) + interval, last };
}

/**
 * The shift of an occurrence is less than the time to the next one, so due times have the order of their occurrences.
 * The due time that is searched belongs to the occurrence before `time`, or to one of its neighbours.
 */
function occurrences(times: Cron, shift: number): Calendar {
  const before = (time: number): number | null => times.previousRuns(1, new Date(time))[0]?.getTime() ?? null;
  const after = (time: number): number | null => times.nextRun(new Date(time))?.getTime() ?? null;
  // Occurrences are at whole seconds.
  const upTo = (time: number): number | null => before(Math.floor(time / 1_000) * 1_000 + 1_000);
  const dueOf = (occurrence: number): number => {
    const following = after(occurrence);
    const gap = following === null ? MAX_SHIFT_MS : (following - occurrence) / 10;
    return occurrence + (shift % Math.max(1, Math.floor(Math.min(MAX_SHIFT_MS, gap))));
  };
  return {
    next(time) {
      const begun = upTo(time);
      const due = begun === null ? null : dueOf(begun);
      if (due !== null && due > time) return due;
      const following = after(begun ?? time);
      return following === null ? null : dueOf(following);
    },
    last(time) {
      const begun = upTo(time);
      const due = begun === null ? null : dueOf(begun);
      if (begun === null || due === null || due <= time) return due;
      const earlier = before(begun);
      return earlier === null ? null : dueOf(earlier);
    },
  };
}

/** The first due time after `after` (ms); null when there is none. */
export function nextDue(schedule: Schedule, taskId: string, after: number): number | null {
  return calendarOf(schedule, taskId).next(after);
}

/**
 * The last due time after `after` and not after `now` (ms); earlier ones that were missed are dropped. Null when there
 * is none.
 */
export function latestDue(schedule: Schedule, taskId: string, after: number, now: number): number | null {
  const due = calendarOf(schedule, taskId).last(now);
  return due !== null && due > after ? due : null;
}

/** The next `count` due times after `now` (ms), as ISO. */
export function upcoming(schedule: Schedule, taskId: string, now: number, count: number): string[] {
  const calendar = calendarOf(schedule, taskId);
  const times: string[] = [];
  for (let due: number | null = now; times.length < count; ) {
    due = calendar.next(due);
    if (due === null) break;
    times.push(new Date(due).toISOString());
  }
  return times;
}
