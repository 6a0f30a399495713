/** A result goes into an event, and so has a bound, whatever an action was asked to do. */
export const RESULT_BYTES = 4_096;

/** What gives way where the whole does not fit, in this order: who needs the UIDs can compare the mailboxes. */
const GIVES_WAY = ['uid_map', 'missing', 'conflicted'];

export function fits(result: unknown): boolean {
  return new TextEncoder().encode(JSON.stringify(result)).length <= RESULT_BYTES;
}

/** The result, with as many of its sets as needed put to null. */
export function fitting(result: unknown): unknown {
  let rest = result;
  for (const field of GIVES_WAY) {
    if (fits(rest) || typeof rest !== 'object' || rest === null) break;
    if (field in rest) rest = { ...rest, [field]: null };
  }
  return rest;
}
