/**
 * Names of tables' keys and indexes: the one home shared by the CDK app and the adapters.
 * Short names where the row must stay within 1 KB (1 write unit).
 */
export const EVENTS = {
  partitionKey: 'stream_id',
  sortKey: 'version',
  /** Sparse: only events that belong in the account's audit carry the keys. */
  auditIndex: { name: 'audit', partitionKey: 'audit_account', sortKey: 'audit_at' },
} as const;

/** Rows of jobs, tasks and credentials, and the counters that are written with them in one transaction. */
export const VIEWS = {
  partitionKey: 'id',
  /** `ga` = `<id prefix>#<account_id>`, `s` = `<created_at>#<id>`. */
  accountIndex: { name: 'by_account', partitionKey: 'ga', sortKey: 's' },
  taskIndex: { name: 'by_task', partitionKey: 'gt', sortKey: 's' },
  credentialIndex: { name: 'by_credential', partitionKey: 'gc', sortKey: 's' },
  /** Sparse: jobs that a bulk operation has touched. */
  bulkIndex: { name: 'by_bulk', partitionKey: 'gb', sortKey: 's' },
  /** Every job but those that succeeded. `gs` = `<account_id>#<status>`. */
  statusIndex: { name: 'by_status', partitionKey: 'gs', sortKey: 's' },
  /** Sparse: jobs that ever failed. `ge` = `<account_id>#<last error code>`. */
  errorIndex: { name: 'by_error', partitionKey: 'ge', sortKey: 's' },
  /** Sparse: what is due. `go` = what is to handle it, `od` = `<due time>#<id>`. */
  openIndex: { name: 'open', partitionKey: 'go', sortKey: 'od' },
  ttl: 'ttl',
  /** The row of the wrapped cursor key: the only one that API functions may write. */
  cursorKey: 'key#cursor',
} as const;

/** Connection fields and sealed secrets of credentials, settings and sealed secrets of webhook endpoints. No point-in-time recovery: a deleted secret is gone. */
export const SECRETS = { partitionKey: 'id' } as const;

/** Rows of the secrets table that lead from a mailbox's name to its credentials. */
export const MATCH_PREFIX = 'match#';

/** Attempt leases and connection slots: truth outside the log, lost without harm. */
export const LEASES = { partitionKey: 'id', ttl: 'ttl' } as const;

/** Rows of the leases table that hold what is known of a task's runs and its last trigger. */
export const RUN_PREFIX = 'run#';

/** The row of the leases table with the retention periods in force: the only one without an end. */
export const RETENTION_ROW = 'retention#periods';

/** Rows of the leases table that count what an account has used. */
export const USAGE_PREFIX = 'usage#';

/** Rows of the leases table that hold the places of an account's requests that wait. */
export const WAITS_PREFIX = 'slots#waits#';

/** Mailboxes with their sync state, and message metadata. */
export const MAIL = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Messages of an account / a credential, by internal date. `gd` = `<internal_date>#<email id>`. */
  accountIndex: { name: 'by_account', partitionKey: 'ga', sortKey: 'gd' },
  credentialIndex: { name: 'by_credential', partitionKey: 'gc', sortKey: 'gd' },
} as const;
