import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { commandKey, createdId, type KeyedRequest } from '../../functions/api/idempotency.ts';
import { userActor } from '../../functions/domain/event/actors.ts';
import { ID_PREFIXES } from '../../functions/domain/ids/ids.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';

const request: KeyedRequest & { readonly key: string } = {
  accountId: 'acc_one',
  method: 'POST',
  path: '/api/accounts/acc_one/tasks',
  key: 'order-1',
  body: { a: 1 },
};
/** All values that a person who knows the request can compute. */
const scope = [request.accountId, request.method, request.path, request.key];
const under = (key: string) => async (text: string) => createHmac('sha256', key).update(text).digest('base64url');
const keyOf = async (given: Partial<typeof request> = {}, deployment = 'deployment') => {
  const key = await commandKey({ ...request, ...given }, ids, under(deployment));
  if (key === null) throw new Error('there is a key');
  return key;
};

describe('the id of a resource created under an Idempotency-Key', () => {
  it('is the same in every process of the deployment', async () => {
    const log = memoryEventLog();
    for (const prefix of ID_PREFIXES) {
      const made = await createdId(prefix, await keyOf(), { log, ids });
      expect(made).toMatch(new RegExp(`^${prefix}_`));
      expect(await createdId(prefix, await keyOf({ body: { a: 2 } }), { log, ids })).toBe(made);
    }
  });

  it('cannot be computed from account, method, path and key without the key of the deployment', async () => {
    const log = memoryEventLog();
    const made = await createdId('tsk', await keyOf(), { log, ids });
    const text = JSON.stringify(scope);
    const guesses = [scope, [text], [`id ${text}`], [ids.digest(scope)], [await under('')(`id ${text}`)]];
    expect(guesses.map((guess) => ids.derive('tsk', guess))).not.toContain(made);
    expect(await createdId('tsk', await keyOf({}, 'another'), { log, ids })).not.toBe(made);
  });

  it.each([{ accountId: 'acc_two' }, { path: '/x' }, { method: 'PATCH' }, { key: 'order-2' }])(
    'differs with %j',
    async (other) => {
      const log = memoryEventLog();
      const made = await createdId('tsk', await keyOf(), { log, ids });
      expect(await createdId('tsk', await keyOf(other), { log, ids })).not.toBe(made);
    },
  );

  it('cannot be derived from the fingerprint of any body', async () => {
    const { fingerprint } = await keyOf({ key: 'x', body: scope });
    expect(ids.derive('tsk', [fingerprint])).not.toBe((await keyOf()).derive('tsk'));
  });

  it('is kept for a key that was used before ids were HMACs, and for that key alone', async () => {
    const log = memoryEventLog();
    const key = await keyOf();
    const former = ids.derive('tsk', scope);
    const origin = { streamId: former, version: 1, accountId: 'acc_one', actor: userActor('ann') };
    const event = { type: 'TaskDeleted', data: {} } as const;
    await log.append([{ ...origin, at: '2026-11-01T00:00:00.000Z', commandId: key.commandId, event }]);
    expect(await createdId('tsk', key, { log, ids })).toBe(former);
    expect(await createdId('job', key, { log, ids })).toBe(key.derive('job'));
    const other = await keyOf({ key: 'order-2' });
    expect(await createdId('tsk', other, { log, ids })).toBe(other.derive('tsk'));
  });

  it('is new each time without a key', async () => {
    const log = memoryEventLog();
    expect(await createdId('tsk', null, { log, ids })).not.toBe(await createdId('tsk', null, { log, ids }));
  });
});
