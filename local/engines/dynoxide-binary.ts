import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { Complaint } from '../complaint.ts';

/**
 * Path of the DynamoDB engine's program: from the npm package of this platform, which bin/install.mjs adds, or else
 * from the PATH. Throws Complaint when it is in neither.
 */
export function findDynoxide(platform: string = process.platform, arch: string = process.arch): string {
  const program = platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const name = `@dynoxide/${platform}-${arch}`;
  const folders = [...packageFolder(name), ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, program)).find(existsSync);
  if (found !== undefined) return found;
  throw new Complaint(
    `No DynamoDB engine here: start with npm start, which installs ${name} where it exists, put a dynoxide program on the PATH, or set AWS_ENDPOINT_URL_DYNAMODB to the address of an engine that runs.`,
  );
}

function packageFolder(name: string): readonly string[] {
  try {
    return [dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))];
  } catch {
    return [];
  }
}
