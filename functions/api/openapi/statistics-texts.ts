/** What the statistics and failure groups mean, for the document: by schema, then by field; '' is the schema itself. */
export const STATISTICS_TEXTS = {
  FailureGroup: {
    '': 'The failed and retrying jobs with the same failure code on the same mail server.',
    host: '`host:port` of the mail server when the job failed; null if it was not known. If the credential has moved to another server since, its failures stay here.',
    who: 'Who must act.',
    action: 'With `by=action` the action that the item counts; otherwise null.',
    credentials:
      'How many credentials have these jobs: exact up to 100. `more`: there are more, or there may be more, because not all jobs of the group were examined.',
    first_at: 'The oldest failure among its examined jobs.',
    last_at: 'The last failure.',
    sample_job_id: 'One of its jobs, as an example.',
    muted: 'The group does not ask for attention at present.',
    muted_until: 'Null while it is muted: until a person unmutes it.',
    note: 'The note of the last mute or unmute.',
    version: 'The version in `ETag` and `If-Match`. 0: it was never muted.',
  },
  FailureGroupMute: { '': 'Whether a failure group is muted.' },
  JobStats: {
    '': 'Counts of the jobs of an account: of all jobs without `host`; with it, of the jobs that `coverage` names.',
    by_error_code: 'Failed and retrying jobs only.',
    revision:
      'A value that changes when a row changes that lists show: of a job, task, credential, bulk operation, webhook endpoint, delivery, failure group or of the account itself. Changes of mail do not change it.',
    oldest_due_at:
      'When the job that is due for the longest time became due; null if none is due. It is among the jobs that `open_coverage` names.',
    stalled:
      'How many of the jobs that `open_coverage` names should have started, or whose worker should have reported, some time ago.',
    by_waiting_on:
      'How many due jobs wait for each reason, among the jobs that `open_coverage` names. A reason without jobs is absent.',
    open_coverage: 'The open jobs that were examined: the first 100 by creation.',
    credentials_by_status: 'All credentials of the account by status.',
    groups: 'Open and failed jobs by group, if `group_by` was given: the newest ones, at most 1,000.',
  },
  JobStatsSeries: {
    '': 'Jobs by the hour in which they were made or ended, each with its present status. A job that was retried after its end counts in the hour of its last end.',
    points: 'One per hour, ascending, also for hours without jobs.',
  },
};
