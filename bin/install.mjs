// Runs under whatever Node the host has, before anything is installed: brings node_modules in step with the lockfile.
// With --test also what only the tests need and npm does not have (Debian's dovecot-imapd).
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modified = (path) => (existsSync(root + path) ? statSync(root + path).mtimeMs : 0);

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return error === undefined && status === 0;
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  console.log('Installing dependencies (once) …');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']))
    fail('Could not install the dependencies with npm ci.');
}

if (process.argv.includes('--test')) {
  if (!existsSync('/usr/sbin/dovecot')) {
    console.log('Installing dovecot-imapd for the tests (once) …');
    const [command, ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
    const apt = (...args) => run(command, [...before, ...args]);
    if (!(apt('update', '-qq') && apt('install', '-y', '-qq', 'dovecot-imapd')))
      fail("The tests need dovecot-imapd: install it with your system's package manager.");
  }
}
