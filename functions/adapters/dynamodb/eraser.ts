import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DeleteCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Erasable, Eraser } from '../../ports/eraser.ts';
import { inParallel } from './batch-write.ts';
import { EVENTS, VIEWS } from './tables.ts';

const PARALLEL = 8;

/** The port over the tables of the log and the views. */
export function dynamoEraser(
  client: DynamoDBDocumentClient,
  tables: { readonly events: string; readonly views: string },
): Eraser {
  const eraseEvent = (streamId: string, { version, append_id }: Erasable): Promise<void> =>
    deleteIf({
      TableName: tables.events,
      Key: { [EVENTS.partitionKey]: streamId, [EVENTS.sortKey]: version },
      ConditionExpression: 'append_id = :a',
      ExpressionAttributeValues: { ':a': append_id },
    });

  /** Ignores an item that is already deleted or was replaced by another one. */
  async function deleteIf(input: DeleteCommandInput): Promise<void> {
    try {
      await client.send(new DeleteCommand(input));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    async eraseStream(streamId, events) {
      const between = [...events].sort((one, other) => one.version - other.version);
      const last = between.pop();
      const first = between.shift();
      await inParallel(between, PARALLEL, (event) => eraseEvent(streamId, event));
      for (const end of [first, last]) if (end !== undefined) await eraseEvent(streamId, end);
    },

    removeRow: (id, version) =>
      deleteIf({
        TableName: tables.views,
        Key: { [VIEWS.partitionKey]: id },
        ConditionExpression: 'v = :v',
        ExpressionAttributeValues: { ':v': version },
      }),
  };
}
