import { describe, expect, it, vi } from 'vitest';
import { type Answer, reply, runInProcess } from '../../fixtures/inboxctl-in-process.ts';

const problem = (status: number, code: string): Response =>
  reply(status, { type: 'urn:x', title: 'No', status, code, detail: `it is ${code}`, request_id: 'r' });
const job = (id: string) => ({ id, status: 'queued', action: 'imap_sync_messages', attempt_count: 1, created_at: NOW });
const NOW = '2026-11-29T08:00:00.000Z';

/** Refuses commands on the jobs `gone` and `busy`. */
const service: Answer = ({ url, method }) => {
  const id = url.pathname.split('/')[3] ?? '';
  if (id === 'job_gone') return problem(404, 'not_found');
  if (id === 'job_busy') return problem(409, 'job_running');
  return method === 'DELETE' ? reply(204, null) : reply(202, { data: job(id) });
};

describe('a command on several jobs', () => {
  it('continues after a refusal, reports each one, and exits with the code of the worst', async () => {
    const ids = ['job_gone', 'job_a', 'job_busy', 'job_b'];
    for (const command of [
      ['jobs', 'delete', ...ids, '--yes'],
      ['jobs', 'retry', ...ids],
    ]) {
      const { code, stdout, stderr, sent } = await runInProcess(command, service);
      expect({ code, sent: sent.length }).toEqual({ code: 6, sent: 4 });
      expect(stdout).toMatch(/job_a(.|\n)*job_b/);
      expect(stderr).toContain('2 of 4 were refused');
      expect(stderr).toMatch(/job_gone: it is not_found(.|\n)*job_busy: it is job_running/);
    }
  });

  it('prints for scripts the changed jobs on stdout, and all refusals as one problem document on stderr', async () => {
    const { stdout, stderr } = await runInProcess(['jobs', 'retry', 'job_gone', 'job_a', '--json'], service);
    expect(JSON.parse(stdout)).toMatchObject([{ id: 'job_a' }]);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'some_failed',
      problems: [{ id: 'job_gone', code: 'not_found' }],
    });
  });

  it('that names one job ends with the problem of that job', async () => {
    const { code, stderr } = await runInProcess(['jobs', 'retry', 'job_gone', '--json'], service);
    expect({ code, ...JSON.parse(stderr) }).toMatchObject({ code: 'not_found', status: 404 });
  });

  it('stops at the first refusal of the token', async () => {
    const { code, sent } = await runInProcess(['jobs', 'retry', 'job_a', 'job_b'], () => problem(401, 'unauthorized'));
    expect({ code, sent: sent.length }).toEqual({ code: 4, sent: 1 });
  });

  it('prints the changed jobs when it is interrupted', async () => {
    const answer: Answer = (request) =>
      request.url.pathname.includes('job_slow')
        ? new Promise((_, reject) => {
            request.signal?.addEventListener('abort', () => reject(request.signal?.reason));
            process.emit('SIGINT');
          })
        : service(request);
    const { code, stdout } = await runInProcess(['jobs', 'delete', 'job_a', 'job_slow', 'job_b', '--yes'], answer);
    expect(code).toBe(130);
    expect(stdout).toContain('job_a');
    expect(stdout).not.toContain('job_b');
  });
});

describe('--fields', () => {
  it.each([
    ['jobs', 'retry', 'job_a'],
    ['jobs', 'delete', 'job_a', '--yes'],
    ['jobs', 'update', 'job_a', '--priority', '1'],
    ['bulk', 'retry', '--status', 'failed', '--reason', 'r', '--yes'],
    ['bulk', 'abort', 'blk_a'],
    ['tasks', 'create', 'sync_messages', 'pc_a'],
    ['tasks', 'trigger', 'tsk_a'],
    ['tasks', 'pause', 'tsk_a'],
    ['tasks', 'delete', 'tsk_a', '--yes'],
    ['credentials', 'pause', 'pc_a'],
    ['credentials', 'test', 'pc_a'],
    ['credentials', 'delete', 'pc_a', '--yes'],
    ['webhooks', 'update', 'whk_a', '--disable'],
    ['webhooks', 'test', 'whk_a'],
    ['sync', 'pc_a'],
    ['account', 'pause', '--yes'],
  ])('with an unknown field sends nothing: %s %s', async (...command) => {
    const { code, stderr, sent } = await runInProcess([...command, '--fields', 'ids'], service);
    expect({ code, sent }).toEqual({ code: 2, sent: [] });
    expect(stderr).toContain('There is no field ids.');
  });

  it('with known fields sends the command', async () => {
    const { code, stdout } = await runInProcess(['jobs', 'retry', 'job_a', '--fields', 'id,status', '--json'], service);
    expect({ code, rows: JSON.parse(stdout) }).toEqual({ code: 0, rows: [{ id: 'job_a', status: 'queued' }] });
  });
});

describe('inboxctl api', () => {
  it('renews the token once when it is refused', async () => {
    const answer: Answer = () => problem(401, 'unauthorized');
    const local = { INBOXCTL_API: 'http://127.0.0.1:4000', INBOXCTL_TOKEN: '' };
    const issuer: Answer = (request) =>
      request.url.pathname.startsWith('/_local') ? reply(200, { access_token: 'one' }) : answer(request);
    const { code, sent } = await runInProcess(['api', 'GET', 'me'], issuer, local);
    expect({ code, paths: sent.map(({ url }) => url.pathname) }).toEqual({
      code: 4,
      paths: ['/_local/oidc/token', '/api/me'],
    });
  });

  it('exits with 9 when the reply is cut off', async () => {
    const cut = (): Response =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"data"'));
            controller.error(new TypeError('terminated'));
          },
        }),
      );
    expect(await runInProcess(['api', 'GET', 'me'], cut)).toMatchObject({ code: 9, stdout: '' });
  });
});

it('--limit reads only as many pages as it needs', async () => {
  const answer: Answer = ({ body }) => {
    const { limit } = JSON.parse(body);
    const data = Array.from({ length: limit }, (_, n) => job(`job_${n}`));
    return reply(200, { data, page: { next_cursor: 'more' }, coverage: {} });
  };
  for (const [limit, requests] of [
    [20, 1],
    [100, 1],
    [200, 2],
  ]) {
    const { sent, stderr } = await runInProcess(['jobs', 'list', '--limit', String(limit)], answer);
    expect(sent).toHaveLength(requests ?? 0);
    expect(stderr).toContain('There may be more');
  }
});

it('a label may contain commas', async () => {
  const answer = () => reply(200, { data: [], page: { next_cursor: null }, coverage: {} });
  const command = ['jobs', 'list', '--label', 'a, b', '--label', 'c'];
  const { sent } = await runInProcess(command, answer);
  expect(JSON.parse(sent[0]?.body ?? '').filter.label).toEqual(['a, b', 'c']);
});

describe('lengths of time have bounds', () => {
  it.each([
    ['jobs', 'list', '--timeout', '25d'],
    ['jobs', 'list', '--timeout', '0'],
    ['jobs', 'watch', '--interval', '0'],
    ['jobs', 'watch', '--interval', '2h'],
  ])('%s %s %s %s is refused', async (...command) => {
    expect(await runInProcess(command, service)).toMatchObject({ code: 2, sent: [] });
  });
});

describe('following', () => {
  it('events -f pauses between two reads when the service does not wait', async () => {
    const answer: Answer = ({ url }) =>
      url.pathname.endsWith('/events')
        ? reply(200, { data: [], page: { next_cursor: null } })
        : reply(200, { data: job('job_a') });
    const { code, sent } = await runInProcess(['jobs', 'events', 'job_a', '-f', '--timeout', '1200ms'], answer);
    expect(code).toBe(9);
    expect(sent.length).toBeLessThan(12);
  });

  it('watch leaves no gap between two reads before the first change', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const answer: Answer = () => {
      vi.advanceTimersByTime(60_000);
      return reply(200, { data: [], page: { next_cursor: null }, coverage: {} });
    };
    const { sent } = await runInProcess(['jobs', 'watch', '--interval', '200ms', '--timeout', '700ms'], answer);
    vi.useRealTimers();
    const [first, second] = sent.map(({ body }) => JSON.parse(body).filter.updated_at.gte);
    expect([first, second]).toEqual(['-10s', '-70s']);
  });
});
