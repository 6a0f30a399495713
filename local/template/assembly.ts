import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The region of all local resources. */
export const REGION = 'us-east-1';

/** The AWS account of all local resources. */
export const ACCOUNT = '000000000000';

/** The order of resources and their deletion do not matter here. Other fields, such as conditions, are refused. */
const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdatePolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
  Metadata: z.unknown().optional(),
});
const templateSchema = z.strictObject({
  Description: z.unknown().optional(),
  Metadata: z.unknown().optional(),
  // CDK's check of the version of the bootstrap stack.
  Parameters: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown().optional(),
        Description: z.unknown().optional(),
        Export: z.object({ Name: z.unknown() }).optional(),
      }),
    )
    .default({}),
});

/** A resource of the template. */
export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** The templates of all stacks, as one. */
export type Assembly = {
  readonly directory: string;
  readonly resources: readonly Resource[];
  /** Value expressions by export name, for Fn::ImportValue. */
  readonly exports: ReadonlyMap<string, unknown>;
};

/** Reads every stack's template of a cloud assembly. Throws Error if two stacks use the same logical id. */
export function readAssembly(directory: string): Assembly {
  const resources = new Map<string, Resource>();
  const exports = new Map<string, unknown>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.template.json'))) {
    const template = templateSchema.parse(JSON.parse(readFileSync(join(directory, file), 'utf8')));
    for (const [id, { Type: type, Properties: properties }] of Object.entries(template.Resources)) {
      if (resources.has(id)) throw new Error(`the logical id ${id} is used in two stacks`);
      resources.set(id, { id, type, properties });
    }
    for (const { Value, Export } of Object.values(template.Outputs)) {
      if (typeof Export?.Name === 'string') exports.set(Export.Name, Value);
    }
  }
  return { directory, resources: [...resources.values()], exports };
}

/** All resources of this type. */
export function resourcesOf(assembly: Assembly, type: string): readonly Resource[] {
  return assembly.resources.filter((resource) => resource.type === type);
}
