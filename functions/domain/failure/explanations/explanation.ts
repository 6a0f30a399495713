import type { FailureCode } from '../catalogue.ts';

/** The texts about a failure, for people. */
export type Explanation = {
  /** Who must act to end it. */
  readonly who: 'nobody' | 'mailbox_owner' | 'operator' | 'us';
  readonly title: string;
  readonly explanation: string;
  readonly next_step: string;
};

export type Explanations = Readonly<Partial<Record<FailureCode, Explanation>>>;

/** The next step if the system retries the job. */
export const WAIT = 'Nothing to do: the system retries the job.';

/** The next step if the password was refused. */
export const PASSWORD = 'Ask the mailbox owner for a new password, rotate the credential and test it.';

/** The next step if the failure may be a defect of this service. */
export const REPORT = 'Report it with the job id: it may be a defect of this service.';
