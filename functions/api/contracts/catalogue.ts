import type { AnyContract } from '../../runtime/http/contract.ts';
import {
  abortBulkOperationContract,
  bulkJobsContract,
  getBulkOperationContract,
  listBulkItemsContract,
  listBulkOperationsContract,
  searchDeleteJobsContract,
} from './bulk.ts';
import {
  createCredentialContract,
  deleteCredentialContract,
  getCredentialContract,
  listCredentialsContract,
  rotateCredentialContract,
  testCredentialContract,
} from './credentials.ts';
import {
  deleteJobContract,
  getJobContract,
  jobStatsContract,
  jobStatsSeriesContract,
  listJobEventsContract,
  listJobsContract,
  resolveJobContract,
  retryJobContract,
  searchJobsContract,
  triggerJobContract,
  updateJobContract,
} from './jobs.ts';
import { getLogContract, listLogsContract, searchLogsContract } from './logs.ts';
import { getEmailContract, listEmailsContract, listMailboxesContract } from './mail.ts';
import { healthContract, listFailuresContract, openapiContract } from './service.ts';
import {
  createTaskContract,
  getTaskContract,
  listTasksContract,
  syncMailboxesContract,
  syncMessagesContract,
  triggerTaskContract,
} from './tasks.ts';

/** Every contract once, one per route. For the document and its tests: a function imports only the ones it serves. */
export const CONTRACTS: readonly AnyContract[] = [
  healthContract,
  openapiContract,
  listFailuresContract,
  listJobsContract,
  searchJobsContract,
  searchDeleteJobsContract,
  bulkJobsContract,
  jobStatsContract,
  jobStatsSeriesContract,
  getJobContract,
  listJobEventsContract,
  retryJobContract,
  triggerJobContract,
  resolveJobContract,
  updateJobContract,
  deleteJobContract,
  listBulkOperationsContract,
  getBulkOperationContract,
  listBulkItemsContract,
  abortBulkOperationContract,
  listLogsContract,
  searchLogsContract,
  getLogContract,
  createTaskContract,
  listTasksContract,
  getTaskContract,
  triggerTaskContract,
  syncMailboxesContract,
  syncMessagesContract,
  createCredentialContract,
  listCredentialsContract,
  getCredentialContract,
  deleteCredentialContract,
  testCredentialContract,
  rotateCredentialContract,
  listMailboxesContract,
  listEmailsContract,
  getEmailContract,
];
