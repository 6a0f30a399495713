/** A credential that cannot be used: audit and credential name the cause, on the deployed handlers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import { categoryOf, condemningCodes } from '../../../functions/domain/failure/catalogue.ts';
import type { Json } from '../../fixtures/api.ts';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { made } from '../../fixtures/role-world.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api.stop());

async function addCredential(account: string): Promise<string> {
  return made(api, 'createCredential', account, account, {
    provider_kind: 'imap',
    host: 'imap.exmaple.com',
    port: 993,
    security_mode: 'ssl_tls',
    auth_kind: 'password',
    secret: { username: 'jane@example.com', password: 'correct horse battery staple' },
  });
}

/** Stores an event of that type, as a worker of some release did, and updates the views. */
async function store(account: string, streamId: string, type: string, code: FailureCode): Promise<void> {
  const version = (await api.log.read(streamId)).length + 1;
  const data = { code, category: categoryOf(code), detail: '', job_id: null };
  const origin = { streamId, version, accountId: account, at: new Date().toISOString(), audited: true };
  const actor = { kind: 'worker', id: 'w-1' } as const;
  expect(await api.log.append([{ ...origin, actor, event: { type, data } }])).toEqual({ kind: 'appended' });
  expect((await api.project(await api.items(streamId))).batchItemFailures).toEqual([]);
}

async function ask(operation: Parameters<JobApi['call']>[0], account: string, id: string, more = {}): Promise<Json> {
  const reply = await api.call(operation, { account, id, ...more });
  expect(reply.status, reply.text).toBe(200);
  return reply.body.data;
}

describe('a credential that cannot be used', () => {
  it('is refused with the code of the real cause in the audit, for every cause', async () => {
    const account = 'acc_causes';
    const credential = await addCredential(account);
    for (const code of condemningCodes()) await store(account, credential, 'CredentialRefused', code);
    const body = { filter: { action: 'credential_refused' }, sort: 'at', limit: 100 };
    const entries: Json[] = await ask('searchLogs', account, account, { body });
    expect(entries.map(({ data }) => data.code)).toEqual(condemningCodes());
    const shown = await ask('getCredential', account, credential);
    expect(shown).toMatchObject({ status: 'parked', status_reason: condemningCodes().at(-1) });
  });

  it('is shown with its reason and under the new name when an earlier release stored the event', async () => {
    const account = 'acc_earlier_release';
    const credential = await addCredential(account);
    await store(account, credential, 'AuthenticationFailed', 'dns_not_found');
    await store(account, credential, 'CredentialRefused', 'dns_not_found');
    expect((await api.items(credential)).map(({ type }) => type)).toContain('AuthenticationFailed');

    const all: Json[] = await ask('listLogs', account, account);
    const [newest, oldest] = all.filter(({ status }) => status === 'failed');
    expect([newest.action, oldest.action]).toEqual(['credential_refused', 'credential_refused']);
    expect(oldest.data).toMatchObject({ code: 'dns_not_found', category: 'configuration' });
    expect(await ask('getLog', account, oldest.id)).toEqual(oldest);

    const state = { status: 'parked', status_reason: 'dns_not_found' };
    expect(await ask('getCredential', account, credential)).toMatchObject(state);
    expect(await ask('listCredentials', account, account)).toMatchObject([state]);
  });
});
