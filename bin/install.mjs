// Runs with the installed Node of the host, before anything is installed. Brings node_modules in line with the lockfile
// and adds the DynamoDB engine of this platform. With --test it also installs the system packages that only the tests
// need.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Platforms for which the engine has a package @dynoxide/<platform> (decision 33). */
const ENGINE_PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];
/** The first Node that runs TypeScript directly. */
const MIN_NODE = 24;
/** Programs that tests start, with their Debian packages. */
const TEST_PROGRAMS = [
  ['dovecot', 'dovecot-imapd'],
  ['zsh', 'zsh'],
  ['curl', 'curl'],
  ['jq', 'jq'],
  ['openssl', 'openssl'],
  ['chromium', 'chromium'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const isWindows = process.platform === 'win32';
const modified = (path) => (existsSync(root + path) ? statSync(root + path).mtimeMs : 0);
const json = (path) => JSON.parse(readFileSync(root + path, 'utf8'));

/** Debian installs servers in /usr/sbin, which is only on the PATH of root. */
const isThere = (program) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((folder) => existsSync(join(folder, program)));

function run(command, args) {
  // On Windows npm is a script, which only a shell can start.
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: isWindows };
  const { status, error } = spawnSync(command, args, options);
  return error === undefined && status === 0;
}

const npm = (...args) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error']);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function installDependencies() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  console.log('Installing dependencies (once) …');
  if (!npm('ci')) fail('Could not install the dependencies with npm ci.');
}

/** npm has a package of this Node for most platforms; on the others the installed one is used. */
function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (existsSync(join(root, 'node_modules/.bin', isWindows ? 'node.cmd' : 'node')) || major >= MIN_NODE) return;
  const platform = `${process.platform}-${process.arch}`;
  fail(`npm has no Node ${MIN_NODE} for ${platform}: install Node ${MIN_NODE} or later and start again.`);
}

function installEngine() {
  if (process.env.AWS_ENDPOINT_URL_DYNAMODB) return;
  const platform = `${process.platform}-${process.arch}`;
  const name = `@dynoxide/${platform}`;
  const version = json('package.json').optionalDependencies['@dynoxide/linux-x64'];
  const manifest = `node_modules/${name}/package.json`;
  if (existsSync(root + manifest) && json(manifest).version === version) return;
  if (isThere(isWindows ? 'dynoxide.exe' : 'dynoxide')) return;
  const instead =
    'put a dynoxide program on the PATH, or set AWS_ENDPOINT_URL_DYNAMODB to the address of a DynamoDB engine that runs.';
  if (!ENGINE_PLATFORMS.includes(platform)) fail(`There is no DynamoDB engine for ${platform} on npm: ${instead}`);
  console.log(`Installing the DynamoDB engine ${name} ${version} (once) …`);
  if (!npm('install', '--no-save', `${name}@${version}`)) fail(`Could not install ${name} ${version}: ${instead}`);
}

function installTestPrograms() {
  const missing = TEST_PROGRAMS.filter(([program]) => !isThere(program));
  if (missing.length === 0) return;
  const programs = missing.map(([program]) => program).join(', ');
  if (!isThere('apt-get')) {
    console.log(`Not installed: ${programs}. There is no apt here, so tests that need them are reported as skipped.`);
    return;
  }
  const packages = missing.map(([, name]) => name);
  console.log(`Installing ${packages.join(', ')} for the tests (once) …`);
  const [command, ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  const apt = (...args) => run(command, [...before, ...args]);
  if (!(apt('update', '-qq') && apt('install', '-y', '-qq', ...packages)))
    fail(`The tests need ${programs}: run "sudo apt-get install ${packages.join(' ')}" and start again.`);
}

installDependencies();
checkNode();
installEngine();
if (process.argv.includes('--test')) installTestPrograms();
