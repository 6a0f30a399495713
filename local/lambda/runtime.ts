/**
 * One execution environment of one function: a worker thread that loads the bundle as Lambda would and runs one
 * invocation at a time. It talks to its pool by messages, and its environment is its own.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Invocation, Loads, Outcome } from './messages.ts';

// Each environment loads this file: it imports nothing that it can do without.
const { assetDirectory, handlerName }: Loads = workerData;
const [file = 'index', name = 'handler'] = handlerName.split('.');
const { [name]: handler } = await import(pathToFileURL(join(assetDirectory, `${file}.mjs`)).href);
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
  const before = process.threadCpuUsage();
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
  let outcome: Outcome;
  try {
    outcome = { id, ok: true, value: await handler(event, context), cpuMs: cpuMs() };
  } catch (error) {
    const { name, message, stack } =
      error instanceof Error ? error : { name: 'Error', message: String(error), stack: '' };
    console.error(JSON.stringify({ level: 'ERROR', message: 'unhandled', error: name, detail: message, stack }));
    outcome = { id, ok: false, error: name, cpuMs: cpuMs() };
  }
  parentPort?.postMessage(outcome);
});
parentPort?.postMessage({ ready: true });
