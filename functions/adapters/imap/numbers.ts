/**
 * Numbers from a server. The library accepts any decimal number that is not too long. A number outside the range of
 * its kind (RFC 9051 section 9, RFC 7162 section 7) becomes null.
 */
import { MAX_UID } from '../../domain/sync/uid-set.ts';

const MAX_MODSEQ = 0x7fff_ffff_ffff_ffffn;

/** A UID or a UIDNEXT: 32 bits, not zero. */
export function toUid(value: number | undefined): number | null {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= MAX_UID ? value : null;
}

/** A count of messages: 32 bits. */
export function toCount(value: number | undefined): number | null {
  return value === 0 ? 0 : toUid(value);
}

/** 63 bits. Zero means that there are none (RFC 7162 section 3.1.2.2). */
export function toModseq(value: bigint | undefined): string | null {
  return value !== undefined && value > 0n && value <= MAX_MODSEQ ? String(value) : null;
}
