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
