import { expect, it } from 'vitest';
import { trusting } from '../../../functions/adapters/imap/secure-context.ts';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';

const certificate = () => selfSignedCertificate({ hosts: ['localhost'] }).certPem;

it('a certificate is read once, and another one has its own context', () => {
  const [one, other] = [certificate(), certificate()];
  expect(trusting(one)).toBe(trusting(one));
  expect(trusting(other)).not.toBe(trusting(one));
});

it('only a limited number of contexts is kept', () => {
  const first = certificate();
  const context = trusting(first);
  for (let more = 0; more < 10; more += 1) trusting(certificate());
  expect(trusting(first)).not.toBe(context);
});
