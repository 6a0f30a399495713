import { type Explanations, WAIT } from './explanation.ts';

export const RATE_LIMIT = {
  rate_limited: {
    who: 'nobody',
    title: 'The provider limits the rate',
    explanation: 'The provider asked us to slow down for this mailbox; its jobs wait until the limit is over.',
    next_step: WAIT,
  },
  too_many_connections: {
    who: 'nobody',
    title: 'Too many connections to this mailbox',
    explanation: 'The provider refuses further sessions, ours or those of other clients.',
    next_step: 'Retried by itself; if it lasts, lower max_connections of the credential or close other clients.',
  },
} as const satisfies Explanations;
