/** Times in words. Instants are ISO 8601 in UTC, as the API has them. */

const STEPS = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/**
 * A length of time in its largest unit, `2h`; in two units if the first number is small, `1h 20m`. Below one second:
 * `0.2s`.
 */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 1_000) return length < 50 ? '0s' : `${(length / 1_000).toFixed(1)}s`;
  const index = STEPS.findIndex((step) => length >= step.ms);
  const step = STEPS[index];
  if (step === undefined) return '0s';
  const count = Math.floor(length / step.ms);
  const next = STEPS[index + 1];
  if (next === undefined || count >= 3) return `${count}${step.unit}`;
  const rest = Math.floor((length - count * step.ms) / next.ms);
  return rest === 0 ? `${count}${step.unit}` : `${count}${step.unit} ${rest}${next.unit}`;
}

/** How long ago, `2h`; in the future `in 2h`. */
export function age(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  return ms < 0 ? `in ${duration(-ms)}` : duration(ms);
}

/** Day and time of the viewer's time zone, to the second. */
export const dateAndTime = (instant: string): string =>
  new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** The instant that is `hours` from now; undefined if the text is no number. `now` in ms. */
export const hoursFrom = (hours: string, now: number): string | undefined =>
  /^\d{1,4}$/.test(hours) ? new Date(now + Number(hours) * 3_600_000).toISOString() : undefined;
