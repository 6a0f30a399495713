/** Partition keys of the views' indexes. Each names its account, so that no query can reach into another one's. */
import type { FailureCode } from '../failure/catalogue.ts';
import type { JobStatus } from '../job/job.ts';
import type { RetentionClass } from '../job/retention.ts';

export const jobsOf = (accountId: string): string => `job#${accountId}`;
export const tasksOf = (accountId: string): string => `tsk#${accountId}`;
export const credentialsOf = (accountId: string): string => `pc#${accountId}`;
export const webhookEndpointsOf = (accountId: string): string => `whk#${accountId}`;
export const bulksOf = (accountId: string): string => `blk#${accountId}`;
export const byStatus = (accountId: string, status: JobStatus): string => `${accountId}#${status}`;
export const byLastError = (accountId: string, code: FailureCode): string => `${accountId}#${code}`;
/** Jobs by the task or the bulk operation they belong to, deliveries by their endpoint. */
export const byOwner = (accountId: string, id: string): string => `${accountId}#${id}`;
/**
 * Jobs by the credential they belong to, those that have ended apart: what waits for a credential is read often, and
 * must not cost more with each job that it ever had.
 */
export const openOfCredential = (accountId: string, id: string): string => `${accountId}#${id}#open`;
export const endedOfCredential = (accountId: string, id: string): string => `${accountId}#${id}#ended`;

/** What would make jobs for a credential: schedules that are on, and enabled endpoints that name it. */
export const usersOfCredential = (accountId: string, id: string): string => `${accountId}#${id}#users`;

/** The due-time index: what somebody must look at from a time on. */
const SHARDS = [0, 1, 2, 3] as const;
const shardOf = (id: string): number => (id.codePointAt(id.length - 1) ?? 0) % SHARDS.length;

/** Open jobs, for the sweeper. */
export const openJobs = (id: string): string => `open#${shardOf(id)}`;
export const OPEN_JOB_KEYS: readonly string[] = SHARDS.map((shard) => `open#${shard}`);
/** Jobs that have ended, by what they are kept as: for retention, which looks at the oldest. */
export const endedJobs = (kept: RetentionClass, id: string): string => `ended#${kept}#${shardOf(id)}`;
export const endedJobKeys = (kept: RetentionClass): readonly string[] =>
  SHARDS.map((shard) => `ended#${kept}#${shard}`);
/** Tombstones of deleted jobs, by who deleted them: for retention, which erases them. */
export const DELETED_BY = ['user', 'retention'] as const;
export type DeletedBy = (typeof DELETED_BY)[number];
export const deletedJobs = (by: DeletedBy, id: string): string => `deleted#${by}#${shardOf(id)}`;
export const deletedJobKeys = (by: DeletedBy): readonly string[] => SHARDS.map((shard) => `deleted#${by}#${shard}`);
/** Tombstones of deleted credentials, of whose mail something may be left: for retention. */
export const DELETED_CREDENTIALS = 'deleted#credential';
/** Tasks whose schedule is on, by when they are due, for the sweeper. */
export const scheduledTasks = (id: string): string => `schedule#${shardOf(id)}`;
export const SCHEDULED_TASK_KEYS: readonly string[] = SHARDS.map((shard) => `schedule#${shard}`);
/** Bulk operations that run, for the sweeper. */
export const RUNNING_BULKS = 'bulk';
/** Parked credentials, by when they are to be probed, for the sweeper. */
export const PROBES = 'probe';
/** Marks of the log's stream, for retention. */
export const MARKS = 'mark';
/** Endpoints whose silence somebody minds, for the sweeper. */
export const LISTENING = 'listen';
/** Deliveries that have no job yet, for the sweeper. */
export const pendingDeliveries = (id: string): string => `delivery#pending#${shardOf(id)}`;
export const PENDING_DELIVERY_KEYS: readonly string[] = SHARDS.map((shard) => `delivery#pending#${shard}`);
/** All others, for retention. */
export const endedDeliveries = (id: string): string => `delivery#ended#${shardOf(id)}`;
export const ENDED_DELIVERY_KEYS: readonly string[] = SHARDS.map((shard) => `delivery#ended#${shard}`);
