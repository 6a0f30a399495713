import { documentClient } from '../functions/adapters/dynamodb/client.ts';
import { copyCursorKey } from '../functions/adapters/dynamodb/cursor-key.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { hasViews, streamIds } from '../functions/adapters/dynamodb/log-scan.ts';
import { pauseWithJitter } from '../functions/adapters/dynamodb/pause.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { readReplayOptions, UsageError } from '../functions/upkeep/options.ts';
import { type ReplayReport, replay, ViewsNotEmpty } from '../functions/upkeep/replay.ts';

// Exit codes. 0: every stream is in the views, 1: some are not, 2: the tool could not run.
const line = ({ streams, events, written, unchanged, failed }: ReplayReport): string =>
  `${streams} streams, ${events} events: ${written} rows written, ${unchanged} unchanged, ${failed} failed`;

try {
  const options = readReplayOptions(process.argv.slice(2), process.env);
  const { events, views, parts, resume } = options;
  const client = documentClient();
  const begin = Date.now();
  let printed = begin;
  const report = await replay(
    {
      log: dynamoEventLog(client, events, ids),
      views: dynamoViews(client, views),
      streamIds: (part) => streamIds(client, events, { part, parts }),
      hasViews: () => hasViews(client, views),
      pause: pauseWithJitter,
      now: () => Date.now(),
      onProgress(soFar) {
        if (Date.now() - printed < 5_000) return;
        printed = Date.now();
        console.log(line(soFar));
      },
    },
    { parts, resume },
  );
  const from = options['key-from'];
  if (from !== undefined) console.log(`cursor key: ${await copyCursorKey(client, { from, to: views })}`);
  for (const { streamId, error } of report.failures)
    console.error(streamId, error instanceof Error ? error.message : error);
  console.log(`${line(report)}, in ${Math.round((Date.now() - begin) / 1000)} s`);
  process.exitCode = report.failed > 0 ? 1 : 0;
} catch (error) {
  if (error instanceof ViewsNotEmpty)
    console.error(
      `${error.message} A replay writes into an empty table. With --resume it adds the missing rows to this one.`,
    );
  else console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
