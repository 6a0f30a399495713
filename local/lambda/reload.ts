import { join } from 'node:path';
import * as z from 'zod';
import { type Assembly, resourcesOf } from '../template/assembly.ts';
import type { ReloadablePool } from './function-pool.ts';

/** `changed`: the template has changed, and the stack must be restarted. */
export type Reload = 'reloaded' | 'changed';

const codeSchema = z.object({ Code: z.object({ S3Key: z.string() }) });

/** The folder of a function's bundle in a cloud assembly, from the properties of the function. */
export function bundleOf(properties: Readonly<Record<string, unknown>>, assemblyDirectory: string): string {
  return join(assemblyDirectory, `asset.${codeSchema.parse(properties).Code.S3Key.replace(/\.zip$/, '')}`);
}

/** Loads the functions' bundles of `fresh`, if its template differs from the running one only in code. */
export function reloadFunctions(
  running: Assembly,
  fresh: Assembly,
  pools: ReadonlyMap<string, Pick<ReloadablePool, 'load'>>,
): Reload {
  if (withoutDigests(running) !== withoutDigests(fresh)) return 'changed';
  for (const { id, properties } of resourcesOf(fresh, 'AWS::Lambda::Function'))
    pools.get(id)?.load(bundleOf(properties, fresh.directory));
  return 'reloaded';
}

/**
 * Digests of code are in the keys of assets (SHA-256) and at the end of the ids of function versions (MD5), after the
 * eight hexadecimal digits that CDK uses to make ids unique.
 */
const DIGEST = /[0-9a-f]{64}|(?<=CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g;

const withoutDigests = ({ resources, exports }: Assembly): string =>
  JSON.stringify([resources, [...exports]]).replaceAll(DIGEST, '');
