import * as z from 'zod';
import {
  accountId,
  bulkId,
  credentialId,
  deliveryId,
  emailId,
  jobId,
  logId,
  taskId,
  webhookEndpointId,
} from '../domain/ids/ids.ts';
import { oneLine } from '../domain/text/one-line.ts';

/**
 * The reason for a deletion. It is a query parameter, because the content of a DELETE has no defined meaning and
 * clients and proxies drop it (RFC 9110 section 9.3.5; decision 30).
 */
export const deletionReason = oneLine(500).optional();

export const accountParams = z.strictObject({ account_id: accountId });
export const jobParams = z.strictObject({ job_id: jobId });
export const taskParams = z.strictObject({ task_id: taskId });
export const credentialParams = z.strictObject({ credential_id: credentialId });
export const emailParams = z.strictObject({ email_id: emailId });
export const bulkParams = z.strictObject({ bulk_id: bulkId });
export const logParams = z.strictObject({ log_id: logId });
export const deliveryParams = z.strictObject({ delivery_id: deliveryId });
export const webhookEndpointParams = z.strictObject({ webhook_endpoint_id: webhookEndpointId });
