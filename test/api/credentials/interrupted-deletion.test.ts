/** A credential whose deletion was interrupted after its event was stored, behind the deployed handlers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../functions/api/contracts.ts';
import type { Json } from '../../fixtures/api.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { startWholeApi, type WholeApi, type WholeCall, type WholeReply } from '../../fixtures/whole-api.ts';

const ACCOUNT = 'acc_one';
const example = Object(CONTRACTS.find(({ operation }) => operation === 'createCredential')?.example);
let api: WholeApi;
beforeAll(async () => {
  api = await startWholeApi();
});
afterAll(() => api?.stop());

const call = (operation: string, more: Partial<WholeCall> = {}): Promise<WholeReply> =>
  api.call(operation, { accounts: [ACCOUNT], params: { account_id: ACCOUNT }, ...more });

async function made(operation: string, more: Partial<WholeCall>): Promise<Json> {
  const reply = await call(operation, more);
  expect(reply.status, reply.text).toBeLessThan(300);
  return reply.body.data;
}

/**
 * A credential with a schedule, a waiting job, a webhook endpoint and stored mail. Of its deletion only the event is
 * stored.
 */
async function halfDeleted() {
  const { id } = await made('createCredential', { body: example });
  const work = { task_type: 'imap_sync_mailboxes', target_credential_id: id, schedule: { every: '1d' } };
  const task: Json = await made('createTask', { body: work });
  const job: Json = await made('triggerTask', { params: { task_id: task.id } });
  const endpoint: Json = await made('createWebhookEndpoint', {
    body: { provider: 'standard', target: { credential_id: id }, action: 'imap_sync_mailboxes' },
  });
  await api.mail.addMailbox({ ...storedMailbox(id, 'INBOX'), accountId: ACCOUNT });
  await api.project();
  const version = (await api.log.read(id)).length + 1;
  const event = { type: 'CredentialDeleted', data: { force: true } };
  const origin = { accountId: ACCOUNT, actor: { kind: 'user', id: 'ann' }, at: new Date().toISOString() } as const;
  await api.log.append([{ streamId: id, version, ...origin, event }]);
  const types = async (stream: string) => (await api.log.read(stream)).map(({ type }) => type);
  const ofMail = async () => (await api.items()).filter(({ table, item }) => table === 'MAIL_TABLE' && item.pk === id);
  /** The mailboxes of the credential that a list shows. */
  const listed = async () => (await ofMail()).filter(({ item }) => item.ga !== undefined);
  return { id, task: task.id, job: job.id, endpoint: endpoint.id, types, listed };
}

describe('a repeated deletion of a credential', () => {
  it('finishes what a crash interrupted: work, schedules, webhook endpoints and mail', async () => {
    const { id, task, job, endpoint, types, listed } = await halfDeleted();
    expect(await listed()).toHaveLength(1);
    const again = await call('deleteCredential', { params: { credential_id: id }, query: [['force', 'true']] });
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
    expect(await types(job)).toContain('JobResolved');
    expect(await types(task)).toContain('TaskSuspended');
    expect(await types(endpoint)).toContain('WebhookEndpointUpdated');
    expect(await listed()).toEqual([]);
  });

  it('by another account changes nothing', async () => {
    const { id, task, job, endpoint, types } = await halfDeleted();
    const params = { credential_id: id };
    expect((await call('deleteCredential', { accounts: ['acc_two'], params })).status).toBe(404);
    expect([await types(job), await types(task), await types(endpoint)].flat()).toEqual(
      expect.not.arrayContaining(['JobResolved', 'TaskSuspended', 'WebhookEndpointUpdated']),
    );
  });
});
