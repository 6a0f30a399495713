import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { exposingChanges, namedPlace, type PlaceChanges, placeOf } from '../../../functions/domain/credential/place.ts';

const connection: Connection = {
  id: 'pc_one',
  account_id: 'acc_one',
  host: 'imap.example.com',
  port: 143,
  security_mode: 'starttls',
  auth_kind: 'password',
  tls_ca_pem: 'PEM',
  max_connections: 3,
  username_masked: 'a…e@example.com',
  label: null,
  external_ref: null,
  generation: 1,
  last_used_at: null,
  last_synced_at: null,
};

describe('a change of a credential', () => {
  it.each<[PlaceChanges, readonly string[]]>([
    [{ host: 'evil.example.com' }, ['host']],
    [{ port: 993 }, ['port']],
    [{ security_mode: 'none' }, ['security_mode']],
    [{ tls_ca_pem: 'another PEM' }, ['tls_ca_pem']],
    [
      { tls_ca_pem: 'another PEM', port: 1, host: 'x', security_mode: 'none' },
      ['host', 'port', 'security_mode', 'tls_ca_pem'],
    ],
  ])('%j may send the secret elsewhere or less safely', (changes, fields) => {
    expect(exposingChanges(connection, changes)).toEqual(fields);
  });

  it.each<PlaceChanges>([
    {},
    { host: 'imap.example.com', port: 143, security_mode: 'starttls', tls_ca_pem: 'PEM' },
    { host: 'IMAP.example.com.' },
    { security_mode: 'ssl_tls' },
    { tls_ca_pem: null },
  ])('%j does not expose the secret', (changes) => {
    expect(exposingChanges(connection, changes)).toEqual([]);
  });

  it('exposes the secret by adding an authority: one more party can read it', () => {
    expect(exposingChanges({ ...connection, tls_ca_pem: null }, { tls_ca_pem: 'PEM' })).toEqual(['tls_ca_pem']);
  });

  it('is safe when the mode becomes safer, even if not the safest', () => {
    expect(exposingChanges({ ...connection, security_mode: 'none' }, { security_mode: 'starttls' })).toEqual([]);
  });

  it('names a place unless it uses the safest values', () => {
    expect(namedPlace({ host: 'a', port: 1, security_mode: 'starttls', tls_ca_pem: 'PEM' })).toHaveLength(4);
    expect(namedPlace({ security_mode: 'ssl_tls', tls_ca_pem: null })).toEqual([]);
  });
});

describe('the place of a secret', () => {
  it('is exactly the data that secrets were sealed with: another text would make them unreadable', () => {
    const sealed = { host: 'imap.example.com', port: '143', security_mode: 'starttls', username: 'a…e@example.com' };
    expect(placeOf(connection)).toEqual({ ...sealed, tls_ca_pem: 'PEM' });
    expect(placeOf({ ...connection, tls_ca_pem: null })).toEqual({ ...sealed, tls_ca_pem: '' });
  });

  it('differs by each of its fields, and by no other field', () => {
    const other = { host: 'x', port: 1, security_mode: 'none', tls_ca_pem: null, username_masked: 'x' } as const;
    for (const [field, value] of Object.entries(other))
      expect(placeOf({ ...connection, [field]: value }), field).not.toEqual(placeOf(connection));
    const renamed: Connection = { ...connection, label: 'x', max_connections: 9 };
    expect(placeOf(renamed)).toEqual(placeOf(connection));
  });
});
