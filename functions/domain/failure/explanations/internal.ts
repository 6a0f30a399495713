import { type Explanations, REPORT } from './explanation.ts';

export const INTERNAL = {
  unknown: {
    who: 'us',
    title: 'An unknown error',
    explanation: 'The attempt failed with an error that has no code of its own.',
    next_step: REPORT,
  },
  secret_unavailable: {
    who: 'us',
    title: 'The stored secret could not be decrypted',
    explanation:
      'The key service did not answer, is at a limit, or refused to decrypt, for example because the key is disabled. The stored secret is not damaged.',
    next_step: 'The system retries the job. If the failure lasts, check the key of the deployment.',
  },
} as const satisfies Explanations;
