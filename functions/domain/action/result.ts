/** The size limit of a result, in bytes of JSON: results are stored in events. */
export const RESULT_BYTES = 4_096;

/**
 * Fields that are removed, in this order, if the result is too large. The UIDs can still be found by comparing
 * mailboxes.
 */
const DROPPED_IN_ORDER = ['uid_map', 'missing', 'conflicted'];

export function fits(result: unknown): boolean {
  return new TextEncoder().encode(JSON.stringify(result)).length <= RESULT_BYTES;
}

/** The result, with as many of its UID sets as necessary replaced by null. */
export function fitting(result: unknown): unknown {
  let rest = result;
  for (const field of DROPPED_IN_ORDER) {
    if (fits(rest) || typeof rest !== 'object' || rest === null) break;
    if (field in rest) rest = { ...rest, [field]: null };
  }
  return rest;
}
