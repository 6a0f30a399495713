import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { bundleOf } from '../local/lambda/reload.ts';
import { localContext } from '../local/stack.ts';
import { readAssembly, resourcesOf } from '../local/template/assembly.ts';
import { synthesize } from '../local/template/synthesize.ts';

const ROUNDS = 5;
const run = promisify(execFile);
const variablesSchema = z.object({ Variables: z.record(z.string(), z.unknown()) });

/**
 * Size of each function's bundle, and the processor time of its import in a process of its own (median of five), less
 * that of a process without it. Prints; asserts nothing.
 */
export async function benchBundles(): Promise<void> {
  const directory = await synthesize(localContext('https://issuer.example'));
  const base = await median('', {});
  console.log('| function | KB | ms of processor for the import |');
  console.log('| --- | ---: | ---: |');
  for (const { id, properties } of resourcesOf(readAssembly(directory), 'AWS::Lambda::Function')) {
    const path = join(bundleOf(properties, directory), 'index.mjs');
    const { Variables } = variablesSchema.parse(properties.Environment);
    // The template refers to addresses and names, and an import accepts any of them.
    const texts = Object.entries(Variables).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : 'https://a.reference.example/',
    ]);
    const own = await median(`await import(${JSON.stringify(pathToFileURL(path).href)});`, Object.fromEntries(texts));
    const name = id.replace(/[0-9A-F]{8}$/, '');
    console.log(`| ${name} | ${Math.round(statSync(path).size / 1000)} | ${(own - base).toFixed(0)} |`);
  }
}

/** Milliseconds of processor time of a new process that runs this code. */
async function median(code: string, variables: Readonly<Record<string, string>>): Promise<number> {
  const measured = `${code} const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system)); process.exit();`;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const env = { AWS_REGION: 'us-east-1', ...variables };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', measured], { env });
    times.push(Number(stdout) / 1000);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0;
}
