import type { FailureCode } from '../catalogue.ts';

/** What people read about a failure. */
export type Explanation = {
  /** Who must act for it to go away. */
  readonly who: 'nobody' | 'mailbox_owner' | 'operator' | 'us';
  readonly title: string;
  readonly explanation: string;
  readonly next_step: string;
};

export type Explanations = Readonly<Partial<Record<FailureCode, Explanation>>>;

export const WAIT = 'Nothing to do: it is retried by itself.';
export const PASSWORD = 'Ask the mailbox owner for a new password, rotate the credential and test it.';
export const REPORT = 'Report it with the job id: it may be a defect of ours.';
