import { MAX_CHANGES } from '../limits/changes.ts';

/** Every problem the API answers with: its HTTP status and its title. The codes are promised to users. */
export const PROBLEMS = {
  invalid_token: { status: 401, title: 'The token lacks a claim that this API needs, or has a wrong one' },
  account_forbidden: { status: 403, title: 'The token is not for this account' },
  role_forbidden: { status: 403, title: 'The role does not allow this' },
  body_too_large: { status: 413, title: 'The body is larger than 256 KB' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  invalid_json: { status: 400, title: 'The body is not JSON' },
  invalid_cursor: { status: 400, title: 'The cursor was not given out by this query' },
  invalid_request: { status: 422, title: 'The request is invalid' },
  secret_required: { status: 422, title: 'The secret must come in the same request' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used with another body' },
  filter_required: { status: 422, title: 'Name the jobs, or narrow them by a filter' },
  not_found: { status: 404, title: 'Nothing with this id or path can be found with this token' },
  method_not_allowed: { status: 405, title: 'This can only be read' },
  version_conflict: { status: 412, title: 'It has changed since the version in If-Match' },
  job_not_retryable: { status: 409, title: 'Only a failed or retrying job can be retried' },
  job_not_cancellable: { status: 409, title: 'Only a job that has not ended can be cancelled' },
  job_running: { status: 409, title: 'The job is running' },
  job_already_succeeded: { status: 409, title: 'The job has succeeded' },
  job_already_resolved: { status: 409, title: 'The job is resolved' },
  job_not_resolved: { status: 409, title: 'The job is not resolved' },
  job_not_pending: { status: 409, title: 'The job does not wait any more, so this cannot be changed' },
  too_many_changes: { status: 409, title: `It has been updated ${MAX_CHANGES} times, the most that is allowed` },
  credential_altered: { status: 409, title: 'The stored connection was changed outside of this API' },
  credential_in_use: { status: 409, title: 'The credential is in use' },
  no_webhook_secret: { status: 409, title: 'This provider has no secret' },
  webhook_test_impossible: { status: 409, title: 'No sample can be made for this endpoint' },
  delivery_refused: { status: 401, title: 'The delivery is not verified' },
  delivery_malformed: { status: 400, title: 'The delivery is not one of this provider' },
  try_again: { status: 503, title: 'It could not be done now: send the request again' },
  task_not_scheduled: { status: 409, title: 'The task has no schedule' },
  bulk_not_running: { status: 409, title: 'The bulk operation has ended' },
  quota_exceeded: { status: 409, title: 'The account has reached the limit of how many it may have' },
  rate_limited: { status: 429, title: 'The account has reached a limit: try again later' },
  service_busy: { status: 503, title: 'The service is at a limit of its own or gets no answer: try again later' },
  internal_error: { status: 500, title: 'Something failed on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Whether this release knows the code. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
