import * as z from 'zod';
import { count, fittingUidSet, messageSet } from './message-set.ts';

/** A system flag or a keyword (RFC 9051 section 9, flag): an atom. `\Deleted` is excluded: only an expunge sets it. */
const flag = z
  .string()
  .max(100)
  .regex(
    /^(\\(Seen|Answered|Flagged|Draft)|[!#$&'+\-./0-9:;<=>?@A-Z^_`a-z|~]+)$/,
    'must be a flag other than \\Deleted',
  );
const flags = z.array(flag).min(1).max(20).optional();

/** The first refinement below, for JSON Schema. Not as `anyOf`: type generators would make two payload types of it. */
const NAMES_A_FLAG = {
  if: { properties: { add: { not: {} } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { properties: { remove: {} }, required: ['remove'] },
};

/** The messages, and the flags to add and to remove. */
export const setFlagsPayload = z
  .strictObject({
    ...messageSet,
    add: flags,
    remove: flags,
    /** A MODSEQ: messages that changed after it are left unchanged (RFC 7162 section 3.1.3). */
    if_unchanged_since: z
      .string()
      .regex(/^\d{1,19}$/)
      .optional(),
  })
  .refine(({ add, remove }) => add !== undefined || remove !== undefined, 'names no flag')
  .refine(({ add = [], remove = [] }) => !add.some((one) => remove.includes(one)), 'adds and removes the same flag')
  .meta(NAMES_A_FLAG);
export type SetFlagsPayload = z.output<typeof setFlagsPayload>;

/** The number of changed messages, and the UIDs that were not changed. */
export const setFlagsResult = z.strictObject({
  changed: count,
  missing: fittingUidSet,
  conflicted: fittingUidSet,
  /** Keywords that the mailbox does not store. */
  rejected_flags: z.array(z.string()),
});
export type SetFlagsResult = z.infer<typeof setFlagsResult>;
