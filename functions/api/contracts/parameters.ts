import * as z from 'zod';
import {
  accountId,
  bulkId,
  credentialId,
  emailId,
  jobId,
  logId,
  taskId,
  webhookEndpointId,
} from '../../domain/ids/ids.ts';

export const accountParams = z.strictObject({ account_id: accountId });
export const jobParams = z.strictObject({ job_id: jobId });
export const taskParams = z.strictObject({ task_id: taskId });
export const credentialParams = z.strictObject({ credential_id: credentialId });
export const emailParams = z.strictObject({ email_id: emailId });
export const bulkParams = z.strictObject({ bulk_id: bulkId });
export const logParams = z.strictObject({ log_id: logId });
export const webhookEndpointParams = z.strictObject({ webhook_endpoint_id: webhookEndpointId });
