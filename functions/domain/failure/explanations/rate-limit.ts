import { type Explanations, WAIT } from './explanation.ts';

export const RATE_LIMIT = {
  rate_limited: {
    who: 'nobody',
    title: 'The provider limits the rate of requests',
    explanation: 'The provider asked for fewer requests to this mailbox. Its jobs wait until the limit is over.',
    next_step: WAIT,
  },
  too_many_connections: {
    who: 'nobody',
    title: 'Too many connections to this mailbox',
    explanation: 'The provider allows only a limited number of connections; other mail clients count too.',
    next_step:
      'The system retries the job. If the failure lasts, lower max_connections of the credential or close other clients.',
  },
} as const satisfies Explanations;
