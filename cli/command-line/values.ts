/** What the values of options mean. Each parser throws commander's InvalidArgumentError, which names the option. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { suggestion } from './suggestion.ts';

export type Parser<Value> = (text: string) => Value;

export const words: Parser<string> = (text) => {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
};

/** One of the known words. Any other word is refused, with a suggestion of the closest known word. */
export const oneOf =
  <const Word extends string>(known: readonly Word[], prefix = ''): Parser<Word> =>
  (text) => {
    const found = known.find((each) => each === text || each === prefix + text);
    if (found === undefined)
      throw new InvalidArgumentError(suggestion(text.startsWith(prefix) ? text : prefix + text, known));
    return found;
  };

export const whole =
  (least: number, most: number): Parser<number> =>
  (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return value;
  };

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** A length of time like `90s`, `5m`, `2h` or `7d`, in milliseconds; a number alone is seconds. */
export const duration: Parser<number> = (text) => {
  const [, amount = '', unit = 's'] = /^(\d{1,9})(ms|[smhdw])?$/.exec(text) ?? [];
  if (amount === '') throw new InvalidArgumentError('It must be a length of time like 30s, 5m, 2h or 7d.');
  return Number(amount) * (UNITS.get(unit) ?? 0);
};

/** A length of time between two bounds (milliseconds). `kinds` names the bounds in the error text. */
export const durationFrom =
  (least: number, most: number, kinds: string): Parser<number> =>
  (text) => {
    const ms = duration(text);
    if (ms < least || ms > most) throw new InvalidArgumentError(`It must be ${kinds}.`);
    return ms;
  };

/** A time for a filter: an instant, or a length of time ago (`2h`), which the API counts back from its own clock. */
export const timeOrAge: Parser<string> = (text) =>
  /^\d{1,6}[smhdw]$/.test(text) ? `-${text}` : instantOf(text, 'a length of time ago like 2h, or an instant');

/** A time in the future: an instant, or a length of time from now (`2h`). */
export const futureTime: Parser<string> = (text) =>
  /^\d{1,6}[smhdw]$/.test(text)
    ? new Date(Date.now() + duration(text)).toISOString()
    : instantOf(text, 'a length of time like 2h, or an instant');

function instantOf(text: string, kinds: string): string {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError(`It must be ${kinds} like 2026-11-29T08:00Z.`);
  return new Date(at).toISOString();
}

/** JSON from the command line, from a file (`@file`) or from standard input (`@-`). The API checks its fields. */
export const json: Parser<ReturnType<typeof JSON.parse>> = (text) => {
  const content = text.startsWith('@') ? contentOf(text.slice(1)) : text;
  try {
    return JSON.parse(content);
  } catch {
    throw new InvalidArgumentError('It is not JSON.');
  }
};

export const fileContent: Parser<string> = (text) => contentOf(text);

function contentOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new InvalidArgumentError(`The file ${file} cannot be read.`);
  }
}
