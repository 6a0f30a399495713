import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test } from 'vitest';
import { newApp, ofType, synthesized } from './synthesized.ts';

test('a finding of cdk-nag that nobody has acknowledged stops the synthesis', () => {
  const { app, service } = newApp();
  new Bucket(service, 'Open');
  expect(() => app.synth()).toThrow(/validation/i);
});

test('a wrong setting in the context is refused by name', () => {
  expect(() => newApp({ imapLoopback: 'yes' })).toThrow(/imapLoopback/);
  expect(() => newApp({ imapPorts: '143;993' })).toThrow(/imapPorts/);
});

test('bundles are the same on every synthesis, so that nothing is deployed without a change', () => {
  const code = () => ofType(synthesized().service, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Code);
  const first = code();
  expect(new Set(first.map((one) => JSON.stringify(one))).size).toBe(7);
  expect(code()).toEqual(first);
});
