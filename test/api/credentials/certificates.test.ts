import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificatesOf } from '../../../functions/api/credentials/certificates.ts';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const DAY = 86_400_000;
const pemFrom = (at: number): string => selfSignedCertificate({ hosts: ['a.test'], now: new Date(at) }).certPem;
const UNREADABLE = { status: 'unreadable', fingerprint_sha256: null, expires_at: null };

describe('the certificates of a PEM text', () => {
  it('have the fingerprint that openssl prints, and the end of their validity', () => {
    const pem = pemFrom(NOW);
    const { fingerprint256 } = new X509Certificate(pem);
    expect(fingerprint256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(certificatesOf(pem, NOW)).toEqual([
      { status: 'valid', fingerprint_sha256: fingerprint256, expires_at: '2027-12-29T12:00:00.000Z' },
    ]);
  });

  it('say when they have expired or are not valid yet', () => {
    const statusOf = (from: number) => certificatesOf(pemFrom(from), NOW)[0]?.status;
    expect([statusOf(NOW - 397 * DAY), statusOf(NOW + 2 * DAY)]).toEqual(['expired', 'not_yet_valid']);
  });

  it('are all read from a chain, in its order, with other text around them', () => {
    const [one, other] = [pemFrom(NOW), pemFrom(NOW - 397 * DAY)];
    const shown = certificatesOf(`subject: A\n${one}\nsubject: B\n${other}`, NOW);
    expect(shown.map(({ status }) => status)).toEqual(['valid', 'expired']);
  });

  it.each([
    ['no base64', '-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----'],
    ['no end', '-----BEGIN CERTIFICATE-----\nMIIB'],
    ['nothing between', '-----BEGIN CERTIFICATE----------END CERTIFICATE-----'],
    ['another thing', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ])('that cannot be read are reported and do not affect the others: %s', (_, pem) => {
    expect(certificatesOf(pem, NOW)).toEqual([UNREADABLE]);
    const shown = certificatesOf(`${pemFrom(NOW)}${pem}`, NOW);
    expect(shown.map(({ status }) => status)).toEqual(['valid', 'unreadable']);
  });

  it('are an empty list for a text without any, and at most ten', () => {
    expect([certificatesOf(null, NOW), certificatesOf('', NOW), certificatesOf('text', NOW)]).toEqual([[], [], []]);
    const empty = '-----BEGIN CERTIFICATE----------END CERTIFICATE-----';
    expect(certificatesOf(empty.repeat(300), NOW)).toHaveLength(10);
  });
});
