/**
 * Names of the tables' keys and indexes, shared by the CDK app and the adapters. Names are short where a row must stay
 * within 1 KB (1 write unit).
 */
export const EVENTS = {
  partitionKey: 'stream_id',
  sortKey: 'version',
  /** Sparse: only events that belong in the account's audit have these keys. */
  auditIndex: { name: 'audit', partitionKey: 'audit_account', sortKey: 'audit_at' },
} as const;

/** Rows of jobs, tasks and credentials, and the counters that follow from the changes of rows. */
export const VIEWS = {
  partitionKey: 'id',
  /** `ga` = `<id prefix>#<account_id>`, `s` = `<created_at>#<id>`. */
  accountIndex: { name: 'by_account', partitionKey: 'ga', sortKey: 's' },
  taskIndex: { name: 'by_task', partitionKey: 'gt', sortKey: 's' },
  credentialIndex: { name: 'by_credential', partitionKey: 'gc', sortKey: 's' },
  /** Sparse: jobs that a bulk operation has changed. */
  bulkIndex: { name: 'by_bulk', partitionKey: 'gb', sortKey: 's' },
  /** Every job except succeeded ones. `gs` = `<account_id>#<status>`. */
  statusIndex: { name: 'by_status', partitionKey: 'gs', sortKey: 's' },
  /** Sparse: jobs that ever failed. `ge` = `<account_id>#<last error code>`. */
  errorIndex: { name: 'by_error', partitionKey: 'ge', sortKey: 's' },
  /** Sparse: rows with a due time. `go` = the duty that handles them, `od` = `<due time>#<id>`. */
  openIndex: { name: 'open', partitionKey: 'go', sortKey: 'od' },
  ttl: 'ttl',
  /** The row of the wrapped cursor key: the only row that API functions may write. */
  cursorKey: 'key#cursor',
} as const;

/**
 * Connection fields and sealed secrets of credentials, settings and sealed secrets of webhook endpoints. No
 * point-in-time recovery, so that a deleted secret cannot be restored.
 */
export const SECRETS = { partitionKey: 'id' } as const;

/** Prefix of the rows in the secrets table that map a mailbox's name to its credentials. */
export const MATCH_PREFIX = 'match#';

/** Prefix of the rows in the secrets table with the newest shared key of a purpose, wrapped. */
export const KEY_PREFIX = 'key#';

/** Attempt leases and connection slots: state outside the log that may be lost without harm. */
export const LEASES = { partitionKey: 'id', ttl: 'ttl' } as const;

/** Prefix of the rows in the leases table for the leases of attempts. */
export const LEASE_PREFIX = 'lease#';

/** Prefix of the rows in the leases table for slots: of connections (with the last use), and of an account's places. */
export const SLOTS_PREFIX = 'slots#';

/** Prefix of the rows in the leases table for the newest job of work that deliveries ask for. */
export const WORK_PREFIX = 'work#';

/** The row of the leases table with the sweeper's scan cycles. */
export const SWEEP_ROW = 'sweep#laps';

/** Prefix of the rows in the leases table for a task's runs and its last trigger. */
export const RUN_PREFIX = 'run#';

/** The row of the leases table with the retention periods in force: the only one without an end. */
export const RETENTION_ROW = 'retention#periods';

/** Rows of the leases table that count what an account has used. */
export const USAGE_PREFIX = 'usage#';

/** Prefix of the rows in the leases table for an account's places of waiting requests. */
export const WAITS_PREFIX = `${SLOTS_PREFIX}waits#`;

/** Mailboxes with their sync state, and message metadata. */
export const MAIL = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Messages of an account or a credential, by internal date. `gd` = `<internal_date>#<email id>`. */
  accountIndex: { name: 'by_account', partitionKey: 'ga', sortKey: 'gd' },
  credentialIndex: { name: 'by_credential', partitionKey: 'gc', sortKey: 'gd' },
} as const;
