/** What the statistics and failure groups mean, for the document: by schema, then by field; '' is the schema itself. */
export const STATISTICS_TEXTS = {
  FailureGroup: {
    '': 'The failed and retrying jobs with the same failure code on the same mail server.',
    host: '`host:port` of the mail server when the job failed; null if it was not known. A credential that has moved since does not move its failures.',
    who: 'Who must act.',
    action: 'With `by=action` the action that the item counts; otherwise null.',
    credentials:
      'How many credentials have these jobs: exact up to 100. `more`: there are more, or there may be, because not all jobs of the group were looked at.',
    first_at: 'The oldest failure of its jobs that were looked at.',
    last_at: 'The last failure.',
    sample_job_id: 'One of its jobs, to look at.',
    muted: 'It is left out of what asks for attention at present.',
    muted_until: 'Null with `muted`: until somebody unmutes it.',
    note: 'Of the last mute or unmute.',
    version: 'What `ETag` holds, and `If-Match` names. 0: it was never muted.',
  },
  FailureGroupMute: { '': 'Whether a failure group is muted.' },
  JobStats: {
    '': 'Counts of the jobs of an account. Exact without `host`; with it, of the jobs that `coverage` names.',
    by_error_code: 'Failed and retrying jobs only.',
    revision:
      'Changes whenever a row changed that lists show: of a job, task, credential, bulk operation, webhook endpoint, delivery, failure group or of the account itself. Mail is not among them.',
    oldest_due_at:
      'Since when a job is due and has not started; null if none is. Of the open jobs that `open_coverage` names.',
    stalled: 'Jobs that should have started, or been reported on, some time ago, of those that `open_coverage` names.',
    by_waiting_on: 'What due jobs wait for, of those that `open_coverage` names. No number: nothing.',
    open_coverage:
      'The open jobs that were looked at, 100 at most: first queued and running ones, then retrying, then scheduled ones, each by creation. The period is of the last of these that were looked at.',
    credentials_by_status: 'All credentials of the account by status.',
    groups:
      'Open and failed jobs by group, when `group_by` asked for them; newest first, as many as one request reads.',
  },
  JobStatsSeries: {
    '': 'Jobs by the hour they were made or ended in, each with the status it has now. A job that was retried after its end counts in the hour of its last end.',
    points: 'One per hour, ascending, also for hours without jobs.',
  },
};
