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
});
