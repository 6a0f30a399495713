/**
 * One message's answer may come in several FETCH lines, of which not each has the UID. A line without UID is known by its
 * message number, and a number changes its message when messages are expunged (RFC 9051 section 7.5.1 allows that during
 * UID FETCH). So numbers are counted as they were when the command was sent, and where that cannot be done they are not
 * used: a line never reaches the wrong message.
 */
import { hasUid, type UidSet } from '../../domain/sync/uid-set.ts';

/** More expunges in one answer than are counted. */
const MAX_EXPUNGED = 1000;
/** More messages than a command is asked for, of a server that makes them up. */
const MAX_NUMBERS = 1_000_000;
/** Messages whose UID has not come yet. */
const MAX_WAITING = 1000;

export type LineMerger<T extends object> = {
  /** A FETCH line. Null for a number or a UID that the line has not, or that is none. */
  add(number: number | null, uid: number | null, fields: T): void;
  /** An EXPUNGE line. */
  expunged(number: number | null): void;
  /** Messages are gone, and it is not known under which numbers. */
  renumbered(): void;
  /** Whether fields have come that may belong to any message: what a message lacks may be among them. */
  readonly isLossy: boolean;
};

/** Hands over what each line tells, by UID and in the order of arrival, for the messages in `wanted` and no others. */
export function mergeLines<T extends object>(
  wanted: UidSet,
  onFields: (uid: number, fields: T) => void,
): LineMerger<T> {
  const uids = new Map<number, number>();
  const waiting = new Map<number, T>();
  const expunged: number[] = [];
  let trusted = true;
  let lost = false;
  let renumbered = false;

  const forget = (): void => {
    lost ||= waiting.size > 0;
    renumbered = true;
    uids.clear();
    waiting.clear();
    expunged.length = 0;
  };

  /** No use can be made of this server's numbers. */
  const distrust = (): void => {
    forget();
    trusted = false;
  };

  /** What the message's number was when the command was sent. */
  const first = (number: number): number => expunged.reduceRight((now, gone) => (now >= gone ? now + 1 : now), number);

  return {
    add(number, uid, fields) {
      const key = number === null || !trusted ? null : expunged.length === 0 ? number : first(number);
      if (uid === null) {
        const known = key === null ? undefined : uids.get(key);
        if (known !== undefined) onFields(known, fields);
        else if (key === null) lost = true;
        else {
          waiting.set(key, { ...waiting.get(key), ...fields });
          if (waiting.size > MAX_WAITING) distrust();
        }
        return;
      }
      const isWanted = hasUid(wanted, uid);
      if (key === null) {
        if (isWanted) onFields(uid, fields);
        return;
      }
      const known = uids.get(key);
      if (known !== undefined && known !== uid) distrust();
      else if (isWanted && known === undefined) uids.set(key, uid);
      const earlier = waiting.size === 0 ? undefined : waiting.get(key);
      if (earlier !== undefined) waiting.delete(key);
      if (isWanted) onFields(uid, earlier === undefined ? fields : { ...earlier, ...fields });
      if (uids.size > MAX_NUMBERS) distrust();
    },
    expunged(number) {
      if (number === null || expunged.length === MAX_EXPUNGED) return distrust();
      const key = first(number);
      // Its other lines will not come.
      if (uids.delete(key)) lost = true;
      waiting.delete(key);
      expunged.push(number);
    },
    renumbered: forget,
    get isLossy() {
      return lost || (renumbered && waiting.size > 0);
    },
  };
}
