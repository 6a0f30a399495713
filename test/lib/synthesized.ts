import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { inboxManager } from '../../lib/app.ts';

const flags = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(fileURLToPath(new URL('../../cdk.json', import.meta.url)), 'utf8'))).context;

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});
const template = z.object({ Resources: z.record(z.string(), resource) });
export type Resource = z.infer<typeof resource> & { readonly id: string };

export type Synthesized = {
  readonly directory: string;
  readonly state: readonly Resource[];
  readonly service: readonly Resource[];
};

/** Context in which CDK makes no bundles: for tests that only read the templates. */
const WITHOUT_BUNDLES = { 'aws:cdk:bundling-stacks': [] };
export const WITH_BUNDLES = { 'aws:cdk:bundling-stacks': ['**'] };

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A stage with all required settings. */
const STAGE = { stage: 'prod', issuer: 'https://issuer.example.test/', alarmEmails: 'oncall@example.test' };

/**
 * The app as the CLI makes it, with the feature flags of cdk.json; its folder is removed at the end of the test file.
 */
export function newApp(context: Readonly<Record<string, unknown>> = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'synthesized-'));
  directories.push(outdir);
  return inboxManager({ context: { ...flags, ...WITHOUT_BUNDLES, ...STAGE, ...context }, outdir });
}

/** Both templates of a synthesis with this context. */
export function synthesized(context: Readonly<Record<string, unknown>> = {}): Synthesized {
  const { app, state, service } = newApp(context);
  const { directory } = app.synth();
  const resourcesOf = (file: string): Resource[] =>
    Object.entries(template.parse(JSON.parse(readFileSync(join(directory, file), 'utf8'))).Resources).map(
      ([id, found]) => ({ id, ...found }),
    );
  return { directory, state: resourcesOf(state.templateFile), service: resourcesOf(service.templateFile) };
}

export const ofType = (resources: readonly Resource[], type: string): readonly Resource[] =>
  resources.filter(({ Type }) => Type === type);

const oneOrMore = z.union([z.unknown().array(), z.unknown()]).transform((value) => [value].flat());
const statement = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.string().array()]).transform((value) => [value].flat()),
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const policy = z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) });
export type Statement = z.infer<typeof statement> & { readonly holder: string };

/** The permissions of roles: the statements of all policies, with the function's name as `holder`. */
export function statementsOf(resources: readonly Resource[]): readonly Statement[] {
  return ofType(resources, 'AWS::IAM::Policy').flatMap(({ id, Properties }) =>
    policy.parse(Properties).PolicyDocument.Statement.map((found) => ({ ...found, holder: id.replace(/Role.*/, '') })),
  );
}
