/** Schedules in words. A cron expression that these words cannot describe exactly is shown as it is. */
import type { Schemas } from '../../../client/index.ts';

type Schedule = Schemas['Task']['schedule'];

const UNITS = { m: 'minute', h: 'hour', d: 'day' } as const;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `every 5 minutes`; `at 09:00 from Monday to Friday (Europe/Berlin)`; or the expression itself. */
export function scheduleWords(schedule: Schedule): string {
  if (schedule === null) return 'only when it is run by hand';
  if ('every' in schedule) return every(schedule.every);
  const words = cronWords(schedule.cron);
  return `${words ?? `cron ${schedule.cron}`} (${schedule.time_zone})`;
}

function every(text: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd') return `every ${text}`;
  return Number(count) === 1 ? `every ${UNITS[unit]}` : `every ${Number(count)} ${UNITS[unit]}s`;
}

function cronWords(cron: string): string | null {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(/ +/);
  const time = timeWords(minute, hour);
  const days = dayWords(day, weekday);
  const months = month === '*' ? '' : listOf(month, 1, 12, (at) => MONTHS[at - 1] ?? '');
  if (time === null || days === null || months === null) return null;
  const isAtTimes = time.startsWith('at ');
  return [time, days === '' && isAtTimes ? 'every day' : days, months === '' ? '' : `in ${months}`]
    .filter((part) => part !== '')
    .join(' ');
}

/** A step that divides the whole evenly, because only then are the times evenly spread. */
function stepOf(field: string, whole: number): number | null {
  const step = Number(/^\*\/(\d{1,2})$/.exec(field)?.[1] ?? 0);
  return step > 0 && whole % step === 0 ? step : null;
}

const two = (number: number): string => String(number).padStart(2, '0');
const counted = (count: number, unit: string): string => (count === 1 ? `every ${unit}` : `every ${count} ${unit}s`);

function timeWords(minute: string, hour: string): string | null {
  const minutes = minute === '*' ? 1 : stepOf(minute, 60);
  if (minutes !== null) {
    if (hour === '*') return counted(minutes, 'minute');
    const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(hour) ?? [];
    if (from === undefined || to === undefined) return null;
    return `${counted(minutes, 'minute')} from ${two(Number(from))}:00 to ${two(Number(to))}:59`;
  }
  const at = numbers(minute, 0, 59);
  if (at === null) return null;
  const hours = hour === '*' ? 1 : stepOf(hour, 24);
  if (hours !== null && at.length === 1) return `${counted(hours, 'hour')} at minute ${at[0]}`;
  const of = numbers(hour, 0, 23);
  if (of === null || of.length * at.length > 6) return null;
  return `at ${joined(of.flatMap((each) => at.map((minutes) => `${two(each)}:${two(minutes)}`)))}`;
}

/** If both fields are set, cron runs on days that match either of them: no words are made for this case. */
function dayWords(day: string, weekday: string): string | null {
  const [anyDay, anyWeekday] = [day === '*' || day === '?', weekday === '*' || weekday === '?'];
  if (anyDay && anyWeekday) return '';
  if (anyDay) {
    const days = listOf(weekday, 0, 7, (at) => DAYS[at] ?? '');
    return days === null ? null : `${days.includes(' to ') ? 'from' : 'on'} ${days}`;
  }
  if (!anyWeekday) return null;
  if (day === 'L') return 'on the last day of the month';
  const days = numbers(day, 1, 31);
  if (days === null) return null;
  return `on ${days.length === 1 ? 'day' : 'days'} ${joined(days.map(String))} of the month`;
}

/** `1,3` as names; `1-5` as `Monday to Friday`. */
function listOf(field: string, least: number, most: number, nameOf: (at: number) => string): string | null {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(field) ?? [];
  if (from !== undefined && to !== undefined) {
    const [first, last] = [Number(from), Number(to)];
    return first >= least && first < last && last <= most ? `${nameOf(first)} to ${nameOf(last)}` : null;
  }
  const at = numbers(field, least, most);
  return at === null ? null : joined(at.map(nameOf));
}

function numbers(field: string, least: number, most: number): readonly number[] | null {
  if (!/^\d{1,2}(,\d{1,2})*$/.test(field)) return null;
  const all = [...new Set(field.split(',').map(Number))].sort((one, other) => one - other);
  return all.every((each) => each >= least && each <= most) ? all : null;
}

const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
