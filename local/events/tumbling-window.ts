/**
 * Tumbling windows of a stream mapping, for one shard, with Lambda's rules ("Implementing stateful DynamoDB stream
 * processing in Lambda"): every invocation names the shard and its window, and gets the state that the one before it
 * in this window returned; an answer without a state is a failure; a window ends with an invocation without records,
 * which is repeated until it succeeds.
 */
import * as z from 'zod';
import type { LambdaRecord } from './stream-record.ts';

const answerSchema = z.object({ state: z.record(z.string(), z.unknown()) });

export type WindowedShard = {
  readonly shardId: string;
  readonly streamArn: string;
  /** Length of a window. */
  readonly tumblingMs: number;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Called before a window's end is tried again; false when the poller was stopped. */
  readonly again: () => Promise<boolean>;
};

type Window = { readonly from: number; readonly to: number; state: Readonly<Record<string, unknown>> };

export function tumblingWindow({ shardId, streamArn, tumblingMs, invoke, again }: WindowedShard) {
  let open: Window | null = null;

  async function call(window: Window, records: readonly LambdaRecord[], isFinal: boolean): Promise<unknown> {
    const answer = await invoke({
      Records: records,
      window: { start: new Date(window.from).toISOString(), end: new Date(window.to).toISOString() },
      state: window.state,
      shardId,
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    });
    window.state = answerSchema.parse(answer).state;
    return answer;
  }

  async function close(window: Window): Promise<void> {
    for (let done = false; !done; ) {
      try {
        await call(window, [], true);
        done = true;
      } catch {
        if (!(await again())) return;
      }
    }
    open = null;
  }

  return {
    /** Ends the window if its time is over, or in any case at the end of the shard. */
    async endIfOver(isShardOver: boolean): Promise<void> {
      if (open !== null && (isShardOver || Date.now() >= open.to)) await close(open);
    },
    /** Sends a batch. Throws when the function fails. */
    async send(records: readonly LambdaRecord[]): Promise<unknown> {
      const from = Math.floor(Date.now() / tumblingMs) * tumblingMs;
      open ??= { from, to: from + tumblingMs, state: {} };
      return call(open, records, false);
    },
  };
}
