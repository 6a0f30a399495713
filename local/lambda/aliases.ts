import * as z from 'zod';
import { ACCOUNT, REGION, type Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import type { FunctionPool } from './function-pool.ts';

const aliasSchema = z.strictObject({ FunctionName: z.string(), Name: z.string() });

export type Targets = {
  /** Each pool by everything that a template may call it by: a function's id, an alias's ARN, and `function:alias`. */
  readonly pools: ReadonlyMap<string, FunctionPool>;
  /** What `Ref` of an alias gives: its ARN, by `<logical id>.Ref`. */
  readonly attributes: ReadonlyMap<string, string>;
};

/** Resolves aliases to functions: here each has one version. Throws for an alias of no function. */
export function resolveAliases(aliases: readonly Resource[], functions: ReadonlyMap<string, FunctionPool>): Targets {
  const pools = new Map(functions);
  const attributes = new Map<string, string>();
  for (const resource of aliases) {
    const { id } = resource;
    const { FunctionName: name, Name: alias } = hosted(resource, aliasSchema);
    const pool = functions.get(name);
    if (pool === undefined) throw new Error(`${id} leads to no function`);
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}:${alias}`;
    attributes.set(`${id}.Ref`, arn);
    pools.set(arn, pool).set(`${name}:${alias}`, pool);
  }
  return { pools, attributes };
}
