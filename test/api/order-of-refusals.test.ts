/** A request with several errors is refused for its own contents first, and then for what it names. */
import { expect, it } from 'vitest';
import { iso, T0 } from '../domain/job/job-stream.ts';
import { apiInMemory, OWNER, THINGS } from '../fixtures/api-in-memory.ts';

const UNKNOWN = 'pc_01jgx000000000000000000009';
const INVALID = { gte: 1 };

it('an endpoint is refused an invalid payload before the credential of its new target is looked for', async () => {
  const api = await apiInMemory();
  const change = (body: object) => api.call('updateWebhookEndpoint', { body });
  await expect(change({ target: { credential_id: UNKNOWN }, payload: INVALID })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  await expect(change({ target: { credential_id: UNKNOWN } })).rejects.toMatchObject({ code: 'not_found' });
});

it('a task is refused an invalid payload even if its credential is gone', async () => {
  const api = await apiInMemory();
  const version = (await api.version(THINGS.credential_id)) + 1;
  await api.log.append([
    {
      ...{ streamId: THINGS.credential_id, version, accountId: OWNER, at: iso(T0 + 50_000) },
      actor: { kind: 'user', id: 'ann' },
      event: { type: 'CredentialDeleted', data: { force: true } },
    },
  ]);
  const change = (body: object) => api.call('updateTask', { body });
  await expect(change({ payload: INVALID })).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(change({ priority: 2 })).rejects.toMatchObject({ code: 'not_found' });
});
