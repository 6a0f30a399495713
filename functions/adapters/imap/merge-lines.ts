/**
 * One message's answer may arrive in several FETCH lines, and not each has the UID. A line without UID is identified
 * by its message number, and numbers change when messages are expunged (RFC 9051 section 7.5.1 allows that during UID
 * FETCH). So each number is converted to its value when the command was sent. If that is impossible, numbers are not
 * used: a line is never assigned to the wrong message.
 */
import { hasUid, type UidSet } from '../../domain/sync/uid-set.ts';

/** Maximum number of expunges in one answer that are tracked. */
const MAX_EXPUNGED = 1000;
/** More messages than any command requests: only a faulty or hostile server sends more. */
const MAX_NUMBERS = 1_000_000;
/** Maximum number of messages whose UID has not arrived yet. */
const MAX_WAITING = 1000;

export type LineMerger<T extends object> = {
  /** A FETCH line. Null for a number or a UID that is missing or invalid. */
  add(number: number | null, uid: number | null, fields: T): void;
  /** An EXPUNGE line. */
  expunged(number: number | null): void;
  /** Messages were removed, and their numbers are unknown. */
  renumbered(): void;
  /** Whether fields arrived that cannot be assigned: a field that a message lacks may be among them. */
  readonly isLossy: boolean;
};

/** Passes the fields of each line to `onFields` by UID, in order of arrival, only for the messages in `wanted`. */
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

  /** The server's numbers are inconsistent and are not used any more. */
  const distrust = (): void => {
    forget();
    trusted = false;
  };

  /** The message's number when the command was sent. */
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
      // Its other lines will not arrive.
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
