import * as z from 'zod';
import { ACCOUNT, REGION, type Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import type { FunctionPool } from './function-pool.ts';

const aliasSchema = z.strictObject({ FunctionName: z.string(), Name: z.string() });

/** The functions behind the names of the template. */
export type Targets = {
  /** Each pool by all names of it in the template: the function's id, the alias's ARN, and `function:alias`. */
  readonly pools: ReadonlyMap<string, FunctionPool>;
  /** The value of `Ref` of an alias: its ARN, by `<logical id>.Ref`. */
  readonly attributes: ReadonlyMap<string, string>;
};

/**
 * Resolves aliases to functions, which have only one version here. Throws Error for an alias of an unknown function.
 */
export function resolveAliases(aliases: readonly Resource[], functions: ReadonlyMap<string, FunctionPool>): Targets {
  const pools = new Map(functions);
  const attributes = new Map<string, string>();
  for (const resource of aliases) {
    const { id } = resource;
    const { FunctionName: name, Name: alias } = hosted(resource, aliasSchema);
    const pool = functions.get(name);
    if (pool === undefined) throw new Error(`${id} is an alias of an unknown function`);
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}:${alias}`;
    attributes.set(`${id}.Ref`, arn);
    pools.set(arn, pool).set(`${name}:${alias}`, pool);
  }
  return { pools, attributes };
}
