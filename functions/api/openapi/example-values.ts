/** Ids and times that the examples of the document share, so that they refer to each other. */
export const ACCOUNT = 'acc_demo';
export const JOB = 'job_01jd0000000000000000000000';
export const TASK = 'tsk_01jd0000000000000000000000';
export const CREDENTIAL = 'pc_01jd0000000000000000000000';
export const WEBHOOK = 'whk_01jd0000000000000000000000';
export const DELIVERY = 'dlv_01jd0000000000000000000000';
export const BULK = 'blk_01jd0000000000000000000000';
export const JANE = { kind: 'user', id: 'jane' } as const;
export const MADE = '2026-01-31T12:00:00.000Z';
export const FAILED = '2026-01-31T12:00:04.250Z';
