import type { Envelope } from '../domain/event/event.ts';

export type AuditQuery = {
  readonly accountId: string;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** Bounds on the sort key `<time>#<stream>#<version>`, both exclusive; null: none. */
  readonly above: string | null;
  readonly below: string | null;
};

export type AuditRecord = { readonly sort: string; readonly event: Envelope };

/** What people did in an account, and everything on credentials and bulk operations, by time; deleted things stay. */
export interface AuditLog {
  /** Fewer than `limit` with `more`: read on. Eventually consistent. */
  page(query: AuditQuery): Promise<{ readonly records: readonly AuditRecord[]; readonly more: boolean }>;
}
