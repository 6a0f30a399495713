import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A mutant ends with the first test that fails, so tests of pure code run before those that start an engine. */
const FOLDERS = ['domain', 'runtime', 'worker', 'adapters'];

const rank = ({ moduleId }: TestSpecification) => {
  const at = FOLDERS.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
  return at < 0 ? FOLDERS.length : at;
};

class CheapFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/** The tests that `npm run mutate` runs: without those that start the embedded stack, Dovecot or the CDK. */
export default defineConfig({
  test: {
    include: process.env.MUTATE_TESTS?.split(',') ?? ['test/**/*.test.ts'],
    exclude: ['test/{bench,e2e,faults,fixtures,lib,local,upkeep}/**', 'test/*.test.ts', '**/*dovecot*'],
    testTimeout: 150_000,
    hookTimeout: 150_000,
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: CheapFirst },
  },
});
