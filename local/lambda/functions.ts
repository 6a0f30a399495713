import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import { type FunctionSettings, functionPool, type ReloadablePool } from './function-pool.ts';
import { bundleOf } from './reload.ts';

/** Most invocations are shorter than this, and a start takes longer. */
const PATIENCE_MS = 100;

const functionSchema = z.strictObject({
  Code: z.strictObject({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.literal('nodejs24.x'),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  LoggingConfig: z.strictObject({
    LogGroup: z.string(),
    LogFormat: z.string().optional(),
    ApplicationLogLevel: z.string().optional(),
  }),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});

/** The running functions of the template. */
export type Functions = {
  readonly pools: ReadonlyMap<string, ReloadablePool>;
  /** All variables of all functions. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** Variables that Lambda's runtime adds to a function's environment. */
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

/** All environments of a function write to its log, so the number of listeners has no limit. */
const openLog = (path: string) => createWriteStream(path, { flags: 'a', mode: 0o600 }).setMaxListeners(0);

/** The template's functions, with the bundles that would be uploaded and the environment of the template. */
export function makeFunctions(
  resources: readonly Resource[],
  /** Translates a variable's value of the template to this machine. */
  localized: (value: string) => string,
  assemblyDirectory: string,
  logDirectory: string,
  /** Variables that the platform adds to the environment of the function with this role. */
  platform: (function_: string, roleArn: string, logGroupArn: string) => Readonly<Record<string, string>>,
  run: Pick<FunctionSettings, 'lateMs' | 'sourceMaps' | 'most' | 'idleMs'>,
): Functions {
  const pools = new Map<string, ReloadablePool>();
  const logs = resources.map(({ id }) => [id, openLog(join(logDirectory, `${id}.log`))] as const);
  const environment: Record<string, string> = {};
  for (const resource of resources) {
    const { id } = resource;
    const settings = hosted(resource, functionSchema);
    const assetDirectory = bundleOf(resource.properties, assemblyDirectory);
    if (!existsSync(assetDirectory)) throw new Error(`the bundle of ${id} is missing from the assembly`);
    const variables = Object.fromEntries(
      Object.entries(settings.Environment.Variables).map(([name, value]) => [name, localized(value)]),
    );
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
        ...run,
        memoryMb: settings.MemorySize,
        environment: {
          ...variables,
          ...platform(id, settings.Role, `${settings.LoggingConfig.LogGroup}.Arn`),
          ...runtimeVariables(id, settings),
        },
        log,
        patienceMs: PATIENCE_MS,
        compiledDirectory: join(assemblyDirectory, 'compiled'),
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
