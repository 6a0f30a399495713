/** What is deleted or belongs to another account does not exist for the caller. */
import { describe, expect, it } from 'vitest';
import { credentialOf, type Owned, ownCredential, owned, ownJob } from '../../functions/api/own.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { ACCOUNT, CREDENTIAL, JOB, recorded, requested, T0 } from '../domain/job/job-stream.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';

const job = recorded(requested(), 1, T0);
const credential: Envelope = {
  ...job,
  stream_id: CREDENTIAL,
  type: 'CredentialAdded',
  data: { provider_kind: 'imap', auth_kind: 'password' },
};
const streams = new Map<string, readonly Envelope[]>([
  [JOB, [job]],
  [CREDENTIAL, [credential]],
]);
const log: EventLog = { ...memoryEventLog(), current: async (id) => streams.get(id) ?? [] };
const notFound = { code: 'not_found' };

describe('a resource', () => {
  const state: Owned = { id: 'x_1', account_id: ACCOUNT, deleted: false, version: 1 };

  it("of one of the caller's accounts is found", () => {
    expect(owned(state, ['acc_two', ACCOUNT])).toBe(state);
  });

  it.each([
    ['that does not exist', null, [ACCOUNT]],
    ['that is deleted', { ...state, deleted: true }, [ACCOUNT]],
    ['of another account', state, ['acc_two']],
    ['of any account, for a caller without accounts,', state, []],
  ])('%s is not found', (_, found, accounts) => {
    expect(() => owned(found, accounts)).toThrow(expect.objectContaining(notFound));
  });
});

describe.each([
  ['a job', ownJob, JOB],
  ['a credential', ownCredential, CREDENTIAL],
  [
    'a credential that a request names',
    (from: EventLog, id: string, [one = '']: string[]) => credentialOf(from, id, one),
    CREDENTIAL,
  ],
])('%s', (_, find, id) => {
  it('is read from its stream', async () => {
    expect(await find(log, id, [ACCOUNT])).toMatchObject({ id, account_id: ACCOUNT, version: 1 });
  });

  it('of another account is the same as one that does not exist', async () => {
    await expect(find(log, id, ['acc_two'])).rejects.toMatchObject(notFound);
    await expect(find(log, `${id}0`, [ACCOUNT])).rejects.toMatchObject(notFound);
  });
});
