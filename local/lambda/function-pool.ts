/**
 * The execution environments of one function: each runs one invocation at a time, more are made while all are busy, up
 * to a cap. An invocation waits a moment for one that becomes free, because a launch takes longer than most invocations.
 * None is made before the first invocation, and one without work ends after a while, because each takes some 40 MB. An
 * environment that crashes or outlives its time-out is thrown away and its invocation fails, as on Lambda; the next one
 * gets a fresh environment.
 */
import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Loads, Outcome } from './messages.ts';

export type FunctionSettings = {
  readonly name: string;
  readonly assetDirectory: string;
  readonly handlerName: string;
  readonly timeoutMs: number;
  /** How much later than at its time-out an invocation is ended; the handler is given the time-out alone. */
  readonly lateMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Writable;
  readonly most: number;
  /** How long an invocation waits for a busy environment before another is made, in milliseconds. */
  readonly patienceMs: number;
  /** How long an environment without work is kept, in milliseconds. */
  readonly idleMs: number;
};

export class FunctionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FunctionError';
  }
}

/**
 * For young objects, in MB: three semi-spaces of 4 MB, as the worker has on AWS. V8's own choice keeps some 25 MB more of
 * garbage in each environment.
 */
const YOUNG_MB = 12;

type Environment = {
  readonly worker: Worker;
  /** The bundle that it has loaded. */
  readonly bundle: string;
  readonly ready: Promise<void>;
  busy: boolean;
  /** Runs while it is idle, and ends it. */
  idle: NodeJS.Timeout | null;
};

export type FunctionPool = {
  readonly name: string;
  /** Runs the handler; throws FunctionError when it threw, crashed or ran out of time. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends all environments as if the machines under them had died: what they were at fails. New ones follow. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

export type ReloadablePool = FunctionPool & {
  /** From the next invocation on, the handler is that of the bundle in this directory. What runs now ends as it began. */
  load(assetDirectory: string): void;
};

export function functionPool(settings: FunctionSettings): ReloadablePool {
  const environments = new Set<Environment>();
  const waiting: (() => void)[] = [];
  let bundle = settings.assetDirectory;
  let stopped = false;

  function launch(): Environment {
    const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      env: { ...settings.environment },
      execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      workerData: { assetDirectory: bundle, handlerName: settings.handlerName } satisfies Loads,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      stdout: true,
      stderr: true,
    });
    worker.stdout.pipe(settings.log, { end: false });
    worker.stderr.pipe(settings.log, { end: false });
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', () => reject(new FunctionError(`${settings.name} stopped while it started`)));
    });
    ready.catch(() => {});
    const environment: Environment = { worker, bundle, ready, busy: false, idle: null };
    environments.add(environment);
    worker.once('exit', () => environments.delete(environment));
    worker.on('error', (error) =>
      settings.log.write(
        `${JSON.stringify({ level: 'ERROR', message: 'crashed', error: error.name, stack: error.stack })}\n`,
      ),
    );
    return environment;
  }

  /** Resolves when an environment becomes free; where another may be made, after a moment at the latest. */
  function oneIsFree(): Promise<void> {
    return new Promise((resolve) => {
      const patience = environments.size < settings.most ? setTimeout(giveUp, settings.patienceMs) : undefined;
      function giveUp(): void {
        waiting.splice(waiting.indexOf(free), 1);
        resolve();
      }
      function free(): void {
        clearTimeout(patience);
        resolve();
      }
      waiting.push(free);
    });
  }

  async function acquire(): Promise<Environment> {
    let waited = false;
    for (;;) {
      if (stopped) throw new FunctionError(`${settings.name} is stopped`);
      const idle = [...environments].find(({ busy }) => !busy);
      if (idle === undefined && environments.size > 0 && (!waited || environments.size >= settings.most)) {
        await oneIsFree();
        waited = true;
        continue;
      }
      const environment = idle ?? launch();
      environment.busy = true;
      if (environment.idle !== null) clearTimeout(environment.idle);
      try {
        await environment.ready;
        return environment;
      } catch (error) {
        environments.delete(environment);
        waiting.shift()?.();
        throw new FunctionError(error instanceof Error ? error.message : String(error));
      }
    }
  }

  function release(environment: Environment): void {
    environment.busy = false;
    if (environment.bundle !== bundle) end(environment);
    else environment.idle = setTimeout(() => end(environment), settings.idleMs).unref();
    waiting.shift()?.();
  }

  function end(environment: Environment): void {
    environments.delete(environment);
    void environment.worker.terminate();
  }

  /**
   * The record that Lambda ends each invocation with, as far as there is something to say. `cpuMs` is of our own: unlike
   * the duration it is the same on a busy machine. Null when the environment was lost.
   */
  function report(durationMs: number, cpuMs: number | null): void {
    if (stopped) return;
    const metrics = { durationMs, billedDurationMs: Math.ceil(durationMs), memorySizeMB: settings.memoryMb, cpuMs };
    const record = { time: new Date().toISOString(), type: 'platform.report', record: { metrics } };
    settings.log.write(`${JSON.stringify(record)}\n`);
  }

  async function kill(): Promise<void> {
    await Promise.all([...environments].map(({ worker }) => worker.terminate()));
  }

  return {
    name: settings.name,
    async invoke(event) {
      const environment = await acquire();
      const began = performance.now();
      let cpuMs: number | null = null;
      try {
        const outcome = await runOn(environment.worker, event, settings);
        cpuMs = outcome.cpuMs;
        if (!outcome.ok) throw new FunctionError(`${settings.name} threw ${outcome.error}`);
        return outcome.value;
      } catch (error) {
        if (error instanceof EnvironmentLost) {
          environments.delete(environment);
          await environment.worker.terminate();
          throw new FunctionError(error.message);
        }
        throw error;
      } finally {
        report(performance.now() - began, cpuMs);
        release(environment);
      }
    },
    load(assetDirectory) {
      bundle = assetDirectory;
      for (const environment of environments) if (!environment.busy && environment.bundle !== bundle) end(environment);
    },
    kill,
    async stop() {
      stopped = true;
      for (const resume of waiting.splice(0)) resume();
      await kill();
    },
  };
}

class EnvironmentLost extends Error {}

function runOn(worker: Worker, event: unknown, settings: FunctionSettings): Promise<Outcome> {
  const { name, timeoutMs, lateMs, memoryMb } = settings;
  const id = randomUUID();
  return new Promise((resolve, reject) => {
    const lost = (): void => settle(() => reject(new EnvironmentLost(`${name} crashed`)));
    const late = setTimeout(() => settle(() => reject(new EnvironmentLost(`${name} timed out`))), timeoutMs + lateMs);
    const answered = (outcome: Outcome): void => {
      if (outcome.id === id) settle(() => resolve(outcome));
    };
    const settle = (end: () => void): void => {
      clearTimeout(late);
      worker.off('message', answered);
      worker.off('exit', lost);
      worker.off('error', lost);
      end();
    };
    worker.on('message', answered);
    worker.once('exit', lost);
    worker.once('error', lost);
    worker.postMessage({ id, event, deadline: Date.now() + timeoutMs, functionName: name, memoryMb });
  });
}
