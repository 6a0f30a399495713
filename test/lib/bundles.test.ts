import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ofType, synthesized, WITH_BUNDLES } from './synthesized.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string().endsWith('.zip') }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

const first = synthesized(WITH_BUNDLES);
const functions = ofType(first.service, 'AWS::Lambda::Function').map(({ id, Properties }) => {
  const { Code, Environment } = functionSchema.parse(Properties);
  return {
    id,
    folder: join(first.directory, `asset.${Code.S3Key.replace('.zip', '')}`),
    variables: Object.entries(Environment.Variables).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : 'https://a.reference.example/',
    ]),
  };
});

/** Loads a bundle as the service would, with only these variables, and returns the type of its handler. */
const load = (folder: string, variables: readonly (readonly [string, string])[]) => {
  const code = `const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)}); process.stdout.write(typeof handler)`;
  const env = { AWS_REGION: 'eu-central-1', ...Object.fromEntries(variables) };
  return run(process.execPath, ['--input-type=module', '--eval', code], { env }).then(({ stdout }) => stdout);
};

test('every function starts with its environment in the template', async () => {
  expect(functions).toHaveLength(13);
  const loaded = await Promise.all(functions.map(({ folder, variables }) => load(folder, variables)));
  expect(loaded).toEqual(Array(13).fill('function'));
});

test('a function without one of its settings does not start', async () => {
  for (const { folder, variables } of functions.filter(({ id }) => /^(Read|Worker)/.test(id))) {
    const rest = variables.filter(([name]) => name !== 'EVENTS_TABLE');
    await expect(load(folder, rest)).rejects.toThrow(/EVENTS_TABLE/);
  }
});

test('bundles are the same on every synthesis, so that nothing is deployed without a change', () => {
  const code = (resources: typeof first.service) =>
    ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Code);
  expect(new Set(functions.map(({ folder }) => folder)).size).toBe(13);
  expect(code(synthesized(WITH_BUNDLES).service)).toEqual(code(first.service));
});

test('source maps name sources from the root of the repository, and contain no source text', () => {
  for (const { folder } of functions) {
    const map = z
      .object({ sources: z.array(z.string()), sourcesContent: z.undefined().optional() })
      .parse(JSON.parse(readFileSync(join(folder, 'index.mjs.map'), 'utf8')));
    expect(map.sources.filter((source) => !/^(node_modules|functions)\//.test(source))).toEqual([]);
    expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).not.toContain(ROOT);
  }
});

/** Bytes: the budget in `docs/architecture.md`. The library that writes metrics takes 12 KB of it. */
test('bundles stay within their budget: 535 KB for API functions, 1.77 MB for those with IMAP', () => {
  const withImap = /^(Worker|Credentials)/;
  for (const { id, folder } of functions) {
    const { length } = readFileSync(join(folder, 'index.mjs'));
    expect(length, id).toBeLessThanOrEqual(withImap.test(id) ? 1_770_000 : 535 * 1024);
  }
});
