import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Change, changeOf, watchSources } from '../../../local/dev/sources.ts';

it.each<[string, Change | null]>([
  ['functions/api/jobs/get-job.ts', 'functions'],
  ['functions/api/openapi/openapi.json', 'functions'],
  ['lib/stacks/service-stack.ts', 'stack'],
  ['config/local.json', 'stack'],
  ['local/stack.ts', 'stack'],
  ['test/bin/start.test.ts', null],
  ['docs/local.md', null],
  ['functions/domain/.job.ts.swp', null],
  ['functions/domain/job.ts~', null],
  ['functions/domain/.#job.ts', null],
  ['functions', null],
])('a change of %s concerns: %s', (path, change) => {
  expect(changeOf(path)).toBe(change);
});

it('simultaneous changes are reported once, with the larger restart that one of them needs', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sources-'));
  for (const folder of ['functions/domain', 'lib', 'config', 'local'])
    mkdirSync(join(root, folder), { recursive: true });
  const changes: Change[] = [];
  const unwatch = watchSources(root, (change) => changes.push(change));
  onTestFinished(() => {
    unwatch();
    rmSync(root, { recursive: true, force: true });
  });
  writeFileSync(join(root, 'lib/app.ts'), '1');
  writeFileSync(join(root, 'functions/domain/job.ts'), '1');
  await expect.poll(() => changes).toEqual(['stack']);
  writeFileSync(join(root, 'functions/domain/job.ts'), '2');
  await expect.poll(() => changes).toEqual(['stack', 'functions']);
});
