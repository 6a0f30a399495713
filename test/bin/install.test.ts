/**
 * The installer's commands on other machines: the installer runs here, and only platform, programs and files are faked.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      optional: z.boolean().default(false),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
const manifest = z
  .object({ optionalDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
const ENGINE = manifest.optionalDependencies['@dynoxide/linux-x64'] ?? '';

type Machine = {
  readonly platform: string;
  readonly arch: string;
  /** The version of the host's own Node. */
  readonly node?: string;
  readonly root?: boolean;
  /** Programs on the PATH besides npm; each records its arguments. */
  readonly programs?: readonly string[];
  /** Commands that fail, by their beginnings. */
  readonly failing?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly test?: boolean;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  for (const name of ['bin', 'programs', 'node_modules/.bin']) mkdirSync(join(folder, name), { recursive: true });
  cpSync(join(ROOT, 'bin/install.mjs'), join(folder, 'bin/install.mjs'));
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{}');
  writeFileSync(join(folder, 'node_modules/.bin/node'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the installer as if on that machine; returns its commands, its output and its exit. */
function install(machine: Machine) {
  const {
    platform,
    arch,
    node = '24.1.0',
    root = false,
    programs = [],
    failing = '-',
    env = {},
    test = false,
  } = machine;
  const calls = join(folder, 'calls');
  for (const program of ['npm', ...programs]) {
    const path = join(folder, 'programs', program);
    const script = `#!/bin/sh\nline="${program} $*"\necho "$line" >> ${calls}\ncase "$line" in "${failing}"*) exit 1;; esac\n`;
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  }
  const preload = join(folder, 'preload.mjs');
  writeFileSync(
    preload,
    `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const given = (object, key, value) => Object.defineProperty(object, key, { value });
given(process, 'platform', '${platform}');
given(process, 'arch', '${arch}');
given(process, 'versions', { ...process.versions, node: '${node}' });
given(process, 'getuid', () => ${root ? 0 : 1000});
const { existsSync } = fs;
fs.existsSync = (path) => !path.startsWith('/usr/') && existsSync(path);
syncBuiltinESMExports();
`,
  );
  const args = ['--import', preload, join(folder, 'bin/install.mjs'), ...(test ? ['--test'] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { PATH: join(folder, 'programs'), ...env },
    encoding: 'utf8',
  });
  return {
    status,
    said: `${stdout}${stderr}`.trim().split('\n'),
    ran: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [],
  };
}

function put(packageName: string, version: string): void {
  mkdirSync(join(folder, 'node_modules', packageName), { recursive: true });
  writeFileSync(join(folder, 'node_modules', packageName, 'package.json'), JSON.stringify({ version }));
}

const QUIET = '--no-audit --no-fund --loglevel=error';
const fetched = (platform: string) => `npm install --no-save @dynoxide/${platform}@${ENGINE} ${QUIET}`;

describe('the DynamoDB engine', () => {
  it.each([
    ['darwin', 'arm64'],
    ['darwin', 'x64'],
    ['linux', 'arm64'],
    ['linux', 'x64'],
  ])('of %s-%s is installed by name and version, outside the lockfile', (platform, arch) => {
    const { status, ran, said } = install({ platform, arch });
    expect(ran).toEqual([fetched(`${platform}-${arch}`)]);
    expect(said).toEqual([`Installing the DynamoDB engine @dynoxide/${platform}-${arch} ${ENGINE} (once) …`]);
    expect(status).toBe(0);
  });

  it('of win32-x64 is installed through a shell, because npm cannot be started without one there', () => {
    const { status, ran } = install({ platform: 'win32', arch: 'x64', programs: ['cmd.exe'] });
    expect(ran).toEqual([`cmd.exe /d /s /c "${fetched('win32-x64')}"`]);
    expect(status).toBe(0);
  });

  it('that is already installed is not installed again', () => {
    put('@dynoxide/darwin-arm64', ENGINE);
    expect(install({ platform: 'darwin', arch: 'arm64' })).toMatchObject({ status: 0, ran: [] });
  });

  it('of an earlier version is replaced', () => {
    put('@dynoxide/darwin-arm64', '0.0.1');
    expect(install({ platform: 'darwin', arch: 'arm64' }).ran).toEqual([fetched('darwin-arm64')]);
  });

  it.each([
    ['a program on the PATH', { programs: ['dynoxide'] }],
    ['an address', { env: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' } }],
  ])('that is set by %s is not installed, on any platform', (_name, given) => {
    for (const platform of ['darwin', 'freebsd'])
      expect(install({ platform, arch: 'arm64', ...given })).toMatchObject({ status: 0, ran: [] });
  });

  it.each([
    [
      'that npm does not have',
      { platform: 'freebsd', arch: 'x64' },
      /^There is no DynamoDB engine for freebsd-x64 on npm: /,
    ],
    [
      'that cannot be installed',
      { platform: 'darwin', arch: 'arm64', failing: 'npm install' },
      /^Could not install @dynoxide\/darwin-arm64 [\d.]+: /,
    ],
  ])('%s ends the start with one sentence that names the remedy', (_name, machine, sentence) => {
    const { status, said } = install(machine);
    expect(status).toBe(1);
    expect(said.at(-1)).toMatch(sentence);
    expect(said.at(-1)).toMatch(/put a dynoxide program on the PATH, or set AWS_ENDPOINT_URL_DYNAMODB /);
  });
});

describe('dependencies', () => {
  it('are installed once, from the lockfile, before the engine', () => {
    rmSync(join(folder, 'node_modules/.package-lock.json'));
    expect(install({ platform: 'darwin', arch: 'arm64' }).ran).toEqual([`npm ci ${QUIET}`, fetched('darwin-arm64')]);
  });

  it('that cannot be installed end the start with one sentence', () => {
    rmSync(join(folder, 'node_modules/.package-lock.json'));
    const { status, said } = install({ platform: 'linux', arch: 'arm64', failing: 'npm ci' });
    expect([status, said.at(-1)]).toEqual([1, 'Could not install the dependencies with npm ci.']);
  });

  it('contain no Node for some platforms: there the installed Node runs if it is new enough', () => {
    rmSync(join(folder, 'node_modules/.bin/node'));
    put('@dynoxide/darwin-arm64', ENGINE);
    const mac = { platform: 'darwin', arch: 'arm64' };
    expect(install({ ...mac, node: '26.0.0' })).toMatchObject({ status: 0, ran: [] });
    expect(install({ ...mac, node: '22.9.0' })).toMatchObject({
      status: 1,
      said: ['npm has no Node 24 for darwin-arm64: install Node 24 or later and start again.'],
    });
  });
});

describe('the system package that the tests need', () => {
  const linux = { platform: 'linux', arch: 'x64', test: true } as const;
  beforeEach(() => put('@dynoxide/linux-x64', ENGINE));

  it('is not needed by a start', () => {
    expect(install({ ...linux, test: false, programs: ['apt-get'] })).toMatchObject({ status: 0, ran: [] });
  });

  it('is installed with apt by root', () => {
    const { status, ran } = install({ ...linux, root: true, programs: ['apt-get', 'curl', 'openssl'] });
    expect(ran).toEqual(['apt-get update -qq', 'apt-get install -y -qq dovecot-imapd zsh jq chromium']);
    expect(status).toBe(0);
  });

  it('is installed with sudo by others', () => {
    const { ran } = install({
      ...linux,
      programs: ['apt-get', 'sudo', 'dovecot', 'zsh', 'curl', 'openssl', 'chromium'],
    });
    expect(ran).toEqual(['sudo -n apt-get update -qq', 'sudo -n apt-get install -y -qq jq']);
  });

  it('ends the tests with one sentence when apt cannot install it', () => {
    const programs = ['apt-get', 'sudo', 'dovecot', 'curl', 'jq', 'openssl', 'chromium'];
    const { status, said } = install({ ...linux, programs, failing: 'sudo' });
    expect(status).toBe(1);
    expect(said.at(-1)).toBe('The tests need zsh: run "sudo apt-get install zsh" and start again.');
  });

  it('is named in a warning on systems without apt, and the tests continue', () => {
    put('@dynoxide/darwin-arm64', ENGINE);
    const mac = { platform: 'darwin', arch: 'arm64', test: true, programs: ['zsh', 'curl', 'openssl'] };
    expect(install(mac)).toEqual({
      status: 0,
      ran: [],
      said: [
        'Not installed: dovecot, jq, chromium. There is no apt here, so tests that need them are reported as skipped.',
      ],
    });
  });

  it('is not installed again', () => {
    const programs = ['apt-get', 'dovecot', 'zsh', 'curl', 'jq', 'openssl', 'chromium'];
    expect(install({ ...linux, programs })).toMatchObject({ status: 0, ran: [] });
  });
});

describe('the lockfile', () => {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));

  it.each([/darwin-arm64/, /darwin-x64/, /linux-arm64/])('contains every other program for %s', (platform) => {
    const offered = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies));
    const wanted = offered.filter((name) => platform.test(name));
    expect(wanted.length).toBeGreaterThan(3);
    for (const name of wanted)
      expect(
        Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)),
        name,
      ).toBe(true);
  });

  it('has Node as an optional dependency, for platforms without a package of it', () => {
    expect(packages['node_modules/node']).toMatchObject({ optional: true });
  });
});
