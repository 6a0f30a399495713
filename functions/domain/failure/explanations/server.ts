import type { Explanations } from './explanation.ts';

export const SERVER = {
  server_error: {
    who: 'nobody',
    title: 'The mail server reported a defect of its own',
    explanation: 'The server answered that it failed internally.',
    next_step: 'Retried slowly; if it lasts, tell the provider.',
  },
  mailbox_corrupt: {
    who: 'mailbox_owner',
    title: 'The mailbox is damaged on the server',
    explanation: 'The server reported corruption of the mailbox.',
    next_step: 'Tell the provider of the mailbox.',
  },
  command_failed: {
    who: 'operator',
    title: 'The mail server refused the command',
    explanation: 'The server answered NO without a reason that we know.',
    next_step: 'Read the detail; retry when its cause is gone.',
  },
} as const satisfies Explanations;
