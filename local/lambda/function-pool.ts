/**
 * The execution environments of one function. Each runs one invocation at a time, and more are started while all are
 * busy, up to a maximum. An invocation first waits a moment for a free one, because a start takes longer than most
 * invocations. The first environment is started by the first invocation, and an idle one is ended after a while,
 * because each needs about 40 MB. An environment that crashes or exceeds its timeout is discarded and its invocation
 * fails, as on Lambda.
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
  /** Extra time after the timeout before an invocation is ended, ms; the handler sees only the timeout. */
  readonly lateMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Writable;
  readonly most: number;
  /** How long an invocation waits for a busy environment before another is started, ms. */
  readonly patienceMs: number;
  /** How long an idle environment is kept, ms. */
  readonly idleMs: number;
  /** Folder of compiled code, which starts share. */
  readonly compiledDirectory: string;
  /** Whether stack traces name the lines of the sources instead of those of the bundle. */
  readonly sourceMaps: boolean;
};

export class FunctionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FunctionError';
  }
}

/**
 * Memory for young objects, in MB: three semi-spaces of 4 MB, as in the worker on AWS. With V8's default each
 * environment would keep about 25 MB more garbage.
 */
const YOUNG_MB = 12;

type Environment = {
  readonly worker: Worker;
  /** The loaded bundle. */
  readonly bundle: string;
  readonly ready: Promise<void>;
  busy: boolean;
  /** The timer that ends the environment when it was idle for too long. */
  idle: NodeJS.Timeout | null;
};

export type FunctionPool = {
  readonly name: string;
  /** Runs the handler; throws FunctionError when it threw, crashed or ran out of time. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends all environments as if their machines had failed: running invocations fail. New environments follow. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

export type ReloadablePool = FunctionPool & {
  /** Uses the bundle in this directory from the next invocation on. Running invocations end with the old one. */
  load(assetDirectory: string): void;
};

export function functionPool(settings: FunctionSettings): ReloadablePool {
  const environments = new Set<Environment>();
  const waiting: (() => void)[] = [];
  const { handlerName, compiledDirectory } = settings;
  let bundle = settings.assetDirectory;
  let stopped = false;

  function launch(): Environment {
    const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      env: { ...settings.environment },
      execArgv: [...(settings.sourceMaps ? ['--enable-source-maps'] : []), '--disable-warning=ExperimentalWarning'],
      workerData: { assetDirectory: bundle, handlerName, compiledDirectory } satisfies Loads,
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

  /** Resolves when an environment becomes free, or after a moment if another one may be started. */
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
   * The report that Lambda writes at the end of each invocation, as far as it applies here. `cpuMs` is our addition: the
   * processor time does not grow on a busy machine, as the duration does. Null if the environment was lost.
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
