import type { Explanations } from './explanation.ts';

export const NOT_FOUND = {
  mailbox_not_found: {
    who: 'operator',
    title: 'The mailbox does not exist',
    explanation: 'The server knows no mailbox of that path.',
    next_step: 'Sync the mailboxes and use a path from the list.',
  },
  message_not_found: {
    who: 'operator',
    title: 'The messages do not exist',
    explanation: 'None of the messages is in the mailbox any more.',
    next_step: 'Sync the mailbox; resolve the job if that is as it should be.',
  },
  credential_not_found: {
    who: 'operator',
    title: 'The credential was deleted',
    explanation: 'The job belongs to a credential that does not exist any more.',
    next_step: 'Resolve the job.',
  },
} as const satisfies Explanations;
