/**
 * `npm run mutate [-- FOLDER or GLOB …] [--tests GLOB,…] [--option value …]`: mutation testing, of everything that
 * stryker.config.mjs names or of these files alone, by the tests of vitest.mutate.config.ts or by these alone. Other options
 * are Stryker's own.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith('-'));
const places = firstOption < 0 ? given : given.slice(0, firstOption);
const options = firstOption < 0 ? [] : given.slice(firstOption);

// Not Stryker's `--testFiles`: with it, mutants of what runs at import are never active (stryker-js issue 6144).
const testsAt = options.indexOf('--tests');
const [, tests] = testsAt < 0 ? [] : options.splice(testsAt, 2);

const isFolder = (place: string) => statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
const globs = places.map((place) => (isFolder(place) ? `${place.replace(/\/+$/, '')}/**/*.ts` : place));

const { status } = spawnSync(
  'stryker',
  ['run', ...(globs.length === 0 ? [] : ['--mutate', globs.join(',')]), ...options],
  { stdio: 'inherit', env: { ...process.env, ...(tests === undefined ? {} : { MUTATE_TESTS: tests }) } },
);
process.exitCode = status ?? 1;
