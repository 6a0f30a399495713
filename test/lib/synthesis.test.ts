import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test } from 'vitest';
import { newApp } from './synthesized.ts';

test('a finding of cdk-nag that nobody has acknowledged stops the synthesis', () => {
  const { app, service } = newApp();
  new Bucket(service, 'Open');
  expect(() => app.synth()).toThrow(/validation/i);
});

test('a wrong setting in the context is refused by name', () => {
  expect(() => newApp({ imapLoopback: 'yes' })).toThrow(/imapLoopback/);
  expect(() => newApp({ imapPorts: '143;993' })).toThrow(/imapPorts/);
});

const GOOGLE = 'https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs';

test.each([
  'https://issuer.example=http://issuer.example/keys',
  `${GOOGLE} https://issuer.example=http://issuer.example/keys`,
  'https://issuer.example=https://localhost/keys',
  'https://issuer.example=https://keys.localhost./keys',
  'https://issuer.example=http://127.0.0.1/keys',
  'https://issuer.example=https://[::1]/keys',
  'https://issuer.example=https://user:password@issuer.example/keys',
  'https://issuer.example=ftp://issuer.example/keys',
])('a deployment fetches no keys of push issuers from %s', (pushIssuers) => {
  expect(() => newApp({ pushIssuers })).toThrow(/pushIssuers/);
});

test('a deployment trusts no issuer without https; a laptop may name itself, and nobody else, by http', () => {
  expect(() => newApp({ issuer: 'http://issuer.example/' })).toThrow(/issuer/);
  expect(() => newApp({ issuer: 'http://127.0.0.1:4000/_local/oidc' })).toThrow(/issuer/);
  const laptop = { imapLoopback: 'allow', issuer: 'http://127.0.0.1:4000/_local/oidc' };
  expect(() => newApp({ ...laptop, pushIssuers: `${GOOGLE} ${laptop.issuer}=${laptop.issuer}/jwks` })).not.toThrow();
  expect(() => newApp({ ...laptop, issuer: 'http://issuer.example/' })).toThrow(/issuer/);
  expect(() => newApp({ ...laptop, pushIssuers: 'https://a.example=http://a.example/keys' })).toThrow(/pushIssuers/);
});
