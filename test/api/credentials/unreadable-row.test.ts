/** A credential's row that was changed without the API, to invalid values, behind the deployed handlers. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../functions/api/contracts.ts';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';
import type { Json } from '../../fixtures/api.ts';
import { startWholeApi, type WholeApi, type WholeReply } from '../../fixtures/whole-api.ts';

const ACCOUNT = 'acc_one';
const SECRETS = 'SECRETS_TABLE';
const example = Object(CONTRACTS.find(({ operation }) => operation === 'createCredential')?.example);
let api: WholeApi;
let good: string;
beforeAll(async () => {
  api = await startWholeApi();
  good = await added('good.example.com');
});
afterAll(() => api?.stop());

const ofAccount = (operation: string, body?: unknown): Promise<WholeReply> =>
  api.call(operation, {
    accounts: [ACCOUNT],
    params: { account_id: ACCOUNT },
    ...(body === undefined ? {} : { body }),
  });
const of = (id: string, operation: string, body?: unknown): Promise<WholeReply> =>
  api.call(operation, { accounts: [ACCOUNT], params: { credential_id: id }, ...(body === undefined ? {} : { body }) });

async function added(host: string): Promise<string> {
  const { status, body } = await ofAccount('createCredential', { ...example, host });
  expect(status).toBe(201);
  return body.data.id;
}

async function rewrite(id: string, fields: Record<string, Json>): Promise<void> {
  const rows = await api.items();
  const row = rows.find(({ table, item }) => table === SECRETS && item.id === id);
  expect(row).toBeDefined();
  await api.put(SECRETS, { ...row?.item, ...fields });
}

const SHAPES: readonly (readonly [string, Record<string, Json>])[] = [
  ['a host that is no text', { host: 5 }],
  ['a port that is no number', { port: 'imaps' }],
  ['no label at all', { label: { nested: true } }],
  ['names that are none', { max_connections: null, match_username: 7, match_external_ref: ['x'] }],
];

describe.each(SHAPES)('a row with %s', (_, fields) => {
  let bad: string;
  beforeAll(async () => {
    bad = await added('bad.example.com');
    await rewrite(bad, fields);
    await api.project();
  });

  it('is listed with a code and without its fields, and the rest of the page is complete', async () => {
    const { status, body } = await ofAccount('listCredentials');
    expect(status).toBe(200);
    const byId = new Map<string, Json>(body.data.map((each: Json) => [each.id, each]));
    expect(byId.get(bad)).toMatchObject({ host: null, port: null, label: null, status_reason: 'credential_altered' });
    expect(byId.get(good)).toMatchObject({ host: 'good.example.com', status_reason: null });
  });

  it('has no certificates in the reply; other credentials have theirs, valid or unreadable', async () => {
    const { certPem } = selfSignedCertificate({ hosts: ['good.example.com'] });
    await rewrite(good, { tls_ca_pem: `${certPem}-----BEGIN CERTIFICATE-----\nbroken` });
    const { status, body } = await ofAccount('listCredentials');
    const byId = new Map<string, Json>(body.data.map((each: Json) => [each.id, each.tls_certificates]));
    expect([status, byId.get(bad)]).toEqual([200, null]);
    expect(byId.get(good)).toMatchObject([
      { status: 'valid', fingerprint_sha256: new X509Certificate(certPem).fingerprint256 },
      { status: 'unreadable', fingerprint_sha256: null, expires_at: null },
    ]);
    await rewrite(good, { tls_ca_pem: null });
    expect((await of(good, 'getCredential')).body.data.tls_certificates).toEqual([]);
  });

  it('is found by its code, and fails no search', async () => {
    const byCode = await ofAccount('searchCredentials', { filter: { status_reason: 'credential_altered' } });
    expect(byCode.body.data.map(({ id }: Json) => id)).toContain(bad);
    const byHost = await ofAccount('searchCredentials', { filter: { host: 'good.example.com' } });
    expect([byHost.status, byHost.body.data.map(({ id }: Json) => id)]).toEqual([200, [good]]);
    expect((await ofAccount('searchCredentials', { filter: { q: 'good' } })).body.data).toHaveLength(1);
  });

  it('is shown, and fails no statistics by host', async () => {
    expect((await of(bad, 'getCredential')).body.data).toMatchObject({
      host: null,
      status_reason: 'credential_altered',
    });
    await ofAccount('syncMailboxes', { credential_id: bad });
    await api.project();
    const stats = await api.call('jobStats', {
      accounts: [ACCOUNT],
      params: { account_id: ACCOUNT },
      query: [['group_by', 'host']],
    });
    expect([stats.status, stats.body.data.groups.items]).toMatchObject([200, [{ key: null }]]);
  });

  it('is reported by its code to a caller who tests it, and accepts no new secret', async () => {
    const tested = await of(bad, 'testCredential', {});
    expect(tested).toMatchObject({ status: 200, body: { data: { ok: false, code: 'credential_altered' } } });
    const secret = { username: 'ann@example.com', password: 'next' };
    for (const [operation, body] of [
      ['rotateCredential', { secret }],
      ['updateCredential', { label: 'Sales' }],
      ['updateCredential', { secret }],
    ] as const)
      expect(await of(bad, operation, body)).toMatchObject({ status: 409, body: { code: 'credential_altered' } });
  });

  it('can be paused, resumed and deleted', async () => {
    expect([(await of(bad, 'pauseCredential', {})).status, (await of(bad, 'resumeCredential', {})).status]).toEqual([
      200, 200,
    ]);
    const deleted = await api.call('deleteCredential', {
      accounts: [ACCOUNT],
      params: { credential_id: bad },
      query: [['force', 'true']],
    });
    expect(deleted.status).toBe(204);
    expect((await of(bad, 'getCredential')).status).toBe(404);
  });
});
