import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';

test('the certificate is a self-signed CA for exactly its hosts', () => {
  const { certPem } = selfSignedCertificate({ hosts: ['localhost', '127.0.0.1'] });
  const certificate = new X509Certificate(certPem);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('elsewhere.test')).toBeUndefined();
});

test('the private key belongs to it', () => {
  const { certPem, keyPem } = selfSignedCertificate({ hosts: ['localhost'] });
  expect(new X509Certificate(certPem).toString()).toBe(certPem);
  expect(keyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
});

test.each([
  ['2026-11-01T08:00:00Z', '2026-10-31T08:00:00.000Z', '2027-12-02T08:00:00.000Z'],
  ['2051-03-01T00:00:00.999Z', '2051-02-28T00:00:00.000Z', '2052-03-31T00:00:00.000Z'],
])('a certificate made at %s is valid from the day before for 397 days', (now, from, to) => {
  const certificate = new X509Certificate(selfSignedCertificate({ hosts: ['localhost'], now: new Date(now) }).certPem);
  expect(new Date(certificate.validFrom).toISOString()).toBe(from);
  expect(new Date(certificate.validTo).toISOString()).toBe(to);
});

test('no two certificates are the same', () => {
  const serials = Array.from(
    { length: 20 },
    () => new X509Certificate(selfSignedCertificate({ hosts: ['a.test'] }).certPem).serialNumber,
  );
  expect(new Set(serials).size).toBe(20);
});
