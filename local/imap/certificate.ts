import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.ts';

const day = 86_400_000;

const oid = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

/**
 * A self-signed X.509 certificate (RFC 5280) with a new P-256 key for DNS names and IPv4 addresses, valid from a day
 * before `now` for 397 days. It is its own CA, so the same PEM serves the server as `cert` and the client as `ca`.
 * Written out because Node makes keys and signatures but no certificates, and the embedded stack must not need openssl.
 */
export function selfSignedCertificate(options: { readonly hosts: readonly string[]; readonly now?: Date }): {
  certPem: string;
  keyPem: string;
} {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subjectPublicKey = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = der.sequence(der.objectIdentifier(oid.ecdsaWithSha256));
  const name = der.sequence(
    der.setOf(der.sequence(der.objectIdentifier(oid.commonName), der.utf8String(options.hosts[0] ?? 'localhost'))),
  );
  const from = (options.now ?? new Date()).getTime() - day;

  const certificate = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16)),
    algorithm,
    name,
    der.sequence(time(from), time(from + 397 * day)),
    name,
    subjectPublicKey,
    der.explicit(3, extensions(options.hosts, subjectPublicKey)),
  );
  const signature = sign('sha256', certificate, privateKey);
  const signed = der.sequence(certificate, algorithm, der.bitString(signature));
  return {
    certPem: `-----BEGIN CERTIFICATE-----\n${lines(signed.toString('base64'))}-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function time(at: number): Buffer {
  const date = new Date(Math.floor(at / 1000) * 1000);
  return date.getUTCFullYear() < 2050 ? der.utcTime(date) : der.generalizedTime(date);
}

function extensions(hosts: readonly string[], subjectPublicKey: Buffer): Buffer {
  const digitalSignatureAndCertSign = der.bitString(Buffer.from([0b1000_0100]), 2);
  return der.sequence(
    extension(oid.basicConstraints, true, der.sequence(der.boolean(true))),
    extension(oid.keyUsage, true, digitalSignatureAndCertSign),
    extension(oid.extendedKeyUsage, false, der.sequence(der.objectIdentifier(oid.serverAuth))),
    extension(oid.subjectAltName, false, der.sequence(...hosts.map(generalName))),
    extension(oid.subjectKeyIdentifier, false, der.octetString(createHash('sha1').update(subjectPublicKey).digest())),
  );
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(id), ...flag, der.octetString(value));
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return der.implicit(7, Buffer.from(host.split('.').map(Number)));
  return der.implicit(2, Buffer.from(host, 'latin1'));
}

const lines = (base64: string): string => base64.replace(/.{1,64}/g, '$&\n');
