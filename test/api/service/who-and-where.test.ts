import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { SIGN_IN } from '../../fixtures/sign-in.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api?.stop());

const me = (account: string, role = 'viewer') => api.call('me', { account, id: '', role, uid: 'jane' });

describe('the person of a token', () => {
  it('is shown with name, role and each account once', async () => {
    const { status, body } = await me('[acc_two acc_one acc_two]', 'member');
    expect(status).toBe(200);
    expect(body.data).toEqual({
      uid: 'jane',
      role: 'member',
      accounts: [
        { id: 'acc_two', paused: false, paused_until: null },
        { id: 'acc_one', paused: false, paused_until: null },
      ],
    });
  });

  it.each([
    ['acc_paused', {}, { paused: true, paused_until: null }],
    ['acc_until', { until: '2099-01-01T00:00:00Z' }, { paused: true, paused_until: '2099-01-01T00:00:00.000Z' }],
    ['acc_past', { until: '2020-01-01T00:00:00Z' }, { paused: false, paused_until: null }],
  ])('shows the account %s, paused with %j, as %j', async (account, body, expected) => {
    expect((await api.call('pauseAccount', { account, id: account, body })).status).toBe(200);
    await api.project(await api.items(account));
    expect((await me(account)).body.data.accounts).toEqual([{ id: account, ...expected }]);
  });

  it('is not shown for a token without a role', async () => {
    const reply = await api.call('me', { account: 'acc_one', id: '', role: 'admin' });
    expect([reply.status, reply.body.code]).toEqual([401, 'invalid_token']);
  });
});

it('the sign-in settings of the stage are shown to everybody', async () => {
  const reply = await api.call('signIn', { account: '', id: '', role: '' });
  expect([reply.status, reply.body.data]).toEqual([200, JSON.parse(SIGN_IN)]);
});
