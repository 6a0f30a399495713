import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readIssuers, remoteTokenVerifier } from '../../../functions/adapters/oidc/verify-token.ts';

const ISSUER = 'https://issuer.test';
const AUDIENCE = 'https://jobs.test/webhooks/whk_1';
const expected = { issuer: ISSUER, audience: AUDIENCE };
let server: Server;
let url: string;
let answer: { status: number; body: string };
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
  answer = {
    status: 200,
    body: JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' }] }),
  };
  server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
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

it('gives the claims of a token that its issuer signed', async () => {
  expect(await verifier()(await token(), expected)).toMatchObject({ email: 'push@example.com', iss: ISSUER });
});

it.each([
  ['for somebody else', () => token({ audience: 'other' })],
  ['by another issuer', () => token({ issuer: 'https://other.test' })],
  ['that is over', () => token({ lifetime: '-1m' })],
  ['of an unknown key', () => token({ kid: 'nobody' })],
  ['that is altered', async () => `${(await token()).slice(0, -8)}AAAAAAAA`],
  ['that is none', async () => 'a.b.c'],
])('gives null for a token %s', async (_, make) => {
  expect(await verifier()(await make(), expected)).toBeNull();
});

it('gives null for an issuer whose keys nobody named, without asking anyone', async () => {
  const verify = remoteTokenVerifier(new Map());
  expect(await verify(await token(), expected)).toBeNull();
});

it('rejects when the keys cannot be had: that is no verdict', async () => {
  const kept = answer;
  answer = { status: 500, body: 'down' };
  await expect(verifier()(await token(), expected)).rejects.toThrow();
  answer = kept;
  const gone = remoteTokenVerifier(new Map([[ISSUER, 'http://127.0.0.1:1/certs']]));
  await expect(gone(await token(), expected)).rejects.toThrow();
});
