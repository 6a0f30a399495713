/**
 * One execution environment of one function: a worker thread that loads the bundle as Lambda would and runs one
 * invocation at a time. It talks to its pool by messages, and its environment is its own.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import type { Invocation, Outcome } from './messages.ts';

const { assetDirectory, handlerName } = z
  .object({ assetDirectory: z.string(), handlerName: z.string() })
  .parse(workerData);
const handlerSchema = z
  .record(z.string(), z.unknown())
  .transform((module) => module[handlerName.split('.').at(-1) ?? '']);

const [file = 'index'] = handlerName.split('.');
const loaded: unknown = await import(pathToFileURL(join(assetDirectory, `${file}.mjs`)).href);
const handler = handlerSchema.parse({ ...Object(loaded) });
if (typeof handler !== 'function') throw new Error(`${handlerName} is no function`);

parentPort?.on('message', async ({ id, event, deadline, functionName, memoryMb }: Invocation) => {
  const context = {
    awsRequestId: id,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    logGroupName: functionName,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  let outcome: Outcome;
  try {
    outcome = { id, ok: true, value: await handler(event, context) };
  } catch (error) {
    const { name, message, stack } =
      error instanceof Error ? error : { name: 'Error', message: String(error), stack: '' };
    console.error(JSON.stringify({ level: 'ERROR', message: 'unhandled', error: name, detail: message, stack }));
    outcome = { id, ok: false, error: name };
  }
  parentPort?.postMessage(outcome);
});
parentPort?.postMessage({ ready: true });
