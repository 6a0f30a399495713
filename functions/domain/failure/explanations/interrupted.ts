import { type Explanations, WAIT } from './explanation.ts';

export const INTERRUPTED = {
  deadline_exceeded: {
    who: 'nobody',
    title: 'The attempt ran out of time',
    explanation: 'The work was stopped at its own deadline.',
    next_step: WAIT,
  },
  worker_lost: {
    who: 'nobody',
    title: 'The worker vanished',
    explanation:
      'The process that ran the attempt stopped without a result. The job goes on by itself; after five such losses in a row it fails.',
    next_step: 'Nothing to do while the job goes on. Once it has failed, retry it, and report it if it happens again.',
  },
} as const satisfies Explanations;
