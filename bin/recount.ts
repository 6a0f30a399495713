import { setTimeout as wait } from 'node:timers/promises';
import { documentClient } from '../functions/adapters/dynamodb/client.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { hoursBetween } from '../functions/domain/views/stats.ts';
import { readRecountOptions, UsageError } from '../functions/upkeep/options.ts';
import { type Drift, recountTwice } from '../functions/upkeep/recount.ts';

// Exit codes. 0: counters are exact, 1: counters are wrong, 2: the tool could not run, 3: counters changed too fast to
// compare.
const print = (drift: Drift): void => console.table(Object.fromEntries(drift));
const DAY_MS = 24 * 3_600_000;
/** Longer than counters lag behind rows: twice the longest window of a stage, and what a batch takes. */
const SETTLE_MS = 25_000;

try {
  const { account, views, days } = readRecountOptions(process.argv.slice(2), process.env);
  const hours = hoursBetween(Date.now() - days * DAY_MS, Date.now());
  const finding = await recountTwice(dynamoViews(documentClient(), views), account, hours, () => wait(SETTLE_MS));
  if (finding.drift.size > 0) print(finding.drift);
  if (finding.unsettled.size > 0) {
    console.log('Changed while they were counted, so that nothing can be said; run it again when less happens:');
    print(finding.unsettled);
  }
  if (finding.drift.size + finding.unsettled.size === 0) console.log('exact');
  process.exitCode = finding.drift.size > 0 ? 1 : finding.unsettled.size > 0 ? 3 : 0;
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
