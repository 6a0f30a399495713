/**
 * Where and how a credential's secret is sent, and who can read it on the way. A secret is for the place that it was
 * given for: nothing but the same request as the secret itself may send it elsewhere or less safely.
 */
import { isSameHost } from '../network/same-host.ts';
import type { Connection } from './connection.ts';

/** What of a place a PATCH can name. */
export const PLACE_FIELDS = ['host', 'port', 'security_mode', 'tls_ca_pem'] as const;
export type PlaceField = (typeof PLACE_FIELDS)[number];
export type PlaceChanges = Partial<Pick<Connection, PlaceField>>;

/** From what anybody on the way can read to what nobody can. */
const SAFETY: Readonly<Record<Connection['security_mode'], number>> = { none: 0, starttls: 1, ssl_tls: 2 };

/** What of these changes may send the secret elsewhere or less safely, whatever the place is before. */
export function namedPlace(changes: PlaceChanges): readonly PlaceField[] {
  return PLACE_FIELDS.filter((field) => {
    const value = changes[field];
    // The safest mode, and no authority but the usual ones: nowhere is the secret less safe by these.
    return value !== undefined && value !== 'ssl_tls' && value !== null;
  });
}

/** What of these changes does so where the place is `old`. */
export function exposingChanges(old: Connection, changes: PlaceChanges): readonly PlaceField[] {
  return namedPlace(changes).filter((field) => {
    if (field === 'host') return !isSameHost(old.host, changes.host ?? old.host);
    if (field === 'security_mode')
      return SAFETY[changes.security_mode ?? old.security_mode] < SAFETY[old.security_mode];
    return changes[field] !== old[field];
  });
}

/**
 * What a secret is sealed with. Of the user name only what stands beside the secret: it is itself part of the secret, as
 * are the token URL and the OAuth client.
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
