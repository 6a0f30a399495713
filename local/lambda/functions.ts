import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resource } from '../template/assembly.ts';
import { type FunctionPool, functionPool } from './function-pool.ts';

/** Environments per function: enough to see concurrency, few enough for a laptop. */
const MOST_ENVIRONMENTS = 4;

/** Most invocations are shorter, and a launch takes longer. */
const PATIENCE_MS = 100;

/** A laptop gets its memory back a minute after the work is done. */
const IDLE_MS = 60_000;

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  LoggingConfig: z.object({ LogFormat: z.string().optional(), ApplicationLogLevel: z.string().optional() }).default({}),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});

export type Functions = {
  readonly pools: ReadonlyMap<string, FunctionPool>;
  /** Every variable that some function has. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** What Lambda's runtime puts into a function's environment of its own accord. */
function runtimeVariables(id: string, settings: z.infer<typeof functionSchema>): Record<string, string> {
  const { LogFormat, ApplicationLogLevel } = settings.LoggingConfig;
  return {
    AWS_LAMBDA_FUNCTION_NAME: id,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${id}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    ...(LogFormat === undefined ? {} : { AWS_LAMBDA_LOG_FORMAT: LogFormat }),
    ...(ApplicationLogLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }),
    _HANDLER: settings.Handler,
  };
}

/** The template's functions, each over the very bundle that would be uploaded and with the environment the template gives it. */
export function makeFunctions(
  resources: readonly Resource[],
  /** What a variable's value of the template is on this machine. */
  localized: (value: string) => string,
  assemblyDirectory: string,
  logDirectory: string,
  platform: Readonly<Record<string, string>>,
  /** How much later than at its time-out an invocation is ended, in milliseconds. */
  lateMs: number,
): Functions {
  const pools = new Map<string, FunctionPool>();
  const logs = resources.map(
    ({ id }) => [id, createWriteStream(join(logDirectory, `${id}.log`), { flags: 'a', mode: 0o600 })] as const,
  );
  const environment: Record<string, string> = {};
  for (const { id, properties } of resources) {
    const settings = functionSchema.parse(properties);
    const assetDirectory = join(assemblyDirectory, `asset.${settings.Code.S3Key.replace(/\.zip$/, '')}`);
    if (!existsSync(assetDirectory)) throw new Error(`the bundle of ${id} is missing from the assembly`);
    const { NODE_OPTIONS: _, ...given } = settings.Environment.Variables;
    const variables = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, localized(value)]));
    Object.assign(environment, variables);
    const log = logs.find(([name]) => name === id)?.[1];
    if (log === undefined) continue;
    pools.set(
      id,
      functionPool({
        name: id,
        assetDirectory,
        handlerName: settings.Handler,
        timeoutMs: settings.Timeout * 1000,
        lateMs,
        memoryMb: settings.MemorySize,
        environment: {
          ...variables,
          ...platform,
          ...runtimeVariables(id, settings),
        },
        log,
        most: MOST_ENVIRONMENTS,
        patienceMs: PATIENCE_MS,
        idleMs: IDLE_MS,
      }),
    );
  }
  return {
    pools,
    environment,
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
      await Promise.all(logs.map(([, log]) => new Promise<void>((resolve) => log.end(resolve))));
    },
  };
}
