import * as z from 'zod';

export const securityMode = z.enum(['ssl_tls', 'starttls', 'none']);

/** What is known of a credential besides its health and its secret. Lives outside the log: it may name people. */
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
  /** Whose fields these are; null of ones from before this was noted. */
  generation: z.int().nullable().default(null),
  last_used_at: z.iso.datetime().nullable(),
  last_synced_at: z.iso.datetime().nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;
