import { setTimeout as wait } from 'node:timers/promises';
import { documentClient } from '../functions/adapters/dynamodb/client.ts';
import { dynamoCountRepair } from '../functions/adapters/dynamodb/count-repair.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { hoursBetween } from '../functions/domain/views/stats.ts';
import { readRecountOptions, UsageError } from '../functions/upkeep/options.ts';
import { type Drift, recountTwice, repairCounts } from '../functions/upkeep/recount.ts';

// Exit codes. 0: counters are exact, or were repaired. 1: counters are wrong. 2: the tool could not run. 3: counters
// changed too fast to compare or to repair.
const print = (drift: Drift): void => console.table(Object.fromEntries(drift));
const DAY_MS = 24 * 3_600_000;

try {
  const { account, views, days, settle, apply } = readRecountOptions(process.argv.slice(2), process.env);
  const hours = hoursBetween(Date.now() - days * DAY_MS, Date.now());
  const client = documentClient();
  const { drift, unsettled, replacements } = await recountTwice(dynamoViews(client, views), account, hours, () =>
    wait(settle * 1000),
  );
  if (drift.size > 0) print(drift);
  if (unsettled.size > 0) {
    console.log(
      'These counts changed while they were counted, so the result is not certain. Run it again when there is less traffic:',
    );
    print(unsettled);
  }
  if (drift.size + unsettled.size === 0) console.log('exact');
  const changed = apply ? await repairCounts(dynamoCountRepair(client, views), replacements) : [];
  if (apply)
    console.log(`${replacements.length - changed.length} counts repaired, ${changed.length} changed meanwhile`);
  process.exitCode = drift.size > 0 && !apply ? 1 : unsettled.size + changed.length > 0 ? 3 : 0;
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
