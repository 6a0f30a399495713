/** A command that lasts for some time, as it was entered. */
import { hoursFrom } from '../dates/age.ts';

/** `until`: null for no end. `text`: null if there is none. */
export type Timed = { readonly until: string | null; readonly text: string | null };

/** The time is counted from `at` in ms, the first try of the command, so that each try sends the same body. */
export function timedOf(form: FormData, at: number): Timed {
  const text = String(form.get('text') ?? '').trim();
  return { until: hoursFrom(String(form.get('hours') ?? ''), at) ?? null, text: text === '' ? null : text };
}
