/** Which token URLs an OAuth secret may name, by the policy of the deployed handlers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTRACTS } from '../../../functions/api/contracts.ts';
import { startWholeApi, type WholeApi, type WholeReply } from '../../fixtures/whole-api.ts';

const ACCOUNT = 'acc_one';
const GOOD = 'https://login.example.com/token';
const example = Object(CONTRACTS.find(({ operation }) => operation === 'createCredential')?.example);
const secretWith = (tokenUrl: string) => ({
  username: 'ann@example.com',
  client_id: 'client',
  client_secret: 'of the client',
  refresh_token: 'refresh',
  token_url: tokenUrl,
});
let api: WholeApi;
let id: string;
beforeAll(async () => {
  api = await startWholeApi();
  const body = { ...example, auth_kind: 'oauth2', secret: secretWith(GOOD) };
  const made = await api.call('createCredential', { accounts: [ACCOUNT], params: { account_id: ACCOUNT }, body });
  expect(made.status).toBe(201);
  id = made.body.data.id;
});
afterAll(() => api?.stop());

const given = (operation: string, body: object): Promise<WholeReply> =>
  api.call(operation, { accounts: [ACCOUNT], params: { credential_id: id }, body });
const stored = async () => [
  await api.log.read(id),
  (await api.items()).filter(({ table, item }) => table === 'SECRETS_TABLE' && item.id === id),
];

const BAD = [
  'http://login.example.com/token',
  'https://login.example.com:8443/token',
  'https://localhost/token',
  'https://127.0.0.1/token',
  'https://[::1]/token',
  'https://169.254.169.254/latest/meta-data',
  'https://10.0.0.1/token',
  'ftp://login.example.com/token',
];

it.each(BAD)(
  'a token_url %s is refused by PATCH, alone and with its destination, and by rotate; nothing is stored',
  async (url) => {
    const before = await stored();
    const secret = secretWith(url);
    for (const [operation, body] of [
      ['updateCredential', { secret }],
      ['updateCredential', { host: 'imap.other.example.com', secret }],
      ['rotateCredential', { secret }],
    ] as const)
      expect(await given(operation, body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(await stored()).toEqual(before);
  },
);

it('a PATCH with an allowed token_url is accepted', async () => {
  expect((await given('updateCredential', { secret: secretWith(GOOD) })).status).toBe(200);
});
