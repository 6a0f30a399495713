import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const report = process.env.TEST_REPORT;

/**
 * Pure code and in-memory models. `test/fixtures/unit-setup.ts` forbids servers, connections and child processes in
 * these tests.
 */
const UNIT = [
  'test/architecture.test.ts',
  'test/docs/limits.test.ts',
  'test/adapters/dynamodb/{batches-and-pages,mail-blocks}.test.ts',
  'test/adapters/imap/{classify,numbers,quoted-secrets,redact,secure-context}.test.ts',
  'test/bench/!(dynamodb-tap).test.ts',
  'test/cli/*.test.ts',
  'test/cli/!(process)/*.test.ts',
  'test/client/same-filter.test.ts',
  'test/console/**/*.test.ts',
  'test/docs/{architecture-page,decisions,job-lifecycle,limits,logs-and-metrics}.test.ts',
  'test/domain/**/*.test.ts',
  'test/credential-login/!(test-connection).test.ts',
  'test/{http,runtime}/**/!(request-limits).test.ts',
  'test/sweeper/sweeper.test.ts',
  'test/sharing/**/*.test.ts',
  'test/webhooks/providers/**/*.test.ts',
  'test/worker/*.test.ts',
  'test/worker/attempt/*.test.ts',
  'test/worker/credential/!(altered-credential).test.ts',
];
/** A DynamoDB engine or a mail server, but no handler. `test/fixtures/shared-setup.ts` keeps the environment as it is. */
const SHARED = ['test/adapters/**/*.test.ts', 'test/worker/**/!(altered-credential).test.ts'];
const E2E = ['test/e2e/**/*.test.ts', 'test/docs/guides.test.ts'];
const FAULTS = ['test/faults/**/*.test.ts'];

/** The projects run one after the other, the longest first. */
const ORDER = ['faults', 'e2e', 'engine', 'engine-shared', 'unit'];

class ProjectByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => ORDER.indexOf(project.name);
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    // Tests wait for conditions. These limits only stop a test whose condition never becomes true; tests have no limits
    // of their own.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    expect: { poll: { timeout: 1_500_000 }, requireAssertions: true },
    maxWorkers: 3,
    globalSetup: ['test/fixtures/temporary-folder.ts'],
    sequence: { sequencer: ProjectByProject },
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
    projects: [
      {
        extends: true,
        // Files of one process share its modules, which are most of the cost of a small file.
        test: { name: 'unit', include: UNIT, isolate: false, setupFiles: ['test/fixtures/unit-setup.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/**/*.test.ts'],
          exclude: [...UNIT, ...SHARED, ...E2E, ...FAULTS],
        },
      },
      {
        extends: true,
        test: {
          name: 'engine-shared',
          include: SHARED,
          exclude: UNIT,
          isolate: false,
          setupFiles: ['test/fixtures/shared-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: E2E,
          setupFiles: ['test/fixtures/gated-setup.ts'],
          globalSetup: [
            'test/fixtures/global-setup.ts',
            'test/fixtures/permissions-setup.ts',
            'test/fixtures/console-setup.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: FAULTS,
          setupFiles: ['test/fixtures/gated-setup.ts'],
          globalSetup: ['test/fixtures/global-setup.ts'],
        },
      },
    ],
  },
});
