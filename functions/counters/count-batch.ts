import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import {
  changesByRow,
  type JobChange,
  type OtherChange,
  placeOf,
  type RowChange,
} from '../domain/views/count-changes.ts';
import { CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { kindOf } from '../domain/views/projections.ts';
import { accountOfRow, type ViewRow, viewRowSchema } from '../domain/views/row.ts';
import type { Counters } from '../ports/counters.ts';

const ROWS_AT_ONCE = 10;

/**
 * A batch of one shard of the Views table's stream. Lambda names the shard only if the mapping has a tumbling window
 * ("Implementing stateful DynamoDB stream processing in Lambda"); it also invokes at the end of a window, without
 * records.
 */
const batchSchema = z.object({
  shardId: z.string().min(1),
  Records: z.array(z.custom<DynamoDBRecord>((value) => typeof value === 'object' && value !== null)).default([]),
});

export type CountedBatch = {
  /** `state`: without a state, Lambda treats the invocation as failed. Nothing is kept in it (decision 40). */
  readonly response: {
    readonly state: Readonly<Record<string, never>>;
    readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  };
  readonly records: number;
  /** How many changes of counter rows were added, and how many had been added before. */
  readonly added: number;
  readonly repeated: number;
  readonly errors: readonly unknown[];
  /** When the oldest row of the batch was written, ms since the epoch; null for a batch without records. */
  readonly oldestAt: number | null;
};

/**
 * Adds the changes of this batch to the counters, each once. If a record cannot be read, only the records before it are
 * counted. If a counter row cannot be written, the other rows are still written. The response names the first record
 * that must be delivered again. Rows that have already counted a repeated record skip it. Throws when the batch names
 * no shard.
 */
export async function countBatch(batch: unknown, counters: Counters): Promise<CountedBatch> {
  const { shardId, Records: records } = batchSchema.parse(batch);
  const { changes, unread } = readChanges(records);
  const rows = [...changesByRow(changes, shardId)];
  const failedAt = unread === null ? [] : [unread.sequence];
  const errors: unknown[] = unread === null ? [] : [unread.error];
  let added = 0;
  let repeated = 0;
  const addTo = async ([row, some]: readonly [string, readonly RowChange[]]): Promise<void> => {
    try {
      const count = await counters.add(row, shardId, some);
      added += count;
      repeated += some.length - count;
    } catch (error) {
      errors.push(error);
      const [first] = some;
      const failed = changes.find(({ sequence }) => placeOf(sequence) === first?.place);
      if (failed !== undefined) failedAt.push(failed.sequence);
    }
  };
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    await Promise.all(rows.slice(start, start + ROWS_AT_ONCE).map(addTo));
  const [lowest] = failedAt.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const times = records.flatMap(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? []);
  return {
    response: { state: {}, batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest }] },
    records: records.length,
    added,
    repeated,
    errors,
    oldestAt: times.length === 0 ? null : Math.min(...times) * 1000,
  };
}

/**
 * The changes before the first record that cannot be read. A later record must not be counted before it, because the
 * mark of a counter row would then be after it.
 */
function readChanges(records: readonly DynamoDBRecord[]): {
  readonly changes: readonly (JobChange | OtherChange)[];
  readonly unread: { readonly sequence: string; readonly error: unknown } | null;
} {
  const changes: (JobChange | OtherChange)[] = [];
  for (const { dynamodb } of records) {
    const sequence = dynamodb?.SequenceNumber ?? '';
    try {
      const kind = kindOf(dynamodb?.Keys?.id?.S ?? '');
      if (kind === null) continue;
      const [before, after] = [rowIn(dynamodb?.OldImage), rowIn(dynamodb?.NewImage)];
      if (kind === 'job') changes.push({ sequence, before: before && jobOf(before), after: after && jobOf(after) });
      else {
        const account = accountOfRow(after) ?? accountOfRow(before);
        const credential = kind === 'pc' ? { before: credentialOf(before), after: credentialOf(after) } : null;
        if (account !== null) changes.push({ sequence, account, credential });
      }
    } catch (error) {
      return { changes, unread: { sequence, error } };
    }
  }
  return { changes, unread: null };
}

const attribute = z.custom<AttributeValue>((value) => typeof value === 'object' && value !== null);
const image = z.record(z.string(), attribute);

/** The row as the stream has it; null for no row. Throws when the row is damaged. */
const rowIn = (row: unknown): ViewRow | null =>
  row === undefined || row === null ? null : viewRowSchema.parse(unmarshall(image.parse(row)));

const credentialOf = (row: ViewRow | null) => row && CREDENTIAL_PROJECTION.fromRow(row);
