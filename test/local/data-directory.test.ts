import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
  it('keeps a second process out until the first releases it', () => {
    const path = join(folder, 'one');
    const first = takeDataDirectory(path);
    expect(() => takeDataDirectory(path)).toThrow(`in use by process ${process.pid}`);
    first.release();
    const second = takeDataDirectory(path);
    expect(second.path).toBe(path);
    second.release();
  });

  it.each([
    // A number above all process ids of Linux.
    ['gone', 'a process that is gone', '4194305 1'],
    ['reused', 'a process whose id another one has by now', `${process.pid} 1`],
    ['empty', 'nobody, when it names none', ''],
  ])('%s: is taken over from %s, then names this process, and is removed on release', (name, _, holder) => {
    const path = locked(name, holder);
    const taken = takeDataDirectory(path);
    expect(taken.path).toBe(path);
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(processIdentity(process.pid));
    expect(() => takeDataDirectory(path)).toThrow(`in use by process ${process.pid}`);
    taken.release();
    expect(existsSync(join(path, 'lock'))).toBe(false);
  });

  it('is respected while its process is alive', () => {
    const holder = processIdentity(process.ppid);
    if (holder === null) throw new Error('no identity of the parent');
    const path = locked('alive', holder);
    expect(() => takeDataDirectory(path)).toThrow(`in use by process ${process.ppid}`);
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(holder);
  });
});

it('a temporary data directory is removed when it is released', () => {
  const { path, release } = takeDataDirectory(null);
  expect(existsSync(path)).toBe(true);
  release();
  expect(existsSync(path)).toBe(false);
});

describe('the content of a data directory', () => {
  const mode = (...path: string[]): string => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

  it('can be read by its owner alone, whatever its modes were before', () => {
    const path = join(folder, 'wide');
    mkdirSync(join(path, 'logs'), { recursive: true });
    mkdirSync(join(path, 'elsewhere'));
    for (const name of ['kms.key', 'events.db', 'events.db-wal', 'logs/Worker.log']) {
      writeFileSync(join(path, name), 'x');
      chmodSync(join(path, name), 0o666);
    }
    writeFileSync(join(path, 'script'), 'x');
    chmodSync(join(path, 'script'), 0o755);
    for (const name of ['', 'logs', 'elsewhere']) chmodSync(join(path, name), 0o777);
    const held = takeDataDirectory(path);
    for (const name of ['', 'logs', 'checkpoints', 'script']) expect(mode('wide', name), name).toBe('700');
    for (const name of ['kms.key', 'events.db', 'events.db-wal', 'logs/Worker.log', 'lock'])
      expect(mode('wide', name), name).toBe('600');
    // Its owner is another user; nobody can reach it, because the directory above it is closed.
    expect(mode('wide', 'elsewhere')).toBe('777');
    held.release();
  });

  it('is left unchanged behind a link that leads out of it', () => {
    mkdirSync(join(folder, 'linked'));
    writeFileSync(join(folder, 'outside'), 'x');
    chmodSync(join(folder, 'outside'), 0o644);
    symlinkSync(join(folder, 'outside'), join(folder, 'linked', 'kms.key'));
    takeDataDirectory(join(folder, 'linked')).release();
    expect(mode('outside')).toBe('644');
  });
});

it('a directory that several users share is refused as a data directory', () => {
  mkdirSync(join(folder, 'shared'));
  chmodSync(join(folder, 'shared'), 0o1777);
  expect(() => takeDataDirectory(join(folder, 'shared'))).toThrow('is shared by several users');
  expect(statSync(join(folder, 'shared')).mode & 0o777).toBe(0o777);
});
