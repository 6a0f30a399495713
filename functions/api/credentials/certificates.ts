import { X509Certificate } from 'node:crypto';
import * as z from 'zod';

const instant = z.iso.datetime();

/** A certificate that a credential trusts in addition to the public authorities. */
export const certificateResource = z.strictObject({
  status: z.enum(['valid', 'expired', 'not_yet_valid', 'unreadable']).meta({
    description: '`unreadable`: this part of `tls_ca_pem` is not a certificate, and all other fields are null.',
  }),
  fingerprint_sha256: z.string().nullable().meta({
    description: 'As `openssl x509 -fingerprint -sha256` prints it: pairs of hexadecimal digits with colons.',
  }),
  expires_at: instant.nullable().meta({ description: 'The end of its validity.' }),
});
export type CertificateResource = z.infer<typeof certificateResource>;

/** Only the first certificates of a longer chain are shown: a list of credentials must stay bounded. */
const MAX_SHOWN = 10;
const BLOCK = /-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|$)/gs;

/** The first ten certificates of a PEM text (RFC 7468, section 5), in its order. Throws nothing. `now` in ms. */
export function certificatesOf(pem: string | null, now: number): readonly CertificateResource[] {
  return (pem?.match(BLOCK) ?? []).slice(0, MAX_SHOWN).map((block) => certificateOf(block, now));
}

function certificateOf(block: string, now: number): CertificateResource {
  try {
    const { fingerprint256, validFromDate, validToDate } = new X509Certificate(block);
    const begun = validFromDate.getTime() <= now;
    const status = !begun ? 'not_yet_valid' : validToDate.getTime() < now ? 'expired' : 'valid';
    return { status, fingerprint_sha256: fingerprint256, expires_at: validToDate.toISOString() };
  } catch {
    return { status: 'unreadable', fingerprint_sha256: null, expires_at: null };
  }
}
