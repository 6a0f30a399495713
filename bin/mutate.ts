/**
 * `npm run mutate [-- FOLDER or GLOB …] [--tests GLOB,…] [--option value …]`: mutation testing of the given files, by
 * default those of stryker.config.mjs, with the given tests, by default those of vitest.mutate.config.ts. Other options
 * are passed to Stryker.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith('-'));
const places = firstOption < 0 ? given : given.slice(0, firstOption);
const options = firstOption < 0 ? [] : given.slice(firstOption);

// Stryker's `--testFiles` is not used: mutants of code that runs at import would never be active (stryker-js issue
// 6144).
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
