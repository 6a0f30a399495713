import { setTimeout as pause } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import { REQUESTS } from '../functions/adapters/aws/requests.ts';
import { sqsBulkQueue } from '../functions/adapters/sqs/bulk-queue.ts';
import { deadLetterUrl, sqsDeadLetters } from '../functions/adapters/sqs/dead-letters.ts';
import { sqsWorkQueue } from '../functions/adapters/sqs/work-queue.ts';
import { bulkMessageSchema } from '../functions/ports/bulk-queue.ts';
import { type WorkMessage, workMessageSchema } from '../functions/ports/work-queue.ts';
import { readRedriveOptions, UsageError } from '../functions/upkeep/options.ts';
import { type RedriveReport, redrive } from '../functions/upkeep/redrive.ts';

// Exit codes. 0: all known dead letters were sent (or counted, without --apply), 1: some are not messages of this
// service, 2: the tool could not run.
const PROGRESS_MS = 5_000;

const messageOf =
  <Schema extends z.ZodType>(schema: Schema) =>
  (body: string): z.infer<Schema> | null => {
    try {
      return schema.parse(JSON.parse(body));
    } catch {
      return null;
    }
  };

try {
  const options = readRedriveOptions(process.argv.slice(2), process.env);
  const { work, priority, bulk, apply } = options;
  const client = new SQSClient(REQUESTS);
  const jobs = sqsWorkQueue(client, { work, priority });
  const bulks = sqsBulkQueue(client, bulk);
  const sendWork = async (message: WorkMessage): Promise<void> => {
    if ((await jobs.send([{ message, delayMs: 0 }])).length > 0) throw new Error('the queue refused a message');
  };
  const pace = { apply, perSecond: options['per-second'] };
  let printed = Date.now();
  const line = (name: string, { redriven, foreign }: RedriveReport): string =>
    `${name}: ${redriven} ${apply ? 'sent again' : 'to send again'}, ${foreign} not ours`;
  const portsOf = async (name: string, url: string) => ({
    letters: sqsDeadLetters(client, await deadLetterUrl(client, url)),
    pause: (ms: number): Promise<void> => pause(ms),
    onProgress(soFar: RedriveReport): void {
      if (Date.now() - printed < PROGRESS_MS) return;
      printed = Date.now();
      console.log(line(name, soFar));
    },
  });
  const readWork = messageOf(workMessageSchema);
  const readBulk = messageOf(bulkMessageSchema);
  const send = { work: sendWork, bulk: (message: z.infer<typeof bulkMessageSchema>) => bulks.send(message, 0) };
  const reports = [
    ['work', await redrive({ ...(await portsOf('work', work)), read: readWork, send: send.work }, pace)],
    ['priority', await redrive({ ...(await portsOf('priority', priority)), read: readWork, send: send.work }, pace)],
    ['bulk', await redrive({ ...(await portsOf('bulk', bulk)), read: readBulk, send: send.bulk }, pace)],
  ] as const;
  for (const [name, report] of reports) {
    console.log(line(name, report));
    for (const id of report.foreignIds) console.error(`${name}: message ${id} is not ours and stays`);
  }
  if (!apply) console.log('Nothing was changed. With --apply they are sent again.');
  process.exitCode = reports.some(([, { foreign }]) => foreign > 0) ? 1 : 0;
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
