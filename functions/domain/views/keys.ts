/**
 * Partition keys of the views' indexes. Each contains the account, so that no query can read another account's rows.
 */
import type { FailureCode } from '../failure/catalogue.ts';
import type { JobStatus } from '../job/job.ts';
import type { RetentionClass } from '../job/retention.ts';

export const jobsOf = (accountId: string): string => `job#${accountId}`;
export const tasksOf = (accountId: string): string => `tsk#${accountId}`;
export const credentialsOf = (accountId: string): string => `pc#${accountId}`;
export const webhookEndpointsOf = (accountId: string): string => `whk#${accountId}`;
export const failureGroupsOf = (accountId: string): string => `fgr#${accountId}`;
/** Muted failure groups, by the end of their mute. */
export const mutesOf = (accountId: string): string => `fgm#${accountId}`;
export const bulksOf = (accountId: string): string => `blk#${accountId}`;
export const byStatus = (accountId: string, status: JobStatus): string => `${accountId}#${status}`;
export const byLastError = (accountId: string, code: FailureCode): string => `${accountId}#${code}`;
/** Jobs by the task or the bulk operation they belong to, deliveries by their endpoint. */
export const byOwner = (accountId: string, id: string): string => `${accountId}#${id}`;
/**
 * Jobs by credential, open and ended ones apart: the open jobs are read often, and that must not become more expensive
 * with each ended job.
 */
export const openOfCredential = (accountId: string, id: string): string => `${accountId}#${id}#open`;
export const endedOfCredential = (accountId: string, id: string): string => `${accountId}#${id}#ended`;

/** What makes jobs for a credential: active schedules, and enabled endpoints that name it. */
export const usersOfCredential = (accountId: string, id: string): string => `${accountId}#${id}#users`;

/** The due-time index: rows that must be checked from a certain time. */
const SHARDS = [0, 1, 2, 3] as const;
const shardOf = (id: string): number => (id.codePointAt(id.length - 1) ?? 0) % SHARDS.length;

/** Open jobs, for the sweeper. */
export const openJobs = (id: string): string => `open#${shardOf(id)}`;
export const OPEN_JOB_KEYS: readonly string[] = SHARDS.map((shard) => `open#${shard}`);
/** Ended jobs by retention class: for retention, which checks the oldest first. */
export const endedJobs = (kept: RetentionClass, id: string): string => `ended#${kept}#${shardOf(id)}`;
export const endedJobKeys = (kept: RetentionClass): readonly string[] =>
  SHARDS.map((shard) => `ended#${kept}#${shard}`);
/** Tombstones of deleted jobs, by who deleted them: for retention, which erases them. */
export const DELETED_BY = ['user', 'retention'] as const;
export type DeletedBy = (typeof DELETED_BY)[number];
export const deletedJobs = (by: DeletedBy, id: string): string => `deleted#${by}#${shardOf(id)}`;
export const deletedJobKeys = (by: DeletedBy): readonly string[] => SHARDS.map((shard) => `deleted#${by}#${shard}`);
/** Tombstones of deleted credentials whose mail may not be erased yet: for retention. */
export const DELETED_CREDENTIALS = 'deleted#credential';
/** Tasks with an active schedule, by due time, for the sweeper. */
export const scheduledTasks = (id: string): string => `schedule#${shardOf(id)}`;
export const SCHEDULED_TASK_KEYS: readonly string[] = SHARDS.map((shard) => `schedule#${shard}`);
/** Running bulk operations, for the sweeper. */
export const RUNNING_BULKS = 'bulk';
/** Parked credentials, by the time of their next probe, for the sweeper. */
export const PROBES = 'probe';
/** Marks of the log's stream, for retention. */
export const MARKS = 'mark';
/** Endpoints with `silent_after`, for the sweeper. */
export const LISTENING = 'listen';
/** Deliveries without a job yet, for the sweeper. */
export const pendingDeliveries = (id: string): string => `delivery#pending#${shardOf(id)}`;
export const PENDING_DELIVERY_KEYS: readonly string[] = SHARDS.map((shard) => `delivery#pending#${shard}`);
/** All other deliveries, for retention. */
export const endedDeliveries = (id: string): string => `delivery#ended#${shardOf(id)}`;
export const ENDED_DELIVERY_KEYS: readonly string[] = SHARDS.map((shard) => `delivery#ended#${shard}`);
