// Prints the totals of a run from vitest's JSON report. A file that fails without a failed test (it could not be
// loaded, or a hook failed) counts as one failure and is named.
import { readFileSync } from 'node:fs';

const {
  numPassedTests = 0,
  numFailedTests = 0,
  testResults = [],
} = JSON.parse(readFileSync(process.argv[2], 'utf8') || '{}');
const notStarted = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((each) => each.status !== 'failed'),
);
for (const { name, message = '' } of notStarted) console.log(`did not start: ${name}: ${message.split('\n')[0]}`);
console.log(`${numPassedTests} passed, ${numFailedTests + notStarted.length} failed`);
