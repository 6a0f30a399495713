/**
 * Tenancy, tested from the document: in each operation, each id in path, query and body is replaced by an id of another
 * account. New routes and fields are included automatically; a field that looks like an id but is not known fails the
 * test.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { CONTRACTS } from '../../functions/api/contracts.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { groupIdOf } from '../../functions/domain/failure-group/group-id.ts';
import { ID_PREFIXES } from '../../functions/domain/ids/ids.ts';
import { encodeEmailId } from '../../functions/domain/mail/email-id.ts';
import { canonicalJson } from '../../functions/domain/text/canonical-json.ts';
import type { Json } from '../fixtures/api.ts';
import { type DocumentedOperation, documentOf, readDocument } from '../fixtures/api-document.ts';
import { ID_KINDS, type IdField, type IdPrefix, idFieldsOf, UnknownIdField } from '../fixtures/id-fields.ts';
import { storedMailbox, storedMessage } from '../fixtures/stored-mail.ts';
import { startWholeApi, type WholeApi, type WholeCall, type WholeReply } from '../fixtures/whole-api.ts';

const OURS = 'acc_ours';
const THEIRS = 'acc_theirs';
const document = readDocument();
type Things = Readonly<Record<IdPrefix, string>>;

let api: WholeApi;
let theirs: Things;
let cursors: ReadonlyMap<string, string>;
let untouched: readonly string[];

beforeAll(async () => {
  api = await startWholeApi();
  theirs = await thingsOf(THEIRS);
  await thingsOf(THEIRS);
  await api.project();
  cursors = await cursorsOf(THEIRS);
  untouched = await stateOf(THEIRS);
});
afterAll(() => api?.stop());

/** The fields of a payload that changes flags, besides its messages. */
const FLAGGED = { add: ['\\Flagged'] };

/** One resource of each kind, made through the API where possible, each in a state that accepts every command. */
async function thingsOf(account: string): Promise<Things> {
  const of = async (operation: string, body: unknown): Promise<Json> => {
    const reply = await api.call(operation, { accounts: [account], params: { account_id: account }, body });
    expect(reply.status, `${operation} ${reply.text}`).toBeLessThan(300);
    return reply.body.data;
  };
  const pc = (await of('createCredential', bodyOf('createCredential'))).id;
  const mailbox = await api.mail.addMailbox({ ...storedMailbox(pc, 'INBOX'), accountId: account });
  const message = storedMessage(mailbox, 7);
  await api.mail.putMessages([message, storedMessage(mailbox, 8)]);
  const eml = encodeEmailId(message);
  const task = { task_type: 'imap_set_flags', target_credential_id: pc, schedule: { every: '1d' } };
  const tsk = (await of('createTask', { ...task, payload: { ...FLAGGED, email_ids: [eml] } })).id;
  const { job_id: job } = await of('syncMailboxes', { credential_id: pc });
  const failed = { code: 'connection_closed', category: 'transient', detail: '', outcome_unknown: false };
  const retryAt = new Date(Date.now() + 3_600_000).toISOString();
  await append(account, job, { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: ids.token() } });
  await append(account, job, { type: 'AttemptFailed', data: { ...failed, retry_at: retryAt } });
  const blk = (await of('bulkJobs', { action: 'retry', job_ids: [job], reason: 'again' })).id;
  const whk = (
    await of('createWebhookEndpoint', {
      provider: 'standard',
      target: { credential_id: pc },
      action: 'imap_sync_mailboxes',
    })
  ).id;
  const logs = await api.call('listLogs', { accounts: [account], params: { account_id: account } });
  const dlv = ids.next('dlv');
  const refused = { type: 'DeliveryRefused', data: { endpoint_id: whk, reason: 'bad_signature' } };
  await append(account, dlv, refused);
  const fgr = groupIdOf({ account_id: account, code: 'connection_closed', host: null });
  return { acc: account, pc, tsk, job, blk, whk, eml, dlv, fgr, log: logs.body.data[0].id };
}

async function append(accountId: string, streamId: string, event: DomainEvent): Promise<void> {
  const version = (await api.log.read(streamId)).length + 1;
  const actor = { kind: 'worker', id: 'worker-test' } as const;
  await api.log.append([{ streamId, version, accountId, actor, at: new Date().toISOString(), event }]);
}

/** The example of the contract for this credential, as a real run and not a dry run. */
function bodyOf(operation: string, credential: string = ids.derive('pc', ['none'])): Json {
  const example = CONTRACTS.find((each) => each.operation === operation)?.example;
  if (example === undefined) return undefined;
  const { dry_run: _, ...body } = JSON.parse(JSON.stringify(example).replace(/"pc_\w+"/g, JSON.stringify(credential)));
  return operation === 'createCredential' ? { ...body, host: 'mail.example.com' } : body;
}

/** All items of the account in every table, and all items that name one of its resources. */
async function stateOf(account: string): Promise<readonly string[]> {
  const items = await api.items();
  return items
    .filter(({ item }) => JSON.stringify(item).includes(account))
    .map(({ table, item }) => `${table} ${canonicalJson(item)}`)
    .toSorted();
}

/** The first cursor of each list of the account that has more than one page. */
async function cursorsOf(account: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const operation of document.operations) {
    const field = idFieldsOf(document, operation).find(({ kind }) => kind === 'cursor');
    if (field === undefined) continue;
    const reply = await api.call(operation.id, {
      accounts: [account],
      params: paramsOf(operation, theirs),
      ...(field.in === 'query' ? { query: [['limit', '1']] } : { body: { limit: 1 } }),
    });
    const cursor = reply.body.page?.next_cursor;
    if (typeof cursor === 'string') found.set(operation.id, cursor);
  }
  return found;
}

const PARAMETERS: Readonly<Record<string, IdPrefix>> = {
  account_id: 'acc',
  job_id: 'job',
  task_id: 'tsk',
  credential_id: 'pc',
  email_id: 'eml',
  bulk_id: 'blk',
  log_id: 'log',
  webhook_endpoint_id: 'whk',
  delivery_id: 'dlv',
  failure_group_id: 'fgr',
};

const paramsOf = ({ parameters }: DocumentedOperation, things: Things): Record<string, string> =>
  Object.fromEntries(
    parameters.flatMap(({ name, in: place }) => {
      const kind = PARAMETERS[name];
      return place === 'path' && kind !== undefined ? [[name, things[kind]]] : [];
    }),
  );

/** A request of the operation about the test account's resources, with this value in the field. */
function requestWith(
  operation: DocumentedOperation,
  field: IdField,
  value: string,
  ours: Things,
): Omit<WholeCall, 'accounts'> {
  const params = paramsOf(operation, ours);
  const body = operation.body === null ? undefined : bodyOf(operation.id, ours.pc);
  const [name = ''] = field.path;
  if (field.in === 'path') return { params: { ...params, [name]: value }, body };
  if (field.in === 'query') return { params, query: [[name, value]], body };
  return { params, body: withValue(body ?? {}, field.path, field.isList ? [value] : value) };
}

/** Fields of a body that exclude each other: the tested one stays. */
const EXCLUDED: Readonly<Record<string, readonly string[]>> = { job_ids: ['filter'], cursor: ['offset'] };
/** Objects whose other fields name the same resource as the tested field; here they are without those fields. */
const ALONE: Readonly<Record<string, object>> = { target: {}, payload: FLAGGED };

function withValue(body: Json, [name = '', ...inner]: readonly string[], value: unknown): Json {
  const { ...others } = Object(body);
  if (name === 'payload' && 'task_type' in others) others.task_type = 'imap_set_flags';
  for (const excluded of EXCLUDED[name] ?? []) delete others[excluded];
  if (inner.length === 0) return { ...others, [name]: value };
  return { ...others, [name]: withValue(ALONE[name] ?? others[name], inner, value) };
}

/** A reply without the ids and times that are new each time. */
const said = ({ status, text }: WholeReply): string =>
  `${status} ${text.replace(/\b[a-z]{2,4}_[0-9a-z]{26}\b/g, '<id>').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')}`;

/** An id of that kind that does not exist. */
const nobodys = (kind: IdField['kind']): string => {
  if (kind === 'cursor') return 'bm90IGEgY3Vyc29y';
  if (kind === 'acc') return 'acc_nobody';
  return ids.next(kind === 'any' ? 'tsk' : kind);
};

const idOf = (field: IdField, operation: string, things: Things): string => {
  if (field.kind === 'cursor') return cursors.get(operation) ?? [...cursors.values()][0] ?? '';
  return field.kind === 'any' ? things.tsk : things[field.kind];
};

const cases = document.operations.flatMap((operation) =>
  idFieldsOf(document, operation).map((field) => ({
    operation,
    field,
    name: `${field.in} ${field.path.join('.')} of ${operation.id}`,
  })),
);

describe('ids in the document', () => {
  it('have every kind of id, in path, query and body', () => {
    const kinds = new Set(cases.map(({ field }) => field.kind));
    expect([...kinds].toSorted()).toEqual([...Object.keys(ID_KINDS), 'any', 'cursor'].toSorted());
    const named = cases.map(({ name }) => name);
    expect(Object.keys(ID_KINDS).toSorted()).toEqual(['acc', ...ID_PREFIXES].toSorted());
    expect(named).toEqual(
      expect.arrayContaining([
        'body target_credential_id of createTask',
        'body credential_id of syncMailboxes',
        'body target.credential_id of createWebhookEndpoint',
        'body target.credential_id of updateWebhookEndpoint',
        'body job_ids of bulkJobs',
        'body payload.email_ids of updateTask',
        'query credential_id of listEmails',
        'body filter.bulk_id of searchJobs',
      ]),
    );
    const withParameter = document.operations.filter(({ path }) => path.includes('{'));
    for (const { id } of withParameter)
      expect(
        named.some((name) => name.endsWith(` of ${id}`)),
        id,
      ).toBe(true);
  });

  it.each([
    ['an id of an unknown kind', { type: 'string', pattern: '^xyz_[0-7]' }, 'thing'],
    ['a name that ends like an id', { type: 'string' }, 'mailbox_id'],
    ['a list of such ids', { type: 'array', items: { type: 'string' } }, 'thread_ids'],
  ])('of an unknown kind or place fail the test: %s', (_, schema, name) => {
    const content = { 'application/json': { schema: { type: 'object', properties: { [name]: schema } } } };
    const operation = { operationId: 'new', security: [], requestBody: { content }, responses: {} };
    const made = documentOf({ paths: { '/new': { post: operation } } });
    expect(() => idFieldsOf(made, made.operation('new'))).toThrow(UnknownIdField);
  });
});

describe('an id of another account', () => {
  it('can be tried in most lists with a cursor of the same list', () => {
    expect(cursors.size).toBeGreaterThan(10);
  });

  it.each(cases)('in $name is treated as unknown, and its account is unchanged', async ({ operation, field }) => {
    const ours = await thingsOf(OURS);
    // A token of both accounts may use the resource in the path; only the other ids of a request can cross accounts.
    const tokens = field.in === 'path' ? [[OURS]] : [[OURS], [OURS, THEIRS], [THEIRS, OURS]];
    for (const accounts of tokens) {
      const of = (value: string) => api.call(operation.id, { accounts, ...requestWith(operation, field, value, ours) });
      const foreign = await of(idOf(field, operation.id, theirs));
      expect(said(foreign), accounts.join(' ')).toBe(said(await of(nobodys(field.kind))));
      const named = Object.entries(theirs).filter(([kind]) => kind !== field.kind);
      for (const [, id] of named) expect(foreign.text).not.toContain(id);
      if (field.kind === 'acc') expect(foreign.status).toBe(403);
      else if (field.kind === 'cursor') expect(foreign.body).toMatchObject({ status: 400, code: 'invalid_cursor' });
      else if (field.in === 'path') expect(foreign.body).toMatchObject({ status: 404, code: 'not_found' });
      else expect([200, 202, 404, 422], foreign.text).toContain(foreign.status);
    }
    expect(await stateOf(THEIRS)).toEqual(untouched);
    // The same request with a resource of the own account is accepted, so the other account was the only reason.
    if (field.kind === 'cursor') return;
    // Only a resolved job can be reopened.
    if (operation.id === 'reopenJob')
      await api.call('resolveJob', { accounts: [OURS], params: { job_id: ours.job }, body: {} });
    // A group exists once its jobs are counted.
    if (field.kind === 'fgr') await api.project();
    const own = await api.call(operation.id, {
      accounts: [OURS],
      ...requestWith(operation, field, idOf(field, operation.id, ours), ours),
    });
    expect(own.status, own.text).toBeLessThan(300);
  });
});

const writing = cases.filter(
  ({ operation, field }) => operation.method !== 'GET' && field.in === 'body' && field.kind === 'pc',
);

describe('a token of two accounts', () => {
  it.each(writing.filter(({ field }) => field.path[0] !== 'filter'))(
    'gets 404 for a credential of the other account in $name',
    async ({ operation, field }) => {
      const ours = await thingsOf(OURS);
      const before = (await api.items()).length;
      const request = requestWith(operation, field, theirs.pc, ours);
      const reply = await api.call(operation.id, { accounts: [OURS, THEIRS], ...request });
      expect(reply.body).toMatchObject({ status: 404, code: 'not_found' });
      expect(await api.items()).toHaveLength(before);
    },
  );
});
