/**
 * One execution environment of one function: a worker thread that loads the bundle like Lambda and runs one invocation
 * at a time. It exchanges messages with its pool and has its own environment variables.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Invocation, Loads, Outcome } from './messages.ts';
import { resolveReservedNames } from './reserved-names.ts';

// Each environment loads this file, so it imports only what it needs.
const { assetDirectory, handlerName, compiledDirectory }: Loads = workerData;
enableCompileCache(compiledDirectory);
const [file = 'index', name = 'handler'] = handlerName.split('.');
resolveReservedNames();
const { [name]: handler } = await import(pathToFileURL(join(assetDirectory, `${file}.mjs`)).href);
if (typeof handler !== 'function') throw new Error(`${handlerName} is not a function`);

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
  // Now, because an environment is ended without notice. It writes only the first time.
  flushCompileCache();
});
parentPort?.postMessage({ ready: true });
