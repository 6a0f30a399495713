/** Examples of statistics: jobs that were made at `made`, of which the last failed at `failed`. */
export const statisticsExamples = (made: string, failed: string, byStatus: Readonly<Record<string, number>>) => ({
  JobStats: {
    total: 1222,
    by_status: byStatus,
    by_action: { imap_sync_messages: 1222 },
    by_error_code: { provider_timeout: 15 },
    groups: null,
    revision: '48211',
    oldest_due_at: made,
    stalled: 0,
    by_waiting_on: { credential_parked: 4 },
    open_coverage: { examined: 12, from: null, to: null, complete: true },
    credentials_by_status: { valid: 49, parked: 1 },
    coverage: null,
  },
  JobStatsSeries: {
    bucket: '1h',
    by: 'created_at',
    points: [
      {
        at: made,
        total: 1222,
        by_status: byStatus,
        by_error_code: null,
        first_failed_at: failed,
        last_failed_at: failed,
      },
    ],
    coverage: { examined: 15, from: made, to: '2026-01-31T13:00:00.000Z', complete: true },
  },
  FailureGroup: {
    ...MUTE,
    category: 'transient',
    who: 'nobody',
    title: 'The mail server did not answer in time',
    action: null,
    failed: 12,
    retrying: 3,
    credentials: { count: 9, more: false },
    first_at: made,
    last_at: failed,
    sample_job_id: 'job_01kg9q2v0xe3vt9q3y8m7b5n4c',
  },
  FailureGroupMute: MUTE,
});

const MUTE = {
  id: 'fgr_YWNjX29uZS9wcm92aWRlcl90aW1lb3V0L2ltYXAuZXhhbXBsZS5jb206OTkz',
  code: 'provider_timeout',
  host: 'imap.example.com:993',
  muted: true,
  muted_until: null,
  note: 'the provider works on it',
  version: 1,
};
