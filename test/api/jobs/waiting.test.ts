/** The reason why a job waits, as the deployed handlers show, count and search it, on the real engine. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { CREDENTIAL_WAITS } from '../../../functions/domain/job/waiting.ts';
import { shareKey } from '../../../functions/sharing/account-share.ts';
import type { Json } from '../../fixtures/api.ts';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { made } from '../../fixtures/role-world.ts';

const HOUR = 3_600_000;

let api: JobApi;
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api.stop());

/** Hours from now: far enough that nothing becomes due while a test runs. */
const hours = (count: number): string => new Date(Date.now() + count * HOUR).toISOString();

type Happening = readonly [type: string, data: object];

const REFUSED: Happening = [
  'CredentialRefused',
  { code: 'dns_not_found', category: 'configuration', detail: '', job_id: null },
];
const CREDENTIALS: Readonly<Record<string, () => readonly Happening[]>> = {
  good: () => [['CredentialVerified', { by: 'login' }]],
  suspect: () => [REFUSED],
  parked: () => [REFUSED, REFUSED],
  paused: () => [['CredentialPaused', { reason: null, until: null }]],
  'no longer paused': () => [['CredentialPaused', { reason: null, until: hours(-1) }]],
  'rate limited': () => [['CredentialRateLimited', { until: hours(1), code: 'rate_limited' }]],
};

const START: Happening = ['AttemptStarted', { attempt: 1, part: 1, lease_id: 'lease' }];
const failedUntil = (at: string | null): Happening => [
  'AttemptFailed',
  { code: 'server_error', category: 'server', detail: '', retry_at: at, outcome_unknown: false },
];
const postponed = (because: string): Happening => ['JobPostponed', { until: hours(1), because }];
const TRIGGERED: Happening = ['JobTriggered', { reason: null, force: false }];

/** By name: when the job was requested, and its events since then. */
const JOBS: Readonly<Record<string, () => { readonly runAt?: string; readonly since: readonly Happening[] }>> = {
  queued: () => ({ since: [] }),
  'of tomorrow': () => ({ runAt: hours(24), since: [] }),
  'of tomorrow, moved to before now': () => ({
    runAt: hours(24),
    since: [['JobUpdated', { changes: { run_at: hours(-1) } }]],
  }),
  'scheduled and due by the clock': () => ({ runAt: hours(-0.5), since: [] }),
  'retrying later': () => ({ since: [START, failedUntil(hours(1))] }),
  'retrying and due by the clock': () => ({ since: [START, failedUntil(hours(-0.5))] }),
  'handed back for its server': () => ({ since: [postponed('host_parked')] }),
  'handed back, then moved to tomorrow': () => ({
    since: [postponed('host_parked'), ['JobUpdated', { changes: { run_at: hours(24) } }]],
  }),
  'handed back for a connection': () => ({ since: [START, postponed('connection_slot')] }),
  triggered: () => ({ runAt: hours(24), since: [TRIGGERED] }),
  running: () => ({ since: [START] }),
  failed: () => ({ since: [START, failedUntil(null)] }),
  succeeded: () => ({ since: [START, ['AttemptSucceeded', { result: {} }]] }),
};

/** Appends these events, dated an hour ago, and updates the views. */
async function happened(account: string, streamId: string, credentialId: string | null, events: readonly Happening[]) {
  for (const [type, data] of events) {
    const version = (await api.log.read(streamId)).length + 1;
    const actor = { kind: 'system', id: 'test' } as const;
    const named = credentialId === null ? {} : { credentialId };
    const origin = { streamId, version, accountId: account, actor, at: hours(-1), ...named };
    expect(await api.log.append([{ ...origin, event: { type, data } }])).toMatchObject({ kind: 'appended' });
  }
  expect((await api.project(await api.items(streamId))).batchItemFailures).toEqual([]);
}

async function addCredential(account: string, events: readonly Happening[]): Promise<string> {
  const id = await made(api, 'createCredential', account, account, {
    provider_kind: 'imap',
    host: '127.0.0.1',
    port: 1,
    security_mode: 'none',
    auth_kind: 'password',
    secret: { username: 'jane@example.com', password: 'correct horse battery staple' },
  });
  await happened(account, id, null, events);
  return id;
}

async function addJob(account: string, credentialId: string, name: string): Promise<string> {
  const id = ids.next('job');
  const { runAt = null, since } = JOBS[name]?.() ?? { since: [] };
  const source = { kind: 'task', id: ids.next('tsk') };
  const asked = { action: 'imap_sync_mailboxes', payload: {}, task_id: null, credential_id: credentialId, source };
  const rest = { generation: 1, priority: 0, labels: [], run_at: runAt, max_attempts: null };
  await happened(account, id, credentialId, [['JobRequested', { ...asked, ...rest }], ...since]);
  return id;
}

async function ask(operation: Parameters<JobApi['call']>[0], account: string, id: string, more = {}): Promise<Json> {
  const reply = await api.call(operation, { account, id, ...more });
  expect(reply.status, reply.text).toBe(200);
  return reply.body.data;
}

/** Reason (or `null`) by job id, as each place shows it; a job without an entry waits for nothing. */
async function reasonsOf(account: string, jobIds: readonly string[]) {
  const shown: Record<string, string | null> = {};
  for (const job of await Promise.all(jobIds.map((id) => ask('getJob', account, id)))) {
    shown[job.id] = job.waiting_on;
    if (job.waiting_on === null) expect(job.waiting_until).toBeNull();
    if (job.next_attempt_at !== null && job.next_attempt_at > hours(2)) expect(job.waiting_on).toBeNull();
  }
  const all: Json[] = await ask('searchJobs', account, account, { body: { limit: 100 } });
  const listed = Object.fromEntries(all.map(({ id, waiting_on }) => [id, waiting_on]));
  const searched: Record<string, string | null> = Object.fromEntries(jobIds.map((id) => [id, null]));
  for (const reason of new Set(Object.values(shown))) {
    if (reason === null) continue;
    const body = { limit: 100, filter: { waiting_on: reason } };
    for (const { id } of await ask('searchJobs', account, account, { body })) searched[id] = reason;
  }
  return { shown, listed, searched };
}

async function groupsOf(account: string): Promise<Record<string, number>> {
  const { groups } = await ask('jobStats', account, account, { query: 'group_by=waiting_on' });
  return Object.fromEntries(groups.items.map(({ key, total }: Json) => [String(key), total]));
}

const world = fc.record({
  accountPaused: fc.constantFrom(false, false, true),
  shareFull: fc.boolean(),
  credentials: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...Object.keys(CREDENTIALS)),
      full: fc.boolean(),
      jobs: fc.array(fc.constantFrom(...Object.keys(JOBS)), { minLength: 4, maxLength: 13 }),
    }),
    { selector: ({ name }) => name, minLength: 2, maxLength: 6 },
  ),
});

it('the reason why a job waits is the same in its view, in searches, in the counts and in its credential', async () => {
  const met = new Set<string>();
  let worlds = 0;
  await fc.assert(
    fc.asyncProperty(world, async ({ accountPaused, shareFull, credentials }) => {
      worlds += 1;
      const account = `acc_waits_${worlds}`;
      if (accountPaused) await happened(account, account, null, [['AccountPaused', { reason: null, until: null }]]);
      const [now, then] = [Date.now(), Date.now() + HOUR];
      if (shareFull) await api.slots.take(shareKey('workers', account), 'other', 1, now, then);
      const jobsOf = new Map<string, readonly string[]>();
      for (const { name, full, jobs } of credentials) {
        const credential = await addCredential(account, CREDENTIALS[name]?.() ?? []);
        if (full) await api.slots.take(credential, 'other', 1, now, then);
        jobsOf.set(credential, await Promise.all(jobs.map((job) => addJob(account, credential, job))));
      }
      const jobIds = [...jobsOf.values()].flat();
      const before = await Promise.all(jobIds.map((id) => api.items(id)));

      const { shown, listed, searched } = await reasonsOf(account, jobIds);
      expect(listed).toEqual(shown);
      expect(searched).toEqual(shown);
      const counted: Record<string, number> = {};
      const ended = await ask('searchJobs', account, account, {
        body: { limit: 100, filter: { status: 'succeeded' } },
      });
      const isEnded = new Set(ended.map(({ id }: Json) => id));
      for (const id of jobIds) if (!isEnded.has(id)) counted[String(shown[id])] = (counted[String(shown[id])] ?? 0) + 1;
      expect(await groupsOf(account)).toEqual(counted);

      const list: Json[] = await ask('listCredentials', account, account);
      for (const [credential, jobs] of jobsOf) {
        const waiting = jobs.filter((id) => CREDENTIAL_WAITS.some((reason) => reason === shown[id]));
        expect((await ask('getCredential', account, credential)).waiting_jobs).toBe(waiting.length);
        expect(list.find(({ id }) => id === credential).waiting_jobs).toBe(waiting.length);
      }
      // Reading it changes nothing.
      expect(await Promise.all(jobIds.map((id) => api.items(id)))).toEqual(before);
      for (const reason of Object.values(shown)) met.add(String(reason));
    }),
    { numRuns: 3, seed: 15 },
  );
  // The random scenarios must cover all these reasons.
  expect([...met]).toEqual(
    expect.arrayContaining(['null', 'credential_suspect', 'credential_parked', 'host_parked', 'connection_slot']),
  );
});

it('twelve jobs of tomorrow wait for nothing while their credential is parked, and a due job does', async () => {
  const account = 'acc_tomorrow';
  const credential = await addCredential(account, CREDENTIALS.parked?.() ?? []);
  const tomorrow: string[] = [];
  for (let n = 0; n < 12; n += 1) tomorrow.push(await addJob(account, credential, 'of tomorrow'));
  const due = await addJob(account, credential, 'scheduled and due by the clock');
  expect(await groupsOf(account)).toEqual({ null: 12, credential_parked: 1 });
  expect((await ask('getCredential', account, credential)).waiting_jobs).toBe(1);
  const { shown } = await reasonsOf(account, [...tomorrow, due]);
  expect(Object.values(shown)).toEqual([...tomorrow.map(() => null), 'credential_parked']);
});

it('the reply to a pause says how many jobs it blocks', async () => {
  const account = 'acc_paused_reply';
  const credential = await addCredential(account, CREDENTIALS.good?.() ?? []);
  await addJob(account, credential, 'queued');
  await addJob(account, credential, 'of tomorrow');
  const { waiting_jobs: held } = await ask('pauseCredential', account, credential, { body: {} });
  const { waiting_jobs: freed } = await ask('resumeCredential', account, credential, { body: {} });
  expect([held, freed]).toEqual([1, 0]);
});
