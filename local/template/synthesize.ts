import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Complaint } from '../complaint.ts';
import { markUsed, prune } from './assembly-cache.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/inbox-manager');
const INPUTS = [
  'bin/inbox-manager.ts',
  'cdk.json',
  'config/*.json',
  'console/security-headers.ts',
  'package-lock.json',
  'lib/**/*.ts',
  'functions/**/*.{ts,json}',
];

/**
 * The cloud assembly of the CDK app for this context: the folder of its templates and assets. It is cached by a hash of
 * its sources, so that only a change needs a synthesis. Throws Complaint when the synthesis fails.
 */
export async function synthesize(context: Readonly<Record<string, string>>): Promise<string> {
  const directory = join(CACHE, inputHash(context));
  if (existsSync(join(directory, 'manifest.json'))) {
    markUsed(directory);
    return directory;
  }
  mkdirSync(CACHE, { recursive: true });
  const fresh = `${directory}.${process.pid}.${Date.now()}`;
  await runApp(fresh, context);
  prune(CACHE);
  try {
    renameSync(fresh, directory);
  } catch {
    // Another process was faster with the same assembly.
    rmSync(fresh, { recursive: true, force: true });
  }
  markUsed(directory);
  return directory;
}

function inputHash(context: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(context).sort()));
  for (const file of globSync(INPUTS, { cwd: ROOT }).sort())
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 24);
}

function runApp(directory: string, context: Readonly<Record<string, string>>): Promise<void> {
  const env = { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(context) };
  const child = spawn(process.execPath, ['bin/inbox-manager.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-4000);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Complaint(`The CDK app does not synthesize; its last words:\n${output.trim()}`));
    });
  });
}
