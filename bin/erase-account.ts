import { documentClient } from '../functions/adapters/dynamodb/client.ts';
import { dynamoCredentialVault } from '../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { firstEvents } from '../functions/adapters/dynamodb/log-scan.ts';
import { dynamoMailStore } from '../functions/adapters/dynamodb/mail-store.ts';
import { secretIds } from '../functions/adapters/dynamodb/secret-scan.ts';
import { dynamoWebhookVault } from '../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { type Vault, VaultError } from '../functions/ports/vault.ts';
import { type EraseReport, eraseAccount } from '../functions/upkeep/erase-account.ts';
import { readEraseOptions, UsageError } from '../functions/upkeep/options.ts';

// Exit codes. 0: everything is erased (or counted, without --apply), 1: some could not be erased, 2: the tool could not
// run.
const PROGRESS_MS = 5_000;
const KINDS = ['credentials', 'webhook_endpoints', 'tasks', 'bulk_operations', 'jobs'] as const;

/** Destroying a secret needs no key, so this tool has none. */
const refuse = async (): Promise<never> => {
  throw new VaultError('this tool opens no secret');
};
const noKey: Vault = { seal: refuse, open: refuse, openAndRenew: refuse, reseal: refuse };

function line(report: EraseReport, apply: boolean): string {
  const kinds = KINDS.map((kind) => `${report[kind].done} of ${report[kind].found} ${kind.replace('_', ' ')}`);
  const rest = `${report.secrets} secrets, ${report.mailboxes} mailboxes, ${report.failed} failed`;
  return `${apply ? 'erased' : 'would erase'} ${kinds.join(', ')}, ${rest}`;
}

try {
  const { account, events, secrets, mail, reason, apply, parts } = readEraseOptions(process.argv.slice(2), process.env);
  const client = documentClient();
  const begin = Date.now();
  let printed = begin;
  const report = await eraseAccount(
    { accountId: account, reason: reason ?? null, apply, parts },
    {
      log: dynamoEventLog(client, events, ids),
      firstEvents: (part, of, types) => firstEvents(client, events, { part, parts: of, types, accountId: account }),
      secretIds: () => secretIds(client, secrets, account),
      credentials: dynamoCredentialVault(client, secrets, noKey),
      webhooks: dynamoWebhookVault(client, secrets, noKey),
      mail: dynamoMailStore(client, mail),
      now: () => Date.now(),
      onProgress(soFar) {
        if (Date.now() - printed < PROGRESS_MS) return;
        printed = Date.now();
        console.log(line(soFar, apply));
      },
    },
  );
  for (const { id, error } of report.failures) console.error(id, error instanceof Error ? error.message : error);
  console.log(`${line(report, apply)}, in ${Math.round((Date.now() - begin) / 1000)} s`);
  if (!apply) console.log('Nothing was changed. With --apply it is erased.');
  process.exitCode = report.failed > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
