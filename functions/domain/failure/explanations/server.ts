import type { Explanations } from './explanation.ts';

export const SERVER = {
  server_error: {
    who: 'nobody',
    title: 'The mail server reported an internal error',
    explanation: 'The server answered that it has an internal error.',
    next_step: 'The system retries the job with long waits. If the failure lasts, inform the provider.',
  },
  mailbox_corrupt: {
    who: 'mailbox_owner',
    title: 'The mailbox is damaged on the server',
    explanation: 'The server reported corruption of the mailbox.',
    next_step: 'Inform the provider of the mailbox.',
  },
  command_failed: {
    who: 'operator',
    title: 'The mail server refused the command',
    explanation: 'The server answered NO without a known reason.',
    next_step: 'Read the detail. Retry the job when the cause is removed.',
  },
} as const satisfies Explanations;
