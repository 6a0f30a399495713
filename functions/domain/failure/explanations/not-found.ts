import type { Explanations } from './explanation.ts';

export const NOT_FOUND = {
  mailbox_not_found: {
    who: 'operator',
    title: 'The mailbox does not exist',
    explanation: 'The server has no mailbox with this path.',
    next_step: 'Sync the mailboxes and use a path from the list.',
  },
  message_not_found: {
    who: 'operator',
    title: 'The messages do not exist',
    explanation: 'None of the messages is in the mailbox any more.',
    next_step: 'Sync the mailbox. If the messages are meant to be gone, resolve the job.',
  },
  credential_not_found: {
    who: 'operator',
    title: 'The credential was deleted',
    explanation: 'The credential of the job or task does not exist any more.',
    next_step: 'Resolve the job. Delete a task that was suspended for this, or create one with another credential.',
  },
} as const satisfies Explanations;
