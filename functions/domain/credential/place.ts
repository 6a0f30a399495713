/**
 * Where and how a credential's secret is sent, and who can read it on the way. A secret is bound to the place that it
 * was given for. Only a request that contains the secret itself may send it to another place or less safely.
 */
import { isSameHost } from '../network/same-host.ts';
import type { Connection } from './connection.ts';

/** The fields of a place that a PATCH can name. */
export const PLACE_FIELDS = ['host', 'port', 'security_mode', 'tls_ca_pem'] as const;
export type PlaceField = (typeof PLACE_FIELDS)[number];
export type PlaceChanges = Partial<Pick<Connection, PlaceField>>;

/** From least to most safe: `none` can be read by anyone on the way, `ssl_tls` by no one. */
const SAFETY: Readonly<Record<Connection['security_mode'], number>> = { none: 0, starttls: 1, ssl_tls: 2 };

/** The changes that may send the secret to another place or less safely, for any previous place. */
export function namedPlace(changes: PlaceChanges): readonly PlaceField[] {
  return PLACE_FIELDS.filter((field) => {
    const value = changes[field];
    // The safest mode, and certificates of public authorities only: these cannot make the secret less safe.
    return value !== undefined && value !== 'ssl_tls' && value !== null;
  });
}

/** The changes that send the secret to another place or less safely, compared with `old`. */
export function exposingChanges(old: Connection, changes: PlaceChanges): readonly PlaceField[] {
  return namedPlace(changes).filter((field) => {
    if (field === 'host') return !isSameHost(old.host, changes.host ?? old.host);
    if (field === 'security_mode')
      return SAFETY[changes.security_mode ?? old.security_mode] < SAFETY[old.security_mode];
    return changes[field] !== old[field];
  });
}

/**
 * The fields of the place that a secret is sealed with. Of the user name only its masked form: the user name itself is
 * part of the secret, as are the token URL and the OAuth client.
 */
export function placeOf(
  connection: Pick<Connection, PlaceField | 'username_masked'>,
): Readonly<Record<PlaceField | 'username', string>> {
  return {
    host: connection.host,
    port: String(connection.port),
    security_mode: connection.security_mode,
    tls_ca_pem: connection.tls_ca_pem ?? '',
    username: connection.username_masked,
  };
}
