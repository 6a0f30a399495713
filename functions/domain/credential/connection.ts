import * as z from 'zod';

/** TLS from the first byte, TLS by STARTTLS, or no TLS. */
export const securityMode = z.enum(['ssl_tls', 'starttls', 'none']);

/**
 * The fields of a credential, without its health and its secret. They are stored outside the log because they may
 * contain personal data.
 */
export const connectionSchema = z.object({
  id: z.string(),
  account_id: z.string(),
  host: z.string(),
  port: z.int(),
  security_mode: securityMode,
  auth_kind: z.enum(['password', 'oauth2']),
  tls_ca_pem: z.string().nullable(),
  max_connections: z.int(),
  username_masked: z.string(),
  label: z.string().nullable(),
  external_ref: z.string().nullable(),
  /** The credential generation that these fields belong to; null in rows written before it was stored. */
  generation: z.int().nullable().default(null),
  /** The last use before it was stored beside the connection slots; so is the last sync. */
  last_used_at: z.iso.datetime().nullable(),
  last_synced_at: z.iso.datetime().nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;
