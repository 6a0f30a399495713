import { describe, expect, it } from 'vitest';
import { type Answer, reply, runInProcess } from '../../fixtures/inboxctl-in-process.ts';

const LOCAL = { INBOXCTL_API: 'http://127.0.0.1:4000', INBOXCTL_ACCOUNT: 'acc_demo' };
const PLACE = { account: 'acc_demo', port: 1, ca_pem: '', password: 'demo', mailboxes: [] };

/** An embedded stack that describes its demo with this value; null: it has no demo. */
const stack =
  (place: object | null): Answer =>
  ({ url }) =>
    url.pathname === '/_local/demo' ? reply(place === null ? 404 : 200, place ?? {}) : reply(500, {});

describe('inboxctl demo sends no command', () => {
  it('to a service that is not on this machine', async () => {
    const ended = await runInProcess(['demo'], stack(PLACE), { ...LOCAL, INBOXCTL_API: 'https://api.test' });
    expect(ended).toMatchObject({ code: 2, sent: [] });
    expect(ended.stderr).toContain('not on this machine');
  });

  it('to a service on this machine that has no demo', async () => {
    for (const other of [null, { account: 'acc_demo' }]) {
      const { code, sent } = await runInProcess(['demo'], stack(other), LOCAL);
      expect({ code, paths: sent.map(({ url }) => url.pathname) }).toEqual({ code: 2, paths: ['/_local/demo'] });
    }
  });

  it('for an account other than that of the demo', async () => {
    for (const [place, account] of [
      [PLACE, 'acc_customer'],
      [{ ...PLACE, account: 'acc_customer' }, 'acc_demo'],
      [{ ...PLACE, account: 'acc_customer' }, 'acc_customer'],
    ] as const) {
      const { code, sent } = await runInProcess(['demo'], stack(place), { ...LOCAL, INBOXCTL_ACCOUNT: account });
      expect({ code, paths: sent.map(({ url }) => url.pathname) }).toEqual({ code: 2, paths: ['/_local/demo'] });
    }
  });
});

it('a complete demo is not changed', async () => {
  const by_status = { scheduled: 0, queued: 0, running: 0, retrying: 0, succeeded: 0, failed: 0, resolved: 0 };
  const answer: Answer = (request) => {
    if (request.url.pathname.endsWith('/tasks/search')) return reply(200, { data: [{}], page: { next_cursor: null } });
    if (request.url.pathname.endsWith('/jobs/stats')) return reply(200, { data: { total: 0, by_status } });
    return stack(PLACE)(request);
  };
  const { code, stderr, sent } = await runInProcess(['demo'], answer, LOCAL);
  expect({ code, sent: sent.length }).toEqual({ code: 0, sent: 3 });
  expect(stderr).toContain('complete already');
});
