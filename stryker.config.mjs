/**
 * Texts for people are not mutated: sentences, log messages and error messages. A test that repeats them would fail at
 * each improvement of the wording. The documents that show them have tests of their own.
 */
const texts = {
  shouldIgnore(path) {
    const { node, parent } = path;
    if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined;
    if (node.type === 'StringLiteral' && /^[A-Z][^ ]* .*[a-z.]$/s.test(node.value)) return 'a sentence';
    if (parent.type === 'NewExpression' && parent.callee.name?.endsWith('Error')) return 'the message of an error';
    const logs = parent.type === 'CallExpression' && parent.callee.object?.name === 'logger';
    return logs && parent.arguments[0] === node ? 'the message of a log line' : undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'texts', value: texts }];

/** Mutation testing, on demand: `npm run mutate` for all of it, `npm run mutate -- FOLDER` for a part. */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner', './stryker.config.mjs'],
  ignorers: ['texts'],
  mutate: ['functions/{domain,worker,adapters}/**/*.ts', 'functions/http/**/*.ts'],
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  concurrency: 2,
  // Generous: on a busy machine a slow test must not look like a mutant that never ends.
  timeoutMS: 20_000,
  timeoutFactor: 2,
  disableTypeChecks: false,
  // Stryker rewrites the tsconfig with an API that TypeScript 7 no longer has; nothing here needs it rewritten.
  tsconfigFile: 'none',
  ignorePatterns: ['/cdk.out', '/.local'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
};
