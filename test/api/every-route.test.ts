/** Rules that hold for every route, taken from the routes and their contracts, so that a new route is included. */
import { describe, expect, it, vi } from 'vitest';
import { CONTRACTS } from '../../functions/api/contracts.ts';
import { writes } from '../../functions/api/openapi/refusals.ts';
import type { Reply } from '../../functions/http/endpoint.ts';
import { Problem } from '../../functions/http/problem.ts';
import { type Operation, ROUTES } from '../../functions/http/routes.ts';
import { apiInMemory, exampleOf, OWNER, routeOf, THINGS, thingOf } from '../fixtures/api-in-memory.ts';

/** The result of the call: its status, or the code of its refusal. */
async function outcomeOf(call: Promise<Reply>): Promise<number | string> {
  try {
    return (await call).status;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

const contractOf = (operation: Operation) => {
  const contract = CONTRACTS.find((each) => each.operation === operation);
  if (contract === undefined) throw new Error(`no contract of ${operation}`);
  return contract;
};

const deletions = ROUTES.filter(({ method }) => method === 'DELETE').map(({ operation }) => operation);
const conditional = CONTRACTS.filter(({ ifMatch }) => ifMatch === true).map(({ operation }) => operation);

describe('If-Match', () => {
  it('is honoured by every route that deletes or changes one resource, as its contract says', () => {
    const changing = ROUTES.filter(({ method }) => method === 'PATCH').map(({ operation }) => operation);
    expect(deletions).toEqual(['deleteJob', 'deleteTask', 'deleteCredential', 'deleteWebhookEndpoint']);
    expect(conditional).toEqual(expect.arrayContaining([...deletions, ...changing]));
  });

  it.each([...new Set([...deletions, ...conditional])])('refuses %s at another version', async (operation) => {
    const api = await apiInMemory(null, operation);
    const thing = thingOf(routeOf(operation));
    if (thing === null) throw new Error(`${operation} is about nothing known here`);
    const version = await api.version(THINGS[thing]);
    const before = api.log.all.length;
    for (const ifMatch of [version - 1, version + 1, 0])
      expect(await outcomeOf(api.call(operation, { headers: { ifMatch } })), `${ifMatch}`).toBe('version_conflict');
    expect(api.log.all).toHaveLength(before);
    expect([...api.vault.destroyed, ...api.webhooks.destroyed]).toEqual([]);
  });

  it.each([...new Set([...deletions, ...conditional])])('accepts %s at the present version', async (operation) => {
    const api = await apiInMemory(null, operation);
    const thing = thingOf(routeOf(operation)) ?? 'account_id';
    const ifMatch = await api.version(THINGS[thing]);
    // Jobs, task and endpoint use the credential: it can be deleted only with `force`, or when they are gone.
    const outcome = await outcomeOf(api.call(operation, { headers: { ifMatch } }));
    expect(outcome).toBe(deletions.includes(operation) ? 204 : contractOf(operation).replies[0].status);
  });
});

const ofOneThing = ROUTES.filter((route) => {
  const thing = thingOf(route);
  return thing !== null && thing !== 'account_id';
}).map(({ operation }) => operation);

describe('a resource of another account', () => {
  it('has one of six kinds, each with several routes', () => {
    for (const thing of Object.keys(THINGS).filter((each) => each !== 'account_id'))
      expect(ofOneThing.filter((operation) => thingOf(routeOf(operation)) === thing).length, thing).toBeGreaterThan(2);
    expect(ofOneThing).toEqual(expect.arrayContaining(['getBulkOperation', 'listBulkItems', 'abortBulkOperation']));
  });

  it.each(ofOneThing)('is not found by %s, and is not changed', async (operation) => {
    const api = await apiInMemory(null, operation);
    const before = api.log.all.length;
    for (const accounts of [['acc_two'], [], ['acc_on', 'acc_one_']])
      for (const idempotencyKey of [null, 'key'])
        expect(await outcomeOf(api.call(operation, { accounts, headers: { idempotencyKey } }))).toBe('not_found');
    expect(api.log.all).toHaveLength(before);
    expect([...api.vault.destroyed, ...api.webhooks.destroyed]).toEqual([]);
    const own = await outcomeOf(api.call(operation, { accounts: ['acc_two', OWNER] }));
    expect(own).toBe(contractOf(operation).replies[0].status);
  });
});

/** The body with one more value that the operation accepts; null if it has no body. */
function otherBody(operation: Operation, body: object): object | null {
  const changes = [
    { reason: 'another' },
    { note: 'another' },
    { label: 'another' },
    { priority: 7 },
    { secret: { username: 'jane@example.com', password: 'another' } },
    { secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` },
    { folder: 'Another' },
    { namespaces: ['personal', 'shared'] },
  ].map((change) => ({ ...body, ...change }));
  return changes.find((change) => contractOf(operation).body.safeParse(change).success) ?? null;
}

const keyed = ROUTES.filter(
  (route) =>
    writes(route) &&
    contractOf(route.operation).storesNothing !== true &&
    (route.method === 'POST' || route.function === 'command'),
)
  .filter(({ operation }) => otherBody(operation, exampleOf(operation)) !== null)
  .map(({ operation }) => operation);

describe('an Idempotency-Key', () => {
  it('is tested with two bodies on every route that accepts a key, including bulk operations', () => {
    expect(keyed).toEqual(expect.arrayContaining(['bulkJobs', 'searchDeleteJobs', 'abortBulkOperation', 'retryJob']));
    expect(keyed.length).toBeGreaterThan(15);
  });

  it.each(keyed)('executes %s once, and refuses it with another body', async (operation) => {
    const api = await apiInMemory(null, operation);
    const body = exampleOf(operation);
    const headers = { idempotencyKey: 'key' };
    const first = await outcomeOf(api.call(operation, { headers, body }));
    expect(contractOf(operation).replies.map(({ status }): unknown => status)).toContain(first);
    const appended = api.log.all.length;
    expect(await outcomeOf(api.call(operation, { headers, body }))).toBe(first);
    expect(await outcomeOf(api.call(operation, { headers, body: otherBody(operation, body) }))).toBe(
      'idempotency_key_reused',
    );
    expect(api.log.all).toHaveLength(appended);
  });

  it.each(keyed.filter((operation) => ofOneThing.includes(operation)))(
    'shows nothing of %s to a caller of another account who knows the key',
    async (operation) => {
      const api = await apiInMemory(null, operation);
      const headers = { idempotencyKey: 'key' };
      expect(await outcomeOf(api.call(operation, { headers }))).toEqual(expect.any(Number));
      const appended = api.log.all.length;
      expect(await outcomeOf(api.call(operation, { headers, accounts: ['acc_two'] }))).toBe('not_found');
      expect(api.log.all).toHaveLength(appended);
    },
  );
});

describe('the audit', () => {
  /** Tests: that of a credential records whether the login works, that of an endpoint is a delivery. */
  const UNAUDITED: readonly Operation[] = ['testCredential', 'testWebhookEndpoint'];
  const audited = ROUTES.filter((route) => writes(route) && contractOf(route.operation).storesNothing !== true)
    .map(({ operation }) => operation)
    .filter((operation) => !UNAUDITED.includes(operation));

  it.each(audited)('has an entry of the caller for %s', async (operation) => {
    const api = await apiInMemory(null, operation);
    const append = vi.spyOn(api.log, 'append');
    const outcome = await outcomeOf(api.call(operation));
    expect(contractOf(operation).replies.map(({ status }): unknown => status)).toContain(outcome);
    const entries = append.mock.calls.flatMap(([events]) => events).filter((event) => event.audited === true);
    const entry = { accountId: OWNER, actor: { kind: 'user', id: 'ann' }, requestId: 'request-1' };
    expect(entries.length).toBeGreaterThan(0);
    for (const each of entries) expect(each).toMatchObject(entry);
  });
});
