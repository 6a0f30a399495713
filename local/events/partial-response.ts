import * as z from 'zod';

const responseSchema = z.object({
  batchItemFailures: z
    .array(z.object({ itemIdentifier: z.string() }))
    .nullish()
    .transform((failures) => failures ?? []),
});

/**
 * The identifiers that a function reports as failed. Without `ReportBatchItemFailures` in the mapping the result is
 * ignored. Throws for an invalid result, which Lambda treats as a failed batch.
 */
export function reportedFailures(answer: unknown, functionResponseTypes: readonly string[]): readonly string[] {
  if (!functionResponseTypes.includes('ReportBatchItemFailures')) return [];
  return responseSchema.parse(answer ?? {}).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
