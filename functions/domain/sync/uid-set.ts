/**
 * Sets of UIDs as sorted ranges. A mailbox of 200,000 messages usually has few ranges, so nothing here makes an array
 * of single UIDs. Every set made here is canonical: ascending, disjoint, and no two ranges touch. Canonical sets are
 * equal exactly when their texts are.
 */
export type UidRange = readonly [low: number, high: number];
export type UidSet = readonly (readonly [number, number])[];

/** UIDs are unsigned 32-bit numbers above zero (RFC 9051 section 2.3.1.1). */
export const MAX_UID = 0xffff_ffff;

const MAX_TEXT = 16_000_000;
const ELEMENT = /^([1-9]\d{0,9})(?::([1-9]\d{0,9}))?$/;

function isUid(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_UID;
}

/** Sorts and joins ranges that overlap or touch. */
function canonical(ranges: UidRange[]): UidSet {
  ranges.sort((left, right) => left[0] - right[0]);
  const joined: UidRange[] = [];
  let last: UidRange | undefined;
  for (const range of ranges) {
    if (last && range[0] <= last[1] + 1) {
      last = [last[0], Math.max(last[1], range[1])];
      joined[joined.length - 1] = last;
    } else {
      last = range;
      joined.push(range);
    }
  }
  return joined;
}

/**
 * Reads an IMAP sequence-set (RFC 9051 section 9) of UIDs; `""` is the empty set, `"9:5"` means `"5:9"`. Throws
 * RangeError for anything else, including `*`, whose meaning depends on the mailbox's present state.
 */
export function parseUidSet(text: string): UidSet {
  if (text === '') return [];
  if (text.length > MAX_TEXT) throw new RangeError('The UID set is too long.');
  const ranges = text.split(',').map((element): UidRange => {
    const [, first, second] = ELEMENT.exec(element) ?? [];
    const from = Number(first);
    const to = second === undefined ? from : Number(second);
    if (!isUid(from) || !isUid(to)) throw new RangeError('Not a set of UIDs.');
    return from <= to ? [from, to] : [to, from];
  });
  return canonical(ranges);
}

/** The shortest sequence-set text: `"1:5,9"`, `""` for the empty set. */
export function formatUidSet(set: UidSet): string {
  return set.map(([low, high]) => (low === high ? `${low}` : `${low}:${high}`)).join(',');
}

/** The set of these UIDs, in any order, with or without duplicates. Throws RangeError if a number is not a UID. */
export function fromUids(uids: Iterable<number>): UidSet {
  const ranges: UidRange[] = [];
  let last: UidRange | undefined;
  for (const uid of uids) {
    if (!isUid(uid)) throw new RangeError('Not a UID.');
    if (last && uid >= last[0] && uid <= last[1] + 1) {
      last = [last[0], Math.max(last[1], uid)];
      ranges[ranges.length - 1] = last;
    } else {
      last = [uid, uid];
      ranges.push(last);
    }
  }
  return canonical(ranges);
}

export function uidCount(set: UidSet): number {
  return set.reduce((sum, [low, high]) => sum + high - low + 1, 0);
}

export function hasUid(set: UidSet, uid: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const range = set[middle];
    if (range === undefined) return false;
    if (uid < range[0]) high = middle - 1;
    else if (uid > range[1]) low = middle + 1;
    else return true;
  }
  return false;
}

export function unionUids(a: UidSet, b: UidSet): UidSet {
  return canonical([...a, ...b]);
}

/** The UIDs of `a` that are not in `b`. */
export function subtractUids(a: UidSet, b: UidSet): UidSet {
  const rest: UidRange[] = [];
  let next = 0;
  for (const [low, high] of a) {
    let from = low;
    while (next < b.length) {
      const cut = b[next];
      if (cut === undefined || cut[0] > high) break;
      if (cut[0] > from) rest.push([from, cut[0] - 1]);
      from = Math.max(from, cut[1] + 1);
      // This range of `b` may also cut the next range of `a`.
      if (cut[1] > high) break;
      next += 1;
    }
    if (from <= high) rest.push([from, high]);
  }
  return rest;
}

export function intersectUids(a: UidSet, b: UidSet): UidSet {
  return subtractUids(a, subtractUids(a, b));
}

/** The `n` highest UIDs of the set; all of them when it has fewer. */
export function lastUids(set: UidSet, n: number): UidSet {
  const taken: UidRange[] = [];
  let wanted = Math.max(0, Math.floor(n));
  for (const [low, high] of set.toReversed()) {
    if (wanted === 0) break;
    const from = Math.max(low, high - wanted + 1);
    taken.push([from, high]);
    wanted -= high - from + 1;
  }
  return taken.toReversed();
}

/** Windows of at most `n` UIDs, highest first; together they are the whole set. Throws RangeError unless `n` ≥ 1. */
export function splitUids(set: UidSet, n: number): UidSet[] {
  if (!Number.isInteger(n) || n < 1) throw new RangeError('A window holds at least one UID.');
  const windows: UidSet[] = [];
  let window: UidRange[] = [];
  let room = n;
  for (const [low, high] of set.toReversed()) {
    let to = high;
    while (to >= low) {
      const from = Math.max(low, to - room + 1);
      window.push([from, to]);
      room -= to - from + 1;
      to = from - 1;
      if (room === 0) {
        windows.push(window.toReversed());
        window = [];
        room = n;
      }
    }
  }
  if (window.length > 0) windows.push(window.toReversed());
  return windows;
}

/** Every UID of the set, ascending. */
export function* iterateUids(set: UidSet): Generator<number> {
  for (const [low, high] of set) for (let uid = low; uid <= high; uid += 1) yield uid;
}
