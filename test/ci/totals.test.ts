/** The last line of a run in CI, from the reports of real runs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** Inside the project, so that its vitest is found. */
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(ROOT, 'node_modules/.totals-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const FILES: Readonly<Record<string, string>> = {
  passes: "it('one', () => expect(1).toBe(1)); it('two', () => expect(1).toBe(1));",
  fails: "it('good', () => expect(1).toBe(1)); it('bad', () => expect(1).toBe(2));",
  throws: "throw new Error('this file cannot be loaded'); it('never', () => {});",
  hook: "beforeAll(() => { throw new Error('the fixture is broken'); }); it('never', () => {});",
  empty: '',
};

/** The printed totals of a run with these files. */
function totalsOf(names: readonly string[]): readonly string[] {
  const run = mkdtempSync(join(directory, 'run-'));
  const report = join(run, 'report.json');
  for (const name of names)
    writeFileSync(join(run, `${name}.test.mjs`), `import { beforeAll, expect, it } from 'vitest';\n${FILES[name]}\n`);
  const config = join(run, 'vitest.config.mjs');
  writeFileSync(config, `export default { test: { reporters: ['json'], outputFile: ${JSON.stringify(report)} } };`);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  spawnSync(process.execPath, [vitest, 'run', '--root', run, '--config', config], { stdio: 'ignore' });
  return execFileSync(process.execPath, [join(ROOT, '.ci/totals.mjs'), report], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

it('counts the tests of a run', () => {
  expect(totalsOf(['passes', 'fails'])).toEqual(['3 passed, 1 failed']);
});

it('counts each file that could not start as a failure, and names it', () => {
  const lines = totalsOf(['passes', 'fails', 'throws', 'hook', 'empty']);
  expect(lines.at(-1)).toBe('3 passed, 4 failed');
  expect(
    lines
      .slice(0, -1)
      .toSorted()
      .map((line) => line.replace(/^.*?\/run-[^/]*\//, '')),
  ).toEqual([
    expect.stringMatching(/^empty\.test\.mjs: /),
    'hook.test.mjs: the fixture is broken',
    'throws.test.mjs: this file cannot be loaded',
  ]);
});

it('counts nothing where a run left no report', () => {
  const report = join(directory, 'none.json');
  writeFileSync(report, '');
  expect(execFileSync(process.execPath, [join(ROOT, '.ci/totals.mjs'), report], { encoding: 'utf8' })).toBe(
    '0 passed, 0 failed\n',
  );
});
