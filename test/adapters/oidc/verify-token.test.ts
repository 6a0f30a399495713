import { createServer, type Server } from 'node:http';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readIssuers, remoteTokenVerifier } from '../../../functions/adapters/oidc/verify-token.ts';

const ISSUER = 'https://issuer.test';
const AUDIENCE = 'https://jobs.test/webhooks/whk_1';
let server: Server;
let url: string;
let fetches = 0;
let answer: { status: number; body: string };
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
  answer = {
    status: 200,
    body: JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' }] }),
  };
  server = createServer((_, response) => {
    fetches += 1;
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/certs`;
});
afterAll(() => server?.close());

const token = (more: { issuer?: string; audience?: string; lifetime?: string; kid?: string } = {}) =>
  new SignJWT({ email: 'push@example.com', email_verified: true })
    .setProtectedHeader({ alg: 'RS256', kid: more.kid ?? 'k' })
    .setIssuer(more.issuer ?? ISSUER)
    .setAudience(more.audience ?? AUDIENCE)
    .setExpirationTime(more.lifetime ?? '5m')
    .sign(keys.privateKey);
const verifier = () => remoteTokenVerifier(readIssuers(`${ISSUER}=${url} https://other.test=${url}`));

it('the verifier returns the claims of a token that its issuer signed', async () => {
  expect(await verifier()(await token(), ISSUER)).toMatchObject({ email: 'push@example.com', iss: ISSUER });
});

it.each([
  ['for another audience', { audience: 'other' }, { aud: 'other' }],
  ['that names another issuer', { issuer: 'https://other.test' }, { iss: 'https://other.test' }],
  ['that has expired', { lifetime: '-1m' }, { email: 'push@example.com' }],
])('the verifier returns the claims of a token %s: the caller must judge them', async (_, parts, claims) => {
  expect(await verifier()(await token(parts), ISSUER)).toMatchObject(claims);
});

it('the verifier fetches the keys once for any number of tokens, and not again at once for an unknown key', async () => {
  const before = fetches;
  const verify = verifier();
  const good = await token();
  const unknown = await token({ kid: 'nobody' });
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => verify(good, ISSUER)));
  expect(verdicts.every((claims) => claims !== null)).toBe(true);
  for (let n = 0; n < 20; n += 1) expect(await verify(unknown, ISSUER)).toBeNull();
  expect(await verify(good, ISSUER)).not.toBeNull();
  expect(fetches - before).toBe(1);
});

it.each([
  ['of an unknown key', () => token({ kid: 'nobody' })],
  ['that is altered', async () => `${(await token()).slice(0, -8)}AAAAAAAA`],
  ['that is not a token', async () => 'a.b.c'],
  [
    'that holds no claims',
    () => new CompactSign(Buffer.from('text')).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(keys.privateKey),
  ],
  ['whose algorithm is `none`', () => new UnsecuredJWT({ iss: ISSUER }).encode()],
  [
    'signed with the public key as a secret',
    async () =>
      new SignJWT({ iss: ISSUER })
        .setProtectedHeader({ alg: 'HS256', kid: 'k' })
        .sign(Buffer.from(await exportSPKI(keys.publicKey))),
  ],
])('the verifier returns null for a token %s', async (_, make) => {
  expect(await verifier()(await make(), ISSUER)).toBeNull();
});

it('the verifier returns null for an issuer without configured keys, without a request', async () => {
  const verify = remoteTokenVerifier(new Map());
  expect(await verify(await token(), ISSUER)).toBeNull();
});

it('the verifier throws when the keys are unavailable, instead of judging the token', async () => {
  const kept = answer;
  answer = { status: 500, body: 'down' };
  await expect(verifier()(await token(), ISSUER)).rejects.toThrow();
  answer = kept;
  const gone = remoteTokenVerifier(new Map([[ISSUER, 'http://127.0.0.1:1/certs']]));
  await expect(gone(await token(), ISSUER)).rejects.toThrow();
});

it.each(['{}', '{"keys":7}', '{"keys":["none"]}'])(
  'the verifier throws when the keys are not valid: %s',
  async (body) => {
    const kept = answer;
    answer = { status: 200, body };
    await expect(verifier()(await token(), ISSUER)).rejects.toThrow();
    answer = kept;
  },
);

it.each(['PS256', 'RS512', 'ES256'])(
  'the verifier returns null for a token that its issuer signed with %s',
  async (alg) => {
    const kept = answer;
    const others = await generateKeyPair(alg);
    const body = JSON.stringify({ keys: [{ ...(await exportJWK(others.publicKey)), kid: 'k', alg }] });
    answer = { status: 200, body };
    const signed = await new SignJWT({ iss: ISSUER }).setProtectedHeader({ alg, kid: 'k' }).sign(others.privateKey);
    expect(await verifier()(signed, ISSUER)).toBeNull();
    answer = kept;
  },
);

it.each(['http://keys.test/jwks', 'ftp://keys.test/jwks', 'nonsense'])(
  'keys at %s are not fetched: the function does not start',
  (keys) => {
    expect(() => readIssuers(`https://good.test=https://good.test/jwks https://a.test=${keys}`)).toThrow(
      'the keys of https://a.test need a URL of https',
    );
  },
);
