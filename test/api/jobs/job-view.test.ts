/** What a job shows besides its own state: the commands that the caller may give, and where its credential leads. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { JOB_COMMANDS, type JobCommandName } from '../../../functions/domain/job/commands.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { ROLES, type Role } from '../../../functions/domain/role/role.ts';
import type { Operation } from '../../../functions/http/routes.ts';
import { CREDENTIAL, failedWith, iso, requested, started, succeeded, T0 } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { made, WORK } from '../../fixtures/role-world.ts';

let api: JobApi;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 });
  api = await startJobApi();
});
afterAll(async () => {
  vi.useRealTimers();
  await api?.stop();
});

const LATER = iso(T0 + 3_600_000);
type Life = (work: Parameters<typeof requested>[0]) => readonly JobEvent[];
const LIVES: Readonly<Record<string, Life>> = {
  scheduled: (work) => [requested({ ...work, run_at: LATER })],
  queued: (work) => [requested(work)],
  running: (work) => [requested(work), started()],
  retrying: (work) => [requested(work), started(), failedWith('connection_closed', LATER)],
  succeeded: (work) => [requested(work), started(), succeeded],
  failed: (work) => [requested(work), started(), failedWith('permission_denied', null)],
  resolved: (work) => [requested(work), { type: 'JobResolved', data: { note: null } }],
};
const WORKS = {
  ...WORK,
  'a copy': { action: 'imap_copy_messages', payload: { folder: 'A', uid_validity: 1, uids: [1], target_folder: 'B' } },
  'work of a later release': { action: 'imap_of_a_later_release', payload: {} },
} as const;

const COMMANDS: Readonly<Record<JobCommandName, { readonly operation: Operation; readonly body?: object }>> = {
  retry: { operation: 'retryJob', body: {} },
  trigger: { operation: 'triggerJob', body: {} },
  cancel: { operation: 'cancelJob', body: {} },
  resolve: { operation: 'resolveJob', body: {} },
  reopen: { operation: 'reopenJob', body: {} },
  update: { operation: 'updateJob', body: { priority: 1 } },
  delete: { operation: 'deleteJob' },
};

let accounts = 0;
const nextAccount = (): string => {
  accounts += 1;
  return `acc_view_${accounts}`;
};

/** A projected job with these events, the last of them `ago` ms ago. */
async function jobWith(account: string, events: readonly JobEvent[], ago = 0, credentialId = CREDENTIAL) {
  const id = ids.next('job');
  for (const [at, event] of events.entries())
    await api.log.append([
      {
        ...{ streamId: id, version: at + 1, accountId: account, credentialId, event },
        actor: { kind: 'system', id: 'test' },
        at: iso(T0 - ago - (events.length - 1 - at) * 1000),
      },
    ]);
  await api.project(await api.items(id));
  return id;
}

/** The job as `GET` and the list show it to the role: they must agree. */
async function shownTo(role: Role, account: string, id: string): Promise<Json> {
  const one = await api.call('getJob', { account, id, role });
  const list = await api.call('listJobs', { account, id: account, role });
  const searched = await api.call('searchJobs', { account, id: account, role, body: {} });
  const listed = list.body.data.find((job: Json) => job.id === id);
  expect(listed).toEqual(one.body.data);
  expect(searched.body.data).toEqual(list.body.data);
  return one.body.data;
}

describe('allowed_commands names exactly the commands that are carried out', () => {
  const states = [
    ...Object.keys(LIVES).map((state) => [state, 0] as const),
    // Its lease is over, so another attempt may begin.
    ['running', 40_000] as const,
  ];
  const situations = states.flatMap(([state, ago]) =>
    Object.keys(WORKS).flatMap((work) => ROLES.map((role) => ({ state, ago, work, role }))),
  );

  it.each(situations)('for a $role and $work that is $state, $ago ms after its last event', async (situation) => {
    const { state, ago, work, role } = situation;
    const [, { action, payload }] = Object.entries(WORKS).find(([name]) => name === work) ?? [null, WORKS.harmless];
    const events = LIVES[state]?.({ action, payload: { ...payload } }) ?? [];
    const account = nextAccount();
    let id = await jobWith(account, events, ago);
    const { allowed_commands: allowed } = await shownTo(role, account, id);
    const accepted: string[] = [];
    for (const name of JOB_COMMANDS) {
      const { operation, body } = COMMANDS[name];
      const reply = await api.call(operation, { account, id, role, ...(body === undefined ? {} : { body }) });
      if (reply.status === 409) expect(reply.body.allowed_commands).toEqual(allowed);
      if (reply.status >= 300) {
        expect([403, 409]).toContain(reply.status);
        continue;
      }
      accepted.push(name);
      id = await jobWith(account, events, ago);
    }
    expect(allowed).toEqual(accepted);
  });

  it('in the reply to a command, for the job after it', async () => {
    const account = nextAccount();
    const id = await jobWith(account, LIVES.failed?.({}) ?? []);
    const reply = await api.call('resolveJob', { account, id, role: 'member', body: {} });
    expect(reply.body.data.allowed_commands).toEqual(['trigger', 'reopen', 'update']);
  });
});

describe('the mail server of a job', () => {
  const server = { provider_kind: 'imap', port: 993, security_mode: 'ssl_tls', auth_kind: 'password' };
  const secret = { username: 'jane@example.com', password: 'correct horse battery staple' };
  const newCredential = (account: string, label: string | null) =>
    made(api, 'createCredential', account, account, { ...server, host: 'IMAP.example.com.', label, secret });

  it('is that of its credential, as host:port, beside the label, and follows a change of the credential', async () => {
    const account = nextAccount();
    const credential = await newCredential(account, 'support');
    await api.project(await api.items(credential));
    const id = await jobWith(account, [requested({ credential_id: credential })], 0, credential);
    const before = await shownTo('viewer', account, id);
    expect(before).toMatchObject({ host: 'imap.example.com:993', credential_label: 'support' });
    const change = { host: 'mail.example.org', port: 143, security_mode: 'starttls', label: 'sales', secret };
    expect((await api.call('updateCredential', { account, id: credential, body: change })).status).toBe(200);
    expect(await shownTo('viewer', account, id)).toMatchObject({
      host: 'mail.example.org:143',
      credential_label: 'sales',
    });
  });

  it('is shown in the replies to a trigger and to a sync', async () => {
    const account = nextAccount();
    const credential = await newCredential(account, 'support');
    const shown = { host: 'imap.example.com:993', credential_label: 'support' };
    const synced = await api.call('syncMailboxes', { account, id: account, body: { credential_id: credential } });
    expect(synced.body.data.job).toMatchObject(shown);
    const triggered = await api.call('triggerTask', { account, id: synced.body.data.task_id, body: {} });
    expect(triggered.body.data).toMatchObject(shown);
  });

  it('is null when the credential is unknown, or belongs to another account', async () => {
    const account = nextAccount();
    const foreign = await newCredential(nextAccount(), 'theirs');
    for (const credential of [ids.next('pc'), foreign]) {
      const id = await jobWith(account, [requested({ credential_id: credential })], 0, credential);
      expect(await shownTo('owner', account, id)).toMatchObject({ host: null, credential_label: null });
    }
  });
});
