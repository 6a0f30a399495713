import { type Explanations, REPORT } from './explanation.ts';

export const INTERNAL = {
  unknown: {
    who: 'us',
    title: 'An error we do not know',
    explanation: 'Something failed in a way that we have not classified.',
    next_step: REPORT,
  },
} as const satisfies Explanations;
