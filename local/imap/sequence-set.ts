import { Refusal } from './refusal.ts';

type Bound = number | '*';

/** Ranges of message numbers or UIDs, both ends included. */
export type SequenceSet = readonly { readonly from: Bound; readonly to: Bound }[];

/** `1:*,7` (RFC 9051 `sequence-set`). Throws a Refusal for anything else. */
export function parseSet(text: string): SequenceSet {
  return text.split(',').map((part) => {
    const [, from, to] = /^(\d{1,10}|\*)(?::(\d{1,10}|\*))?$/.exec(part) ?? [];
    if (from === undefined) throw new Refusal('BAD Invalid sequence set');
    return { from: bound(from), to: bound(to ?? from) };
  });
}

function bound(text: string): Bound {
  if (text === '*') return '*';
  const value = Number(text);
  if (value < 1 || value > 0xffff_ffff) throw new Refusal('BAD Invalid sequence set');
  return value;
}

/** Returns whether a number is in the set; `largest` replaces `*`. */
export function membership(set: SequenceSet, largest: number): (value: number) => boolean {
  const ranges = set
    .map(({ from, to }) => [from === '*' ? largest : from, to === '*' ? largest : to] as const)
    .map(([from, to]) => ({ low: Math.min(from, to), high: Math.max(from, to) }))
    .sort((a, b) => a.low - b.low);
  const merged: { low: number; high: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.low <= last.high + 1) last.high = Math.max(last.high, range.high);
    else merged.push({ ...range });
  }
  return (value) => {
    let low = 0;
    let high = merged.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = merged[middle];
      if (range === undefined || value < range.low) high = middle - 1;
      else if (value > range.high) low = middle + 1;
      else return true;
    }
    return false;
  };
}

/** Numbers, in their order, as a set: 1,2,3,5 becomes `1:3,5`. Only ascending runs are joined. */
export function formatSet(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    const first = numbers[at];
    let last = first;
    at += 1;
    while (last !== undefined && numbers[at] === last + 1) {
      last += 1;
      at += 1;
    }
    parts.push(first === last ? `${first}` : `${first}:${last}`);
  }
  return parts.join(',');
}
