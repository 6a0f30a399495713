import type { Envelope } from '../domain/event/event.ts';

/** A page of an account's audit, at most `limit` entries. */
export type AuditQuery = {
  readonly accountId: string;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** Bounds on the sort key `<time>#<stream>#<version>`, both exclusive; null: none. */
  readonly above: string | null;
  readonly below: string | null;
};

/** An audited event, and its sort key in the audit. */
export type AuditRecord = { readonly sort: string; readonly event: Envelope };

/**
 * The audit of an account: commands of people, and all audited events of credentials and bulk operations, by time.
 * Entries of deleted resources stay.
 */
export interface AuditLog {
  /** If there are fewer than `limit` entries and `more` is true, continue reading. Eventually consistent. */
  page(query: AuditQuery): Promise<{ readonly records: readonly AuditRecord[]; readonly more: boolean }>;
}
