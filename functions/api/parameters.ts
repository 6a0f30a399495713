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

/** The path parameters of routes about an account. */
export const accountParams = z.strictObject({ account_id: accountId });

/** The path parameters of routes about a job. */
export const jobParams = z.strictObject({ job_id: jobId });

/** The path parameters of routes about a task. */
export const taskParams = z.strictObject({ task_id: taskId });

/** The path parameters of routes about a credential. */
export const credentialParams = z.strictObject({ credential_id: credentialId });

/** The path parameters of routes about a message. */
export const emailParams = z.strictObject({ email_id: emailId });

/** The path parameters of routes about a bulk operation. */
export const bulkParams = z.strictObject({ bulk_id: bulkId });

/** The path parameters of routes about an audit entry. */
export const logParams = z.strictObject({ log_id: logId });

/** The path parameters of routes about a delivery. */
export const deliveryParams = z.strictObject({ delivery_id: deliveryId });

/** The path parameters of routes about a webhook endpoint. */
export const webhookEndpointParams = z.strictObject({ webhook_endpoint_id: webhookEndpointId });
