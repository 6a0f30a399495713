import { documentClient } from '../functions/adapters/dynamodb/client.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { firstEvents } from '../functions/adapters/dynamodb/log-scan.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { crossings, MAKERS } from '../functions/upkeep/crossings.ts';
import { readCrossingsOptions, UsageError } from '../functions/upkeep/options.ts';

// Exit codes. 0: nothing crosses accounts, 1: the listed work does, 2: the tool could not run.
try {
  const { events, parts } = readCrossingsOptions(process.argv.slice(2), process.env);
  const client = documentClient();
  const ports = {
    log: dynamoEventLog(client, events, ids),
    firstEvents: (part: number, parts: number) => firstEvents(client, events, { part, parts, types: MAKERS }),
  };
  let found = 0;
  for await (const { kind, id, account_id, credential_id, credential_account_id, state } of crossings(ports, parts)) {
    found += 1;
    console.log(`${kind} ${id} of ${account_id} names ${credential_id} of ${credential_account_id} (${state})`);
  }
  console.log(found === 0 ? 'nothing crosses accounts' : `${found} found`);
  process.exitCode = found === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
