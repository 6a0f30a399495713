/** The properties of the document's schemas that people need who generate clients from them. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../../functions/api/openapi/generate.ts';
import { ACTIONS, actionName } from '../../../functions/domain/action/catalogue.ts';
import { AUDIT_ACTIONS } from '../../../functions/domain/audit/actions.ts';
import { JOB_STATUSES } from '../../../functions/domain/job/job.ts';
import { documentOf, type Schema } from '../../fixtures/api-document.ts';

const generated = generate('0.0.0');
const document = documentOf(generated);
const schemas: Readonly<Record<string, Schema>> = Object(generated.components).schemas;
const schema = (name: string): Schema => document.resolved({ $ref: `#/components/schemas/${name}` });
const accepts = (name: string, value: unknown): boolean =>
  document.errors(`#/components/schemas/${name}`, value).length === 0;

/** Every object in the document. */
function* objects(value: unknown): Generator<Schema> {
  if (typeof value !== 'object' || value === null) return;
  yield Object(value);
  for (const inner of Object.values(value)) yield* objects(inner);
}

/** The schemas of all request bodies, and all schemas that they refer to. */
const SENT = named('requestBody');

function named(place: 'requestBody' | 'responses'): ReadonlySet<string> {
  const roots = [...objects(generated.paths)].flatMap((value) => (place in value ? [value[place]] : []));
  const open: unknown[] = [...roots, ...(place === 'responses' ? [Object(generated.components).responses] : [])];
  const found = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { $ref } of objects(next)) {
      const name = /^#\/components\/schemas\/(.+)$/.exec(String($ref))?.[1];
      if (name === undefined || found.has(name)) continue;
      found.add(name);
      open.push(schema(name));
    }
  }
  return found;
}

const SAYS_NOTHING = ['description', 'title', 'example', 'examples', 'default', 'deprecated'];

it('every named schema says more than its description', () => {
  const empty = Object.entries(schemas).filter(([, value]) =>
    Object.keys(value).every((k) => SAYS_NOTHING.includes(k)),
  );
  expect(empty).toEqual([]);
});

const UIDS = { folder: 'INBOX', uid_validity: 7, uids: [1, 2] };
const EMAIL_IDS = { email_ids: ['eml_01jd0000000000000000000000'] };

describe.each([
  ['MoveMessages', { target_folder: 'Archive' }],
  ['CopyMessages', { target_folder: 'Archive' }],
  ['SetFlags', { add: ['\\Seen'] }],
  ['DeleteMessages', {}],
])('%s', (stem, others) => {
  it('takes messages by UIDs or by email ids, but not by both', () => {
    const payload = `${stem}Payload`;
    expect(accepts(payload, { ...UIDS, ...others })).toBe(true);
    expect(accepts(payload, { ...EMAIL_IDS, ...others })).toBe(true);
    expect(accepts(payload, { ...UIDS, ...EMAIL_IDS, ...others })).toBe(false);
    expect(accepts(payload, others)).toBe(false);
  });

  it('is stored with UIDs, and so are the messages of an endpoint or a job', () => {
    expect(accepts(`${stem}ByUids`, { ...UIDS, ...others })).toBe(true);
    expect(accepts(`${stem}ByUids`, { ...EMAIL_IDS, ...others })).toBe(false);
    for (const operation of ['createWebhookEndpoint', 'updateWebhookEndpoint', 'updateJob'])
      expect(JSON.stringify(document.operation(operation).body)).toContain(`/${stem}ByUids"`);
    for (const operation of ['createTask', 'updateTask'])
      expect(JSON.stringify(document.operation(operation).body)).toContain(`/${stem}Payload"`);
  });
});

it.each([
  ['createTask', 'task_type'],
  ['createWebhookEndpoint', 'action'],
])('%s has one form of its body for each action, distinguished by %s', (operation, field) => {
  const { oneOf } = Object(document.operation(operation).body?.schema);
  expect(oneOf.map(({ properties }: { properties: Schema }) => Object(properties[field]).const)).toEqual(
    Object.keys(ACTIONS),
  );
  for (const { properties, required } of oneOf) {
    expect(required).toContain(field);
    expect(schema(properties.payload.$ref.split('/').at(-1))).toBeDefined();
  }
});

describe('a body that the handler refuses for any values', () => {
  const bulk = { action: 'retry', reason: 'why' };
  const schemaOfBulk =
    '/paths/~1api~1accounts~1{account_id}~1jobs~1bulk/post/requestBody/content/application~1json/schema';
  const refuses = (body: object): boolean => document.errors(`#${schemaOfBulk}`, body).length > 0;

  it('flags that are neither added nor removed', () => {
    for (const name of ['SetFlagsPayload', 'SetFlagsByUids', 'SetFlagsByEmailIds']) {
      const messages = name === 'SetFlagsByEmailIds' ? EMAIL_IDS : UIDS;
      expect(accepts(name, messages)).toBe(false);
      expect(accepts(name, { ...messages, remove: ['\\Seen'] })).toBe(true);
      expect(accepts(name, { ...messages, add: ['work'], remove: ['\\Seen'] })).toBe(true);
    }
  });

  it('a bulk operation without jobs, or with a filter and named jobs', () => {
    const named = { job_ids: ['job_01jd0000000000000000000000'] };
    expect(refuses(bulk)).toBe(true);
    expect(refuses({ ...bulk, filter: { status: 'failed' }, ...named })).toBe(true);
    expect(refuses({ ...bulk, filter: { status: 'failed' } })).toBe(false);
    expect(refuses({ ...bulk, ...named })).toBe(false);
  });
});

it.each([
  ['Task', 'task_type', 'ActionName'],
  ['Job', 'action', 'ActionName'],
  ['Job', 'status', 'JobStatus'],
])('%s.%s is one of the values of %s', (name, field, values) => {
  expect(Object(Object(schema(name).properties)[field]).$ref).toBe(`#/components/schemas/${values}`);
});

describe('a field with a default', () => {
  it('has no default in a schema that requests share, because generators treat it as required', () => {
    const withKeyword = [...SENT].filter((name) => [...objects(schemas[name])].some((value) => 'default' in value));
    expect(SENT.size).toBeGreaterThan(30);
    expect(withKeyword).toEqual([]);
    expect(Object(schema('SyncMessagesPayload').properties).full.description).toMatch(/Default: `false`\.$/);
    expect(accepts('SyncMessagesPayload', { folder: 'INBOX' })).toBe(true);
  });

  it('is required in replies, and has no default there', () => {
    const withKeyword = [...named('responses')].filter((name) =>
      [...objects(schemas[name])].some((value) => 'default' in value),
    );
    expect(withKeyword).toEqual([]);
    expect(JSON.stringify(Object(generated.components).responses)).not.toContain('"default":');
    for (const item of Object.values(Object(generated.paths)))
      for (const { responses } of Object.values<Schema>(Object(item)))
        expect(JSON.stringify(responses ?? {})).not.toContain('"default":');
    expect(schema('SyncMessagesResult').required).toEqual(expect.arrayContaining(['listing', 'refused']));
  });
});

describe('replies', () => {
  it('stay open, because a later release may add fields', () => {
    const replied = [...named('responses')].filter((name) => !SENT.has(name));
    expect(replied.length).toBeGreaterThan(30);
    const closed = [...replied.map((name) => schemas[name]), Object(generated.components).responses]
      .flatMap((value) => [...objects(value)])
      .filter((value) => value.additionalProperties === false);
    expect(closed).toEqual([]);
  });

  it('are still checked against their documented fields by the tests', () => {
    expect(accepts('Account', { id: 'acc_demo', paused: null, version: 1 })).toBe(true);
    expect(accepts('Account', { id: 'acc_demo', paused: null, version: 1, surprise: 1 })).toBe(false);
  });

  it('count by listed names', () => {
    const counts = (of: string, field: string): Schema => Object(Object(schema(of).properties)[field]);
    expect(Object.keys(Object(counts('JobStats', 'by_status').properties))).toEqual([...JOB_STATUSES]);
    expect(counts('JobStats', 'by_status').required).toEqual([...JOB_STATUSES]);
    const facet = Object(counts('Facets', 'action').anyOf)[0];
    for (const field of [counts('JobStats', 'by_action'), facet]) {
      expect(Object.keys(Object(field.properties))).toEqual(actionName.options);
      expect(field.additionalProperties).toEqual({ type: 'integer' });
    }
    expect(JSON.stringify(generated)).not.toContain('propertyNames');
  });

  it('name the actions of the audit as its filters do', () => {
    expect(schema('AuditAction').enum).toEqual(AUDIT_ACTIONS);
    expect(Object(schema('LogEntry').properties).action.$ref).toBe('#/components/schemas/AuditAction');
    const { parameters } = document.operation('listLogs');
    expect(Object(parameters.find(({ name }) => name === 'action')?.schema.items).$ref).toMatch(/AuditAction$/);
  });
});

/** Texts of one character each, of every kind that a pattern may match, and some longer ones. */
const PROBES = [
  ...Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)),
  ...['', 'p{Cc}', '🙈', 'INBOX', 'a b', '-24h', '30d', '2026-01-31', '*', 'W/"3"'],
];

it('patterns mean the same with and without the regular expression flag u', () => {
  const patterns = [...objects(generated)].flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []));
  expect(new Set(patterns).size).toBeGreaterThan(20);
  for (const pattern of new Set(patterns)) {
    const [plain, unicode] = [new RegExp(pattern), new RegExp(pattern, 'u')];
    expect(PROBES.filter((text) => plain.test(text) !== unicode.test(text))).toEqual([]);
  }
});
