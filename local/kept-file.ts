import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The content of a file that only its owner may read; `make` creates it at the first start. It appears in one step:
 * after a kill it is missing or complete.
 */
export async function keptFile(path: string, make: () => Buffer | Promise<string>): Promise<Buffer> {
  if (!existsSync(path)) replaceFile(path, await make());
  return readFileSync(path);
}

/** Replaces a file in one step, readable by its owner alone. */
export function replaceFile(path: string, bytes: Buffer | string): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, bytes, { mode: 0o600 });
  renameSync(fresh, path);
}
