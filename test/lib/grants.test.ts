/**
 * Each function has exactly the permissions that its code needs. They are found from the calls in its bundle, and from
 * the recorded requests of each of these calls.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapterCalls } from './adapter-calls.ts';
import { callsOf } from './needed-by-code.ts';
import { type Need, startRecorder } from './recorded-needs.ts';
import { ofType, statementsOf, synthesized } from './synthesized.ts';

const ENTRIES: Readonly<Record<string, string>> = {
  Read: 'functions/handlers/read.ts',
  Command: 'functions/handlers/command.ts',
  Tasks: 'functions/handlers/tasks.ts',
  Credentials: 'functions/handlers/credentials.ts',
  Document: 'functions/handlers/document.ts',
  Webhooks: 'functions/handlers/webhooks.ts',
  Projector: 'functions/handlers/projector.ts',
  Counter: 'functions/handlers/counter.ts',
  Dispatcher: 'functions/handlers/dispatcher.ts',
  Bulk: 'functions/handlers/bulk-runner.ts',
  Worker: 'functions/handlers/worker.ts',
  Sweeper: 'functions/handlers/sweeper.ts',
  Retention: 'functions/handlers/retention.ts',
};
/** Calls that look like calls of a port, or of another port, but are not. */
const MEANT: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  Bulk: { 'queue.send': 'bulks.send' },
  Credentials: { 'mail.eraseCredential': 'mail.eraseCredential:first' },
  // Its search names a credential, a status and codes.
  Dispatcher: { 'views.page:account': null, 'views.page:task': null, 'views.page:bulk': null },
  Sweeper: { 'cycles.get': null },
};

type Grant = { readonly holder: string; readonly action: string; readonly on: string; readonly row: string | null };
const TABLES = {
  EventLogEvents: 'EVENTS',
  TablesViews: 'VIEWS',
  TablesSecrets: 'SECRETS',
  TablesLeases: 'LEASES',
  TablesMail: 'MAIL',
};

const { service } = synthesized();

/** The grants of the roles for tables, indexes, key and queues, one by one. */
const grants: readonly Grant[] = statementsOf(service).flatMap(({ holder, Action, Resource, Condition }) =>
  Action.flatMap((action) =>
    Resource.flatMap((resource) => {
      const [purpose] = [Condition?.StringEquals?.['kms:EncryptionContext:purpose'] ?? []].flat();
      const rows = [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [null]].flat();
      const on = nameOf(JSON.stringify(resource), String(purpose));
      return on === null ? [] : rows.map((row) => ({ holder, action, on, row: row === null ? null : String(row) }));
    }),
  ),
);

/**
 * Null for streams and logs, and for the queues that a mapping reads or sends failures to: the mapping needs those
 * rights.
 */
function nameOf(resource: string, purpose: string): string | null {
  if (resource.includes('StreamArn') || resource.includes('Logs') || resource.includes('GivenUp')) return null;
  const index = /\/index\/([a-z_]+)/.exec(resource)?.[1];
  const [, table] = Object.entries(TABLES).find(([id]) => resource.includes(id)) ?? [];
  if (table !== undefined) return index === undefined ? table : `${table}/${index}`;
  if (resource.includes('DataKey')) return `key ${purpose}`;
  const queue = /(WorkQueue|PriorityQueue|BulkQueue)/.exec(resource)?.[1];
  return queue === undefined ? resource : `queue ${queue}`;
}

/** The rights that Lambda needs on a queue for its mapping. */
const OF_MAPPINGS = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes', 'GetQueueUrl'];
const READS: Readonly<Record<string, readonly string[]>> = {
  Worker: ['WorkQueue', 'PriorityQueue'],
  Bulk: ['BulkQueue'],
};

const matches = (pattern: string, row: string): boolean =>
  pattern.endsWith('*') ? row.startsWith(pattern.slice(0, -1)) : row === pattern;
const covers = (grant: Grant, need: Need): boolean =>
  grant.action === need.action &&
  grant.on === need.on &&
  (grant.row === null || (need.row !== null && matches(grant.row, need.row)));
const textOf = ({ action, on, row }: Need): string => `${on}${row === null ? '' : ` [${row}]`} ${action}`;

const recorded = new Map<string, readonly Need[]>();
const needs = new Map<string, readonly Need[]>();
beforeAll(async () => {
  const recorder = await startRecorder();
  try {
    for (const [name, { prepare, run }] of Object.entries(adapterCalls(recorder))) {
      await prepare?.();
      recorded.set(name, await recorder.during(run));
    }
  } finally {
    await recorder.stop();
  }
  for (const [name, entry] of Object.entries(ENTRIES)) {
    const calls = [...(await callsOf(entry))].flatMap((call) => {
      const meant = MEANT[name]?.[call];
      return meant === undefined ? [call] : meant === null ? [] : [meant];
    });
    const ofMapping = (READS[name] ?? []).flatMap((queue) =>
      OF_MAPPINGS.map((action): Need => ({ action: `sqs:${action}`, on: `queue ${queue}`, row: null })),
    );
    const ofCalls = calls.flatMap((call) => {
      const found = recorded.get(call);
      if (found === undefined) throw new Error(`${name} calls ${call}, of which nobody knows what it asks for`);
      return found;
    });
    needs.set(name, [...ofMapping, ...ofCalls]);
  }
});
afterAll(() => recorded.clear());

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

it('this test covers every function of the template', () => {
  const names = ofType(service, 'AWS::Lambda::Function').map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''));
  expect(names.filter((name) => !name.includes('CustomResource') && !name.includes('Provider')).sort()).toEqual(
    Object.keys(ENTRIES).sort(),
  );
});

describe.each(Object.keys(ENTRIES))('%s', (name) => {
  const own = grants.filter(({ holder }) => holder === name);

  it('may make all calls of its code', () => {
    const missing = (needs.get(name) ?? []).filter((need) => !own.some((grant) => covers(grant, need)));
    expect(unique(missing.map(textOf))).toEqual([]);
  });

  it('has no permission that its code does not need, and none twice', () => {
    const unneeded = own.filter((grant) => {
      const others = own.filter((other) => other !== grant);
      return (needs.get(name) ?? []).every((need) => !covers(grant, need) || others.some((each) => covers(each, need)));
    });
    expect(unique(unneeded.map(textOf))).toEqual([]);
  });
});

it('every method of an adapter makes at least one AWS call in this test, so that no need is hidden', () => {
  expect([...recorded].filter(([, found]) => found.length === 0).map(([name]) => name)).toEqual([]);
});
