/**
 * The questions of an operator who finds many failures in the morning, each answered by one or two requests. The
 * failures are made once, through the API and with misbehaving mail servers.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPLANATIONS } from '../../functions/domain/failure/explanations.ts';
import { freePort } from '../../local/http/free-port.ts';
import { createMailbox, type ImapServer, type Mailbox, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';

const ACCOUNT = 'acc_morning';
const BASE = `/api/accounts/${ACCOUNT}`;
const WAIT = { prefer: 'wait=20' };
const RATE = 5;
const LATER = Array.from({ length: 12 }, (_, n) => `Later ${n}`);
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
/** DNS has no such name (RFC 6761 section 6.4). */
const TYPO = 'imap.exampel.invalid';
const LONG = 1_500;

let stack: Stack;
let mail: ImapServer;
let mailboxes: Mailbox[];
let api: Api;
let release = (): void => {};
let deadPort: number;
/** Credentials, by their problem. */
let good: string;
let refused: string;
let mistyped: string;
let down: string;
let moved: string;
/** Jobs, by how they end. */
let deleted: Json;
let deletedEvents: Json;
let missing: readonly string[];
let refusedJob: string;
let held: readonly string[];
let tomorrow: readonly string[];
let unreachable: readonly string[];
let paced: readonly string[];
let operation: string;

const login = { username: 'ann', password: 'secret' };
const idsOf = (jobs: readonly Json[]): readonly string[] => jobs.map(({ id }) => id);
const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();
const job = async (id: string): Promise<Json> => (await api.get(`/api/jobs/${id}`)).body.data;
const search = async (body: object): Promise<Json[]> => (await api.post(`${BASE}/jobs/search`, body)).body.data;
const groups = async (by: string): Promise<Map<string | null, Json>> => {
  const { body } = await api.get(`${BASE}/jobs/stats?group_by=${by}`);
  return new Map(body.data.groups.items.map((group: Json) => [group.key, group]));
};

async function sync(credential: string, folder: string): Promise<string> {
  const { body } = await api.post(`${BASE}/imap/sync-messages`, { credential_id: credential, folder });
  return body.data.job_id;
}

/** Syncs of these folders, requested in this order. */
async function several(credential: string, folders: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const folder of folders) made.push(await sync(credential, folder));
  return made;
}

/** The same syncs, each requested after the previous one has failed. */
async function failing(credential: string, folders: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const folder of folders) {
    const [id = ''] = await several(credential, [folder]);
    expect(await ended(api, id)).toMatchObject({ status: 'failed' });
    made.push(id);
  }
  return made;
}

beforeAll(async () => {
  const messages = Array.from({ length: LONG }, (_, n) => ({ raw: plainMessage({ n }) }));
  mailboxes = [createMailbox({ path: 'INBOX' }), createMailbox({ path: 'Years', messages })];
  [stack, mail, deadPort] = await Promise.all([
    startTestStack(),
    startImapServer({ accounts: [{ ...login, mailboxes }], tls: 'implicit' }),
    freePort(),
  ]);
  api = await apiOf(stack, ACCOUNT, 'owner', 'ann');
  const add = (other: object) => addCredential(api, ACCOUNT, { ...mail, ...login, ...other });
  good = await add({});
  moved = await add({});
  refused = await add({ password: 'wrong' });
  mistyped = await add({ host: TYPO });
  down = await add({ port: deadPort });
  await failJobs();
  await seen([...missing, refusedJob, ...held, ...tomorrow, ...unreachable, ...paced]);
});
afterAll(async () => {
  release();
  await stack?.stop();
  await mail?.close();
});

async function failJobs(): Promise<void> {
  unreachable = await several(down, ['INBOX', 'Sent', 'Drafts']);

  const [first = '', ...others] = await failing(good, ['Gone 0', 'Gone 1', 'Gone 2']);
  await api.post(`/api/jobs/${first}/retry`);
  await until(
    () => job(first),
    ({ status, attempt_count: attempts }) => status === 'failed' && attempts === 2,
  );
  missing = [...others, first];

  [refusedJob = ''] = await failing(refused, ['INBOX']);
  held = await several(refused, ['INBOX', 'Sent', 'Drafts']);
  tomorrow = await several(refused, ['Archive', 'Junk']);
  for (const id of tomorrow) await api.send('PATCH', `/api/jobs/${id}`, { run_at: TOMORROW });

  const [unknown = ''] = await failing(mistyped, ['INBOX']);
  await api.post(`/api/jobs/${unknown}/trigger`);
  await until(
    async () => (await api.get(`/api/provider-credentials/${mistyped}`)).body.data,
    ({ status }) => status === 'parked',
  );

  const [wrong = ''] = await failing(good, ['Inbxo']);
  deleted = await job(wrong);
  deletedEvents = (await api.get(`/api/jobs/${wrong}/events`)).body.data;
  const ben = await apiOf(stack, ACCOUNT, 'owner', 'ben');
  expect((await ben.delete(`/api/jobs/${wrong}?reason=a%20typo%20of%20mine`)).status).toBe(204);

  paced = await failing(moved, LATER);
  await seen(paced);
  await api.post(`/api/provider-credentials/${moved}/pause`, { reason: 'the mailbox is being moved' });
  const filter = { status: 'failed', credential_id: moved };
  const bulk = { action: 'retry', filter, reason: 'the folders are back', rate_per_second: RATE };
  operation = (await api.post(`${BASE}/jobs/bulk`, bulk, WAIT)).body.data.id;
  await until(
    () => api.get(`/api/bulk-operations/${operation}`),
    ({ body: { data } }) => data.status === 'completed' && data.done === LATER.length,
  );
  for (const id of paced)
    await until(
      () => job(id),
      ({ waiting_on: on }) => on === 'credential_paused',
    );
}

/** Waits until lists and searches show these jobs in their present state, and not the deleted one. */
async function seen(jobs: readonly string[]): Promise<void> {
  const now = await Promise.all(jobs.map(job));
  await until(
    async () => new Map((await everyItem(api, `${BASE}/jobs`)).map(({ id, version }) => [id, version])),
    (shown) => now.every(({ id, version }) => shown.get(id) >= version) && !shown.has(deleted?.id),
  );
}

it('the audit shows who deleted a job and why, with its last state and its events', async () => {
  const { body } = await api.get(`${BASE}/logs?action=job_deleted`);
  const { action, credential_id, status, labels, created_at, last_error_code } = deleted;
  const last_state = { action, credential_id, status, labels, created_at, last_error_code };
  expect(body.data).toMatchObject([
    { subject_id: deleted.id, actor: { kind: 'user', id: 'ben' }, data: { reason: 'a typo of mine', last_state } },
  ]);
  const events = await api.get(`/api/logs/${body.data[0].id}/events`);
  expect(events.body.data.slice(0, -1)).toEqual(deletedEvents);
  expect(events.body.data.at(-1)).toMatchObject({ type: 'JobDeleted' });
});

it('a search sorts jobs by the time of failure, and a group shows its first and last failure', async () => {
  const found = await search({ filter: { last_error_code: 'mailbox_not_found' }, sort: 'failed_at' });
  expect(idsOf(found)).toEqual(missing);
  const group = (await groups('last_error_code')).get('mailbox_not_found');
  expect(group).toMatchObject({
    first_failed_at: found[0].last_error_at,
    last_failed_at: found.at(-1).last_error_at,
    by_status: { failed: missing.length },
  });
});

it('jobs are grouped and filtered by the host and port of their mail server', async () => {
  const server = `${mail.host}:${deadPort}`;
  const byHost = await groups('host');
  expect(byHost.get(server)).toMatchObject({ total: unreachable.length, first_failed_at: expect.any(String) });
  expect(sorted([...byHost.keys()].map(String))).toEqual(
    sorted([server, `${mail.host}:${mail.port}`, `${TYPO}:${mail.port}`]),
  );
  const { body } = await api.get(`${BASE}/jobs?host=${server}`);
  expect(sorted(idsOf(body.data))).toEqual(sorted(unreachable));
});

it('job, group, search and credential show the same wait, and a job of tomorrow waits for nothing', async () => {
  expect(await job(held[0] ?? '')).toMatchObject({ waiting_on: 'credential_suspect' });
  const waits = await groups('waiting_on');
  expect(waits.get('credential_suspect')).toMatchObject({ total: held.length });
  expect(waits.get('credential_paused')).toMatchObject({ total: paced.length });
  const found = await search({ filter: { waiting_on: 'credential_suspect' }, sort: 'created_at' });
  expect(idsOf(found)).toEqual(held);
  const credential = await api.get(`/api/provider-credentials/${refused}`);
  expect(credential.body.data).toMatchObject({ status: 'suspect', waiting_jobs: held.length });
  for (const id of tomorrow)
    expect(await job(id)).toMatchObject({ status: 'scheduled', next_attempt_at: TOMORROW, waiting_on: null });
});

it('a credential that is parked because its host has no address shows that reason, also in the audit', async () => {
  const { body } = await api.get(`/api/provider-credentials/${mistyped}`);
  expect(body.data).toMatchObject({ status: 'parked', status_reason: 'dns_not_found' });
  const audit = await api.get(`${BASE}/logs?subject_id=${mistyped}`);
  const entries = audit.body.data.map(({ action, data }: Json) => [action, data.code ?? null]);
  expect(entries).toEqual([
    ['credential_refused', 'dns_not_found'],
    ['credential_refused', 'dns_not_found'],
    ['credential_added', null],
  ]);
});

it('each job of a bulk operation has its own start time, at the pace of the operation', async () => {
  const found = await search({ filter: { bulk_id: operation }, limit: 50 });
  expect(sorted(idsOf(found))).toEqual(sorted(paced));
  const starts = found.map(({ next_attempt_at: at }) => Date.parse(at)).sort((one, other) => one - other);
  const last = starts.at(-1) ?? 0;
  const places = starts.map((_, at) => last - ((starts.length - 1 - at) * 1_000) / RATE);
  // The operation may reach the first jobs after their time, and then they start at once.
  expect(starts.slice(RATE)).toEqual(places.slice(RATE));
  expect(starts.filter((at, place) => at < (places[place] ?? 0))).toEqual([]);
});

it('a failure code shows its maximum of attempts, and a job the number of attempts left', async () => {
  const { body } = await api.get('/api/failures');
  const most = (code: string) => body.data.find((each: Json) => each.code === code).max_attempts;
  expect([most('provider_unreachable'), most('auth_failed')]).toEqual([20, 1]);
  const retrying = await until(
    () => job(unreachable[0] ?? ''),
    ({ status }) => status === 'retrying',
  );
  expect(retrying).toMatchObject({ last_error_code: 'provider_unreachable', attempt_count: expect.any(Number) });
  expect(retrying.attempts_left).toBe(20 - retrying.attempt_count);
  expect(await job(refusedJob)).toMatchObject({ status: 'failed', attempt_count: 1, attempts_left: 0 });
});

it('a running sync shows its progress, and cancel ends it', async () => {
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let fetches = 0;
  mail.script = async ({ name }) => {
    if (name === 'UID FETCH') fetches += 1;
    if (fetches > 1) await gate;
    return { kind: 'normal' };
  };
  const id = await sync(good, 'Years');
  const running = await until(
    () => job(id),
    ({ progress }) => progress !== null,
  );
  expect(running).toMatchObject({ status: 'running', progress: { total: LONG, unit: 'messages' } });
  expect(running.progress.done).toBeGreaterThan(0);
  expect(running.progress.done).toBeLessThan(LONG);
  const { body } = await api.post(`/api/jobs/${id}/cancel`, { reason: 'not now' });
  expect(body.data).toMatchObject({
    status: 'resolved',
    resolution: { kind: 'cancelled', note: 'not now', by: 'ann' },
  });
  release();
  mail.script = null;
});

it('a failed test names the next step, for a stored credential and before saving', async () => {
  const stored = await api.post(`/api/provider-credentials/${mistyped}/test`);
  expect(stored.body.data).toMatchObject({
    ok: false,
    code: 'dns_not_found',
    next_step: EXPLANATIONS.dns_not_found.next_step,
  });
  const { host, port, caPem } = mail;
  const unsaved = await api.post(`${BASE}/provider-credentials/test`, {
    ...{ provider_kind: 'imap', auth_kind: 'password', secret: { ...login, password: 'also wrong' } },
    ...{ host, port, security_mode: 'ssl_tls', tls_ca_pem: caPem },
  });
  expect(unsaved.body.data).toMatchObject({
    ok: false,
    code: 'auth_failed',
    next_step: EXPLANATIONS.auth_failed.next_step,
  });
});

it('a request with `Prefer: wait` is answered when the job has ended', async () => {
  const id = paced[0] ?? '';
  mailboxes.push(createMailbox({ path: LATER[0] ?? '', uidValidity: 9 }));
  await api.post(`/api/provider-credentials/${moved}/resume`);
  // One request, unless the job takes longer than the wait on a slow machine.
  const answer = await until(
    () => api.get(`/api/jobs/${id}`, WAIT),
    ({ body }) => body.data.status === 'succeeded',
  );
  expect(answer.headers.get('preference-applied')).toMatch(/^wait/);
  expect(answer.body.data).toMatchObject({ result: { folders: 1 }, last_error_code: 'mailbox_not_found' });
});
