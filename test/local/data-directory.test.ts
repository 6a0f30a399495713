import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeDataDirectory } from '../../local/data-directory.ts';
import { processIdentity } from '../../local/process-identity.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function locked(name: string, holder: string): string {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'lock'), holder);
  return join(folder, name);
}

describe('the lock of a data directory', () => {
  it('keeps a second one out until the first lets go', () => {
    const path = join(folder, 'one');
    const first = takeDataDirectory(path);
    expect(() => takeDataDirectory(path)).toThrow(`in use by process ${process.pid}`);
    first.release();
    takeDataDirectory(path).release();
  });

  it('is taken over from a process that is gone', () => {
    // Beyond the most that Linux gives out.
    takeDataDirectory(locked('gone', '4194305 1')).release();
  });

  it('is taken over when another process has the id by now', () => {
    takeDataDirectory(locked('reused', `${process.pid} 1`)).release();
  });

  it('is taken over when nobody stands in it', () => {
    takeDataDirectory(locked('empty', '')).release();
  });

  it('is respected while its process lives', () => {
    expect(() => takeDataDirectory(locked('alive', processIdentity(process.ppid) ?? ''))).toThrow('in use by process');
  });
});

it('a temporary data directory is gone once it is let go', () => {
  const { path, release } = takeDataDirectory(null);
  expect(existsSync(path)).toBe(true);
  release();
  expect(existsSync(path)).toBe(false);
});
