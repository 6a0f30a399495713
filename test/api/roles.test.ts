/** The table of `docs/roles.md`, cell by cell: each role calls each operation, with harmless and dangerous work. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { CONTRACTS } from '../../functions/api/contracts.ts';
import { rolesPage } from '../../functions/api/openapi/roles-page.ts';
import { ROLES } from '../../functions/domain/role/role.ts';
import { OPERATIONS } from '../../functions/http/roles.ts';
import { ROUTES } from '../../functions/http/routes.ts';
import { readDocument } from '../fixtures/api-document.ts';
import { type CallReply, type JobApi, startJobApi } from '../fixtures/job-api.ts';
import { type RoleWorld, ranBulk, roleWorld } from '../fixtures/role-world.ts';

const page = readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8');
const table = page.split('\n').flatMap((line) => {
  const [, operation, , effect, ...cells] = line.split('|').map((cell) => cell.trim());
  const named = /^`(\w+)`$/.exec(operation ?? '')?.[1];
  return named === undefined || effect === undefined ? [] : [{ operation: named, effect, cells }];
});

test('docs/roles.md matches the code; `npm run roles` writes it', () => {
  expect(page).toBe(rolesPage());
});

test('every operation of the OpenAPI document is in the table, and no other', () => {
  const documented = readDocument().operations.map(({ id }) => id);
  expect(new Set(table.map(({ operation }) => operation))).toEqual(new Set(documented));
  expect(Object.keys(OPERATIONS).sort()).toEqual([...documented].sort());
});

test('the OpenAPI document names the operations of each role, and where dangerous work needs an owner', () => {
  const { info, paths } = Object(readDocument().root);
  const overview: string = info.description.slice(info.description.indexOf('**Operations by role.**'));
  const [, ...lines] = ROLES.map((role) => overview.split('\n').find((line) => line.startsWith(`- \`${role}\``)) ?? '');
  const [member, owner] = lines;
  for (const { operation, cells } of table) {
    if (cells[0] === 'no' && cells[1] !== 'no') expect(member).toContain(`\`${operation}\``);
    if (operation !== 'bulkJobs' && cells[1] === 'no') expect(owner).toContain(`\`${operation}\``);
  }
  const judged = table.filter(({ cells }) => /harmless|skipped/.test(cells[1] ?? '')).map(({ operation }) => operation);
  const described = Object.values(Object(paths)).flatMap((item) =>
    Object.values(Object(item)).flatMap((one) => {
      const { operationId, description } = Object(one);
      return String(description).includes('`mode: "expunge"`') ? [operationId] : [];
    }),
  );
  expect(described.sort()).toEqual(judged.sort());
});

/** The outcome that the words of a cell promise for each kind of work. */
const MEANINGS = new Map([
  ['no token needed', { harmless: 'allowed', dangerous: 'allowed' }],
  ['yes', { harmless: 'allowed', dangerous: 'allowed' }],
  ['no', { harmless: 'refused', dangerous: 'refused' }],
  ['harmless work only', { harmless: 'allowed', dangerous: 'refused' }],
  ['yes; dangerous jobs are only cancelled or resolved, else skipped', { harmless: 'done', dangerous: 'skipped' }],
] as const);

const rows = new Map<string, number>();
const cells = table.flatMap(({ operation, effect, cells: texts }) => {
  const part = rows.get(operation) ?? 0;
  rows.set(operation, part + 1);
  const known = ROUTES.find((each) => each.operation === operation)?.operation;
  if (known === undefined) throw new Error(`there is no operation ${operation}`);
  return ROLES.flatMap((role, at) => {
    const meaning = [...MEANINGS].find(([words]) => words === texts[at])?.[1];
    if (meaning === undefined) throw new Error(`nobody knows what "${texts[at]}" of ${operation} means`);
    return (['harmless', 'dangerous'] as const).map((work) => ({
      ...{ operation: known, part, effect, role, work },
      outcome: meaning[work],
    }));
  });
});

const NEW_CREDENTIAL = Object(CONTRACTS.find(({ operation }) => operation === 'testNewCredential')?.example);

/** Bodies and queries where the contract's example does not suffice, by operation; one for each of its rows. */
type Parts = readonly ((world: RoleWorld) => { readonly body?: object; readonly query?: string })[];
const hundredMore = (id: string): string[] => [
  id,
  ...Array.from({ length: 100 }, (_, at) => id.replace(/.{3}$/, `${at + 100}`)),
];
const REQUESTS: Readonly<Record<string, Parts>> = {
  createTask: [
    ({ work, ids }) => ({
      body: { task_type: work.action, target_credential_id: ids.credential_id, payload: work.payload },
    }),
  ],
  updateTask: [() => ({ body: { schedule: { every: '1h' } } })],
  updateJob: [() => ({ body: { labels: ['mine'] } })],
  createWebhookEndpoint: [
    ({ work, ids }) => ({ body: { provider: 'standard', target: { credential_id: ids.credential_id }, ...work } }),
  ],
  updateWebhookEndpoint: [() => ({ body: { enabled: true } })],
  updateCredential: [() => ({ body: { label: 'mine' } })],
  deleteCredential: [() => ({ query: 'force=true' })],
  testNewCredential: [() => ({ body: { ...NEW_CREDENTIAL, host: '127.0.0.1', port: 1, security_mode: 'none' } })],
  syncMailboxes: [({ ids }) => ({ body: { credential_id: ids.credential_id } })],
  syncMessages: [({ ids }) => ({ body: { credential_id: ids.credential_id } })],
  listEmails: [({ ids }) => ({ query: `credential_id=${ids.credential_id}` })],
  listMailboxes: [({ ids }) => ({ query: `credential_id=${ids.credential_id}` })],
  searchDeleteJobs: [() => ({ body: { query: 'nothing has this' } })],
  bulkJobs: [
    ({ ids }) => ({ body: { action: 'retry', job_ids: [ids.job_id], reason: 'why' } }),
    () => ({ body: { action: 'retry', filter: { status: 'failed' }, reason: 'why' } }),
    ({ ids }) => ({ body: { action: 'delete', job_ids: [ids.job_id], reason: 'why' } }),
  ],
};

let api: JobApi;
/** A resource that has not been changed yet. */
const untouched = new Map<string, Promise<RoleWorld>>();
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api?.stop());

async function worldFor({ operation, effect, outcome, work }: (typeof cells)[number]): Promise<RoleWorld> {
  if (effect !== 'reads' && outcome !== 'refused') {
    const world = await roleWorld(api, work);
    // Only a job that has not ended can be cancelled.
    if (operation === 'cancelJob')
      await api.call('retryJob', { account: world.account, id: world.ids.job_id ?? '', body: {} });
    if (operation === 'reopenJob')
      await api.call('resolveJob', { account: world.account, id: world.ids.job_id ?? '', body: {} });
    return world;
  }
  const known = untouched.get(work) ?? roleWorld(api, work);
  untouched.set(work, known);
  return known;
}

function call(world: RoleWorld, { operation, part, role }: (typeof cells)[number]): Promise<CallReply> {
  const route = ROUTES.find((each) => each.operation === operation);
  const example = CONTRACTS.find((each) => each.operation === operation)?.example;
  const parameter = /\{(\w+)\}/.exec(route?.path ?? '')?.[1] ?? '';
  const request = REQUESTS[operation]?.[part]?.(world) ?? {};
  const body = request.body ?? (route?.method === 'GET' || route?.method === 'DELETE' ? undefined : (example ?? {}));
  const { account, ids } = world;
  return api.call(operation, { ...request, account, role, id: ids[parameter] ?? '', ...(body && { body }) });
}

describe('each operation, called by each role', () => {
  it.each(cells)('$operation (row $part) by the $role with $work work: $outcome', async (cell) => {
    const world = await worldFor(cell);
    const before = await api.audit(world.account);
    const reply = await call(world, cell);
    if (cell.outcome === 'refused') {
      expect(reply).toMatchObject({ status: 403, body: { code: 'role_forbidden' } });
      expect(reply.body.detail).toMatch(/^this needs the role (member|owner): (it|a member) \w+/);
      expect(await api.audit(world.account)).toEqual(before);
      return;
    }
    // This fixture has no mail, and counts no failures.
    const statuses = CONTRACTS.find((each) => each.operation === cell.operation)?.replies.map(({ status }) => status);
    expect(/^getEmail$|FailureGroup$/.test(cell.operation) ? [404] : statuses, reply.text).toContain(reply.status);
    if (cell.outcome === 'allowed') return;
    const [item] = await ranBulk(api, reply.body.data.id);
    const code = cell.outcome === 'skipped' ? 'role_forbidden' : null;
    expect(item).toEqual({ job_id: world.ids.job_id, outcome: cell.outcome, code });
    const job = await api.call('getJob', { account: world.account, id: world.ids.job_id ?? '' });
    expect(job.body.data.status).toBe(cell.outcome === 'skipped' ? 'failed' : 'queued');
  });

  it('bulkJobs by the member with more than 100 named jobs: refused', async () => {
    const world = await roleWorld(api, 'harmless');
    const body = { action: 'retry', job_ids: hundredMore(world.ids.job_id ?? ''), reason: 'why' };
    const asked = { account: world.account, id: world.account, body };
    expect(body.job_ids).toHaveLength(101);
    expect(await api.call('bulkJobs', { ...asked, role: 'member' })).toMatchObject({
      status: 403,
      body: { code: 'role_forbidden', detail: 'this needs the role owner: a member names at most 100 jobs' },
    });
    expect((await api.call('bulkJobs', asked)).status).toBe(202);
  });
});
