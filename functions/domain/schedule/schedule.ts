/**
 * When a scheduled task is due. Times are computed from the schedule and the task's id alone, so that every process at
 * any time comes to the same ones: a due time is a name for one run. Each task is shifted by an amount of its own, so
 * that ten thousand of them do not fire together.
 */
import { Cron } from 'croner';
import * as z from 'zod';
import { durationMs } from '../text/duration.ts';
import type { Schedule } from './shape.ts';

const MOST_INTERVAL_MS = 30 * 86_400_000;
/** An occurrence by cron is put off by at most this, and by at most a tenth of the time to the next one. */
const MOST_SHIFT_MS = 300_000;
const REFERENCE = new Date(Date.UTC(2026, 0, 1));

const every = z.strictObject({
  every: z
    .string()
    .regex(/^\d{1,5}[mhd]$/, 'must be an interval like "5m", "6h" or "1d"')
    .refine(
      (text) => durationMs(text) >= 60_000 && durationMs(text) <= MOST_INTERVAL_MS,
      'must be 1 minute to 30 days',
    ),
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

/** FNV-1a, 32 bits: spreads, and protects nothing. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}

/** The first due time after `after` (ms), null when there is none any more. */
export function nextDue(schedule: Schedule, taskId: string, after: number): number | null {
  const shift = hash(taskId);
  if ('every' in schedule) {
    const interval = durationMs(schedule.every);
    const offset = shift % interval;
    return (Math.floor((after - offset) / interval) + 1) * interval + offset;
  }
  const times = parsed(schedule.cron, schedule.time_zone);
  let occurrence = times?.nextRun(new Date(after - MOST_SHIFT_MS - 1_000)) ?? null;
  while (times !== null && occurrence !== null) {
    const following = times.nextRun(occurrence);
    const gap = following === null ? MOST_SHIFT_MS : (following.getTime() - occurrence.getTime()) / 10;
    const due = occurrence.getTime() + (shift % Math.max(1, Math.floor(Math.min(MOST_SHIFT_MS, gap))));
    if (due > after) return due;
    occurrence = following;
  }
  return null;
}

/** Looked back over, one after the other: what is frequent has been due lately. */
const BACK_MS = [3_600_000, 86_400_000, 32 * 86_400_000, 400 * 86_400_000];

/** The last due time after `after` and not after `now` (ms): those missed before it are gone. Null when there is none. */
export function latestDue(schedule: Schedule, taskId: string, after: number, now: number): number | null {
  for (const back of [...BACK_MS, Number.POSITIVE_INFINITY]) {
    const from = Math.max(after, now - back);
    let latest: number | null = null;
    for (let due = nextDue(schedule, taskId, from); due !== null && due <= now; due = nextDue(schedule, taskId, due))
      latest = due;
    if (latest !== null || from === after) return latest;
  }
  return null;
}

/** The next `count` due times after `now` (ms), as ISO. */
export function upcoming(schedule: Schedule, taskId: string, now: number, count: number): string[] {
  const times: string[] = [];
  for (
    let due = nextDue(schedule, taskId, now);
    due !== null && times.length < count;
    due = nextDue(schedule, taskId, due)
  )
    times.push(new Date(due).toISOString());
  return times;
}
