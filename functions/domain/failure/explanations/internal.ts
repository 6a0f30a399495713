import { type Explanations, REPORT } from './explanation.ts';

export const INTERNAL = {
  unknown: {
    who: 'us',
    title: 'An unknown error',
    explanation: 'The attempt failed with an error that has no code of its own.',
    next_step: REPORT,
  },
} as const satisfies Explanations;
