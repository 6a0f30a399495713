import * as z from 'zod';

const responseSchema = z.object({
  batchItemFailures: z
    .array(z.object({ itemIdentifier: z.string() }))
    .nullish()
    .transform((failures) => failures ?? []),
});

/**
 * The identifiers a function names as failed. Without `ReportBatchItemFailures` in the mapping nobody reads its answer:
 * returning is success. Throws when the answer is of another form, which Lambda takes for a failed batch.
 */
export function reportedFailures(answer: unknown, functionResponseTypes: readonly string[]): readonly string[] {
  if (!functionResponseTypes.includes('ReportBatchItemFailures')) return [];
  return responseSchema.parse(answer ?? {}).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
