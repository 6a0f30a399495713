import { type Explanations, WAIT } from './explanation.ts';

export const INTERRUPTED = {
  deadline_exceeded: {
    who: 'nobody',
    title: 'The attempt ran out of time',
    explanation: 'The attempt needed more time than it may take, and was stopped.',
    next_step: WAIT,
  },
  worker_lost: {
    who: 'nobody',
    title: 'The worker was lost',
    explanation:
      'The process that ran the attempt stopped without a result. The system continues the job; after five such losses in a row it fails.',
    next_step:
      'Nothing to do while the job continues. If it has failed, retry it, and report it if that happens again.',
  },
} as const satisfies Explanations;
