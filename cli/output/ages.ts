const STEPS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
] as const;

/** A length of time in its largest unit: `2h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, unit] = STEPS.find(([each]) => seconds >= each) ?? [1, 's'];
  return `${Math.floor(seconds / size)}${unit}`;
}

/** How long ago, or in how long, an instant is; null if there is none. */
export function age(at: string | null, now: number = Date.now()): string | null {
  if (at === null) return null;
  const ms = now - Date.parse(at);
  return ms < -500 ? `in ${span(-ms)}` : span(ms);
}

/** A number with separators: `1,204`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
