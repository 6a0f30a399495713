/** The client's requests against an HTTP server that refuses, cuts connections and answers as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProblem, createClient, UnexpectedReply } from '../../client/index.ts';
import { pauseAfter } from '../../client/transport.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';

type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};
type Answer = (response: ServerResponse) => void;

const JOB = 'job_01jd0000000000000000000000';
let received: Received[];
let answers: Answer[];
let url: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  received = [];
  answers = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, body: String(Buffer.concat(chunks)) });
    (answers.shift() ?? ok({}))(response);
  });
  ({ url, stop } = await listenOnLoopback(server, 0));
});
afterEach(() => stop());

const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers })
      .end(status === 204 ? undefined : JSON.stringify(body));
const ok = (data: unknown, headers: Record<string, string> = {}): Answer => reply(200, { data }, headers);
const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  reply(status, { type: `urn:x:${code}`, title: 'No', status, code }, { 'retry-after': '0', ...headers });
/** The request arrived and may have been carried out, but its reply is lost. */
const cut: Answer = (response) => response.destroy();

const client = (settings: Partial<Parameters<typeof createClient>[0]> = {}) =>
  createClient({ url, token: 'secret-token', ...settings });
const keys = (): readonly unknown[] => received.map(({ headers }) => headers['idempotency-key']);

describe('a request', () => {
  it('contains the path and query parameters, the token and the options', async () => {
    answers.push(ok([], { etag: '"7"' }));
    const answer = await client().jobs.list({ account_id: 'acc_a b', status: ['failed', 'queued'], q: 'a&b' });
    expect(received[0]?.path).toBe('/api/accounts/acc_a%20b/jobs?status=failed&status=queued&q=a%26b');
    expect(received[0]?.headers.authorization).toBe('Bearer secret-token');
    expect(answer).toEqual({ data: [], etag: 7, entityTag: '"7"', requestId: 'req_1' });
    await client().jobs.update({ job_id: JOB, body: { priority: 1 }, ifMatch: 7, idempotencyKey: 'mine' });
    expect(received[1]).toMatchObject({
      method: 'PATCH',
      body: '{"priority":1}',
      headers: { 'if-match': '"7"', 'idempotency-key': 'mine' },
    });
    await client().jobs.get({ job_id: JOB, waitSeconds: 3 });
    expect(received[2]?.headers.prefer).toBe('wait=3');
  });

  it('with an unknown parameter, or without a path parameter, is not sent', async () => {
    const wrong = { job_id: JOB, job: 1 };
    await expect(client().jobs.get(wrong)).rejects.toThrow('job is not a parameter');
    await expect(client().jobs.get({ job_id: '' })).rejects.toThrow('job_id is missing');
    expect(received).toEqual([]);
  });

  it('that the API refuses throws its problem, without the token', async () => {
    answers.push(problem(404, 'not_found'));
    const error = await client()
      .jobs.get({ job_id: JOB })
      .catch((each: unknown) => each);
    if (!(error instanceof ApiProblem)) throw error;
    expect(error).toMatchObject({ code: 'not_found', status: 404, requestId: 'req_1', message: 'No' });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret-token');
  });

  it('that another server answers throws UnexpectedReply', async () => {
    answers.push((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
    await expect(client().jobs.get({ job_id: JOB })).rejects.toThrow(UnexpectedReply);
    answers.push((response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<html>'));
    await expect(client().jobs.get({ job_id: JOB })).rejects.toThrow(UnexpectedReply);
    answers.push(reply(401, { message: 'Unauthorized' }));
    await expect(client().jobs.get({ job_id: JOB })).rejects.toThrow('Unauthorized');
  });

  it.each([301, 302, 303, 307, 308])(
    'that is answered with the redirect %i throws UnexpectedReply, and goes nowhere else',
    async (status) => {
      answers.push((response) => response.writeHead(status, { location: `${url}/elsewhere` }).end());
      const body = { host: 'h', secret: { username: 'u', password: 'p' } };
      await expect(
        client().credentials.update({ credential_id: 'pc_01jd0000000000000000000000', body }),
      ).rejects.toThrow(UnexpectedReply);
      expect(received).toHaveLength(1);
    },
  );

  it('with the reply 204 returns no content', async () => {
    answers.push(reply(204, null));
    expect(await client().jobs.delete({ job_id: JOB })).toEqual({ etag: null, entityTag: null, requestId: 'req_1' });
  });
});

describe('a request that failed', () => {
  it('is sent again after 429, 500, 503 and a lost connection, under one key', async () => {
    answers.push(problem(429, 'rate_limited'), problem(500, 'internal_error'), problem(503, 'service_busy'), cut);
    answers.push(reply(202, { data: { id: JOB } }));
    expect(await client().jobs.retry({ job_id: JOB })).toMatchObject({ data: { id: JOB } });
    expect(received).toHaveLength(5);
    expect(new Set(keys()).size).toBe(1);
    expect(keys()[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gives each command a key of its own', async () => {
    await client().jobs.retry({ job_id: JOB });
    await client().jobs.retry({ job_id: JOB });
    expect(new Set(keys()).size).toBe(2);
  });

  it('is not sent again if it could take effect twice', async () => {
    answers.push(cut);
    const body = {
      host: 'a',
      port: 993,
      security_mode: 'ssl_tls',
      provider_kind: 'imap',
      auth_kind: 'password',
    } as const;
    const given = { account_id: 'acc_a', body: { ...body, secret: { username: 'a', password: 'b' } } };
    await expect(client().credentials.testNew(given)).rejects.toThrow('no reply in 1 tries');
    expect(received).toHaveLength(1);
    answers.push(problem(429, 'rate_limited'), ok({ ok: true }));
    await client().credentials.testNew(given);
    expect(received).toHaveLength(3);
    // A gateway replies like this when the function took too long; the function may have tried the login.
    answers.push(reply(503, { message: 'Service Unavailable' }));
    await expect(client().credentials.testNew(given)).rejects.toThrow('Service Unavailable');
    expect(received).toHaveLength(4);
  });

  it.each([
    ['whose reply was lost', cut],
    ['that was answered 500', problem(500, 'internal_error')],
    ['that was answered 503', problem(503, 'service_busy')],
  ])('a change of one version %s is not sent again: it would conflict with itself', async (_, answer) => {
    const change = { task_id: 'tsk_1', body: { priority: 1 } };
    answers.push(answer, problem(412, 'version_conflict'));
    await expect(client().tasks.update({ ...change, ifMatch: 3 })).rejects.not.toMatchObject({
      code: 'version_conflict',
    });
    expect(received).toHaveLength(1);
    answers = [answer, ok({ id: 'tsk_1' })];
    await client().tasks.update(change);
    answers = [answer, ok({ id: JOB })];
    await client().jobs.update({ job_id: JOB, body: { priority: 1 }, ifMatch: 3 });
    expect(received).toHaveLength(5);
  });

  it('is not sent again after a permanent refusal', async () => {
    answers.push(problem(409, 'job_running'));
    await expect(client().jobs.retry({ job_id: JOB })).rejects.toThrow(ApiProblem);
    expect(received).toHaveLength(1);
  });

  it('is sent at most the configured number of times', async () => {
    answers.push(cut, cut, cut);
    await expect(client({ tries: 3 }).jobs.get({ job_id: JOB })).rejects.toThrow('no reply in 3 tries');
    answers.push(...Array.from({ length: 3 }, () => problem(503, 'try_again')));
    await expect(client({ tries: 3 }).jobs.get({ job_id: JOB })).rejects.toThrow(ApiProblem);
    expect(received).toHaveLength(6);
  });

  it.each([
    ['was lost', cut],
    ['was 500', problem(500, 'internal_error')],
    ['was 503 of the API', problem(503, 'service_busy')],
    ['was 503 of the gateway', reply(503, { message: 'Service Unavailable' })],
    ['was 504', reply(504, { message: 'Endpoint request timed out' })],
  ])('a deletion whose reply %s finds nothing, and has succeeded', async (_, first) => {
    answers.push(first, problem(404, 'not_found'));
    await expect(client().tasks.delete({ task_id: 'tsk_1' })).resolves.toMatchObject({ etag: null });
    expect(received).toHaveLength(2);
  });

  it('a deletion under a key that finds nothing after a lost reply is refused: the service repeats its first reply', async () => {
    answers.push(cut, problem(404, 'not_found'), cut, reply(204, null));
    await expect(client().jobs.delete({ job_id: JOB })).rejects.toMatchObject({ code: 'not_found' });
    await expect(client().jobs.delete({ job_id: JOB })).resolves.toMatchObject({ etag: null });
    expect(received).toHaveLength(4);
  });

  it('a deletion that was refused before it finds nothing does not count as done', async () => {
    answers.push(problem(404, 'not_found'), problem(429, 'rate_limited'), problem(404, 'not_found'));
    await expect(client().tasks.delete({ task_id: 'tsk_1' })).rejects.toThrow(ApiProblem);
    await expect(client().tasks.delete({ task_id: 'tsk_1' })).rejects.toMatchObject({ code: 'not_found' });
    expect(received).toHaveLength(3);
  });

  it('asks for a new token once when the token is refused', async () => {
    answers.push(
      problem(401, 'invalid_token'),
      ok({ id: JOB }),
      problem(401, 'invalid_token'),
      problem(401, 'invalid_token'),
    );
    const asked: (string | null)[] = [];
    const renewing = client({ token: async (refused) => `token-${asked.push(refused)}` });
    await renewing.jobs.get({ job_id: JOB });
    expect(asked).toEqual([null, 'token-1']);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    await expect(renewing.jobs.get({ job_id: JOB })).rejects.toThrow(ApiProblem);
  });

  it('throws the reason of its signal, also between two tries', async () => {
    const stopping = new AbortController();
    answers.push(problem(503, 'try_again', { 'retry-after': '60' }));
    const request = client().jobs.get({ job_id: JOB, signal: stopping.signal });
    await expect.poll(() => received.length).toBe(1);
    stopping.abort(new Error('enough'));
    await expect(request).rejects.toThrow('enough');
    const never = client().jobs.get({ job_id: JOB, signal: AbortSignal.abort(new Error('before')) });
    await expect(never).rejects.toThrow('before');
    expect(received).toHaveLength(1);
  });

  it('waits as long as Retry-After says, at most a minute, otherwise a random time that grows to eight seconds', () => {
    expect([1, 2, 3, 6, 20].map((attempt) => pauseAfter(attempt, null, () => 1))).toEqual([250, 500, 1000, 8000, 8000]);
    expect(pauseAfter(2, null, () => 0)).toBe(250);
    expect(pauseAfter(1, '5', () => 0)).toBe(5_125);
    expect(pauseAfter(1, '86400', () => 0)).toBe(60_125);
    expect(pauseAfter(1, 'Fri, 01 Jan 2027 00:00:00 GMT', () => 0)).toBe(125);
  });
});

describe('a list', () => {
  it('yields every entry of all pages, with the cursor in the query of a list or in the body of a search', async () => {
    const page = (data: unknown, next: string | null): Answer =>
      reply(200, { data, page: { limit: 2, next_cursor: next } });
    answers.push(page([{ id: 1 }, { id: 2 }], 'c1'), page([], 'c2'), page([{ id: 3 }], null));
    const listed = [];
    for await (const { id } of client().jobs.list.each({ account_id: 'acc_a', limit: 2 })) listed.push(id);
    expect(listed).toEqual([1, 2, 3]);
    expect(received.map(({ path }) => path.split('?')[1])).toEqual([
      'limit=2',
      'limit=2&cursor=c1',
      'limit=2&cursor=c2',
    ]);
    answers.push(page([{ id: 1 }], 'c1'), page([{ id: 2 }], null), page([], 'c1'), page([], null));
    const found = [];
    for await (const { id } of client().jobs.search.each({ account_id: 'acc_a', body: { limit: 1 } })) found.push(id);
    for await (const { id } of client().jobs.search.each({ account_id: 'acc_a' })) found.push(id);
    expect(found).toEqual([1, 2]);
    expect(received.slice(3).map(({ body }) => body)).toEqual([
      '{"limit":1}',
      '{"limit":1,"cursor":"c1"}',
      '{}',
      '{"cursor":"c1"}',
    ]);
  });

  it('sends the offset of the first page only', async () => {
    const page = (next: string | null): Answer =>
      reply(200, { data: [{ id: 1 }], page: { limit: 1, next_cursor: next } });
    answers.push(page('c1'), page(null), page('c1'), page(null));
    for await (const _ of client().jobs.list.each({ account_id: 'acc_a', offset: 5 }));
    for await (const _ of client().jobs.search.each({ account_id: 'acc_a', body: { offset: 5 } }));
    expect(received.slice(0, 2).map(({ path }) => path.split('?')[1])).toEqual(['offset=5', 'cursor=c1']);
    expect(received.slice(2).map(({ body }) => body)).toEqual(['{"offset":5}', '{"cursor":"c1"}']);
  });

  it('fetches no page that is not read', async () => {
    answers.push(reply(200, { data: [{ id: 1 }], page: { limit: 1, next_cursor: 'c1' } }));
    for await (const _ of client().jobs.list.each({ account_id: 'acc_a' })) break;
    expect(received).toHaveLength(1);
  });
});

describe('a wait', () => {
  const job = (version: number, status: string): Answer =>
    ok({ id: JOB, version, status }, { 'preference-applied': 'wait=20' });

  it('returns the job when it has ended, and reports each change once', async () => {
    answers.push(job(1, 'queued'), job(1, 'queued'), job(2, 'running'), job(3, 'failed'));
    const seen: string[] = [];
    const ended = await client().jobs.waitFor(JOB, { onProgress: ({ status }) => seen.push(status) });
    expect(ended).toMatchObject({ version: 3, status: 'failed' });
    expect(seen).toEqual(['queued', 'running', 'failed']);
    expect(received[0]?.headers.prefer).toBe('wait=20');
  });

  it('throws WaitTimedOut when its time is over, and the reason of its signal', async () => {
    answers.push(...Array.from({ length: 50 }, () => job(1, 'queued')));
    await expect(client().jobs.waitFor(JOB, { timeoutMs: 1 })).rejects.toThrow('had not ended after 1 ms');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(client().jobs.waitFor(JOB, { signal })).rejects.toThrow('enough');
  });

  it('for a task waits for its last job, and returns null without one', async () => {
    answers.push(ok({ id: 'tsk_1', last_job_id: null }));
    expect(await client().tasks.waitFor('tsk_1')).toBeNull();
    answers.push(ok({ id: 'tsk_1', last_job_id: JOB }), job(4, 'succeeded'));
    expect(await client().tasks.waitFor('tsk_1')).toMatchObject({ id: JOB, status: 'succeeded' });
  });

  it('for a bulk operation ends when it no longer runs', async () => {
    answers.push(ok({ version: 1, status: 'running' }), ok({ version: 2, status: 'completed' }));
    expect(await client().bulk.waitFor('blk_1')).toMatchObject({ status: 'completed' });
  });
});
