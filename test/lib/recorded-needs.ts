/** The permissions that each method of an adapter needs from AWS, recorded while it runs against the local engines. */
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod';
import { dynamoKeyRows } from '../../functions/adapters/dynamodb/key-rows.ts';
import {
  KEY_PREFIX,
  LEASE_PREFIX,
  MATCH_PREFIX,
  RETENTION_ROW,
  RUN_PREFIX,
  SLOTS_PREFIX,
  SWEEP_ROW,
  USAGE_PREFIX,
  VIEWS,
  WORK_PREFIX,
} from '../../functions/adapters/dynamodb/tables.ts';
import { kmsVault } from '../../functions/adapters/kms/vault.ts';
import { COUNTER_PREFIX } from '../../functions/domain/views/counters.ts';
import type { Vault } from '../../functions/ports/vault.ts';
import { type Dynoxide, startDynoxide, type TableNames } from '../fixtures/dynoxide.ts';
import { CREDENTIALS } from '../fixtures/engine-credentials.ts';
import { KEY_ARN, startVault } from '../fixtures/kms.ts';
import type { TappedRequest } from '../fixtures/tapped-endpoint.ts';
import { type TappedEngine, tapEngine } from '../fixtures/tapped-engine.ts';

/** An action on a resource. `on`: a table, `table/index`, `key purpose` or `queue name`. */
export type Need = { readonly action: string; readonly on: string; readonly row: string | null };

const QUEUES = { WorkQueue: 'https://sqs/work', PriorityQueue: 'https://sqs/priority', BulkQueue: 'https://sqs/bulk' };
const named = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const keyed = z.object({
  Key: z.record(z.string(), z.unknown()).optional(),
  Item: z.record(z.string(), z.unknown()).optional(),
});
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const transaction = z.object({ TransactItems: z.array(z.record(z.string(), named.loose())) });
const sent = z.object({ QueueUrl: z.string() });
const asked = z.object({ AttributeNames: z.array(z.string()) });
const withContext = z.object({ EncryptionContext: z.object({ purpose: z.string() }) });

/** The actions that IAM checks for the parts of TransactWriteItems. */
const PARTS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** Prefixes of rows that a grant may be limited to. */
const LIMITED = [
  VIEWS.cursorKey,
  COUNTER_PREFIX,
  'pc_',
  'whk_',
  KEY_PREFIX,
  MATCH_PREFIX,
  RETENTION_ROW,
  LEASE_PREFIX,
  SLOTS_PREFIX,
  WORK_PREFIX,
  SWEEP_ROW,
  RUN_PREFIX,
  USAGE_PREFIX,
];

/** The row's key, if a grant may be limited to it. */
function rowOf(input: unknown): string | null {
  const { Key, Item } = keyed.parse(input);
  const { id } = z.object({ id: z.object({ S: z.string() }).optional() }).parse(Key ?? Item ?? {});
  const key = id?.S ?? '';
  return LIMITED.some((prefix) => key.startsWith(prefix)) ? key : null;
}

export type Recorder = {
  readonly client: TappedEngine['client'];
  readonly engine: Dynoxide;
  readonly tables: TableNames;
  /** Keeps no key, so that each call asks KMS again. */
  readonly vault: Vault;
  /** The same, with no row of a shared key. */
  readonly cursorVault: Vault;
  readonly sqs: SQSClient;
  readonly queues: typeof QUEUES;
  /** The needs that are recorded while this runs. */
  during(run: () => Promise<unknown>): Promise<readonly Need[]>;
  stop(): Promise<void>;
};

function forgetful(make: () => Vault): Vault {
  return {
    seal: (...given) => make().seal(...given),
    open: (...given) => make().open(...given),
    openAndRenew: (...given) => make().openAndRenew(...given),
    reseal: (...given) => make().reseal(...given),
  };
}

export async function startRecorder(): Promise<Recorder> {
  const [engine, local] = await Promise.all([startDynoxide(), startVault()]);
  const tapped = await tapEngine(engine);
  const tables = await engine.createTables();
  const byTable = new Map(Object.entries(tables).map(([name, table]) => [table, name.replace('_TABLE', '')]));
  const others: Need[] = [];

  const kms = new KMSClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  kms.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { purpose } = withContext.parse(args.input).EncryptionContext;
        others.push({ action: `kms:${String(commandName).replace(/Command$/, '')}`, on: `key ${purpose}`, row: null });
        return next(args);
      },
    { step: 'initialize' },
  );
  const sqs = new SQSClient({ region: 'us-east-1' });
  const faked = mockClient(sqs);
  faked.onAnyCommand().callsFake((input: unknown) => {
    const [name] = Object.entries(QUEUES).find(([, url]) => url === sent.parse(input).QueueUrl) ?? [];
    // SendMessageBatch is checked as SendMessage.
    const action = asked.safeParse(input).success ? 'sqs:GetQueueAttributes' : 'sqs:SendMessage';
    others.push({ action, on: `queue ${name}`, row: null });
    return {};
  });

  function needsOf({ operation, body }: TappedRequest): readonly Need[] {
    const input: unknown = JSON.parse(body);
    const need = (action: string, table: string, index?: string, row: string | null = null): Need => ({
      action: `dynamodb:${action}`,
      on: `${byTable.get(table)}${index === undefined ? '' : `/${index}`}`,
      row,
    });
    if (operation === 'TransactWriteItems')
      return transaction
        .parse(input)
        .TransactItems.flatMap((part) =>
          Object.entries(part).map(([kind, each]) => need(PARTS[kind] ?? kind, each.TableName, undefined, rowOf(each))),
        );
    if (operation.startsWith('Batch'))
      return Object.keys(batch.parse(input).RequestItems).map((table) => need(operation, table));
    const { TableName, IndexName } = named.parse(input);
    return [need(operation, TableName, IndexName, rowOf(input))];
  }

  return {
    client: tapped.client,
    engine,
    tables,
    vault: forgetful(() => kmsVault(kms, KEY_ARN, dynamoKeyRows(tapped.client, tables.SECRETS_TABLE))),
    cursorVault: forgetful(() => kmsVault(kms, KEY_ARN)),
    sqs,
    queues: QUEUES,
    async during(run) {
      const before = tapped.requests.length;
      others.length = 0;
      await run();
      return [...tapped.requests.slice(before).flatMap(needsOf), ...others];
    },
    async stop() {
      faked.restore();
      kms.destroy();
      await tapped.stop();
      await Promise.all([engine.stop(), local.stop()]);
    },
  };
}
