import type { Explanations } from './explanation.ts';

export const QUOTA = {
  over_quota: {
    who: 'mailbox_owner',
    title: 'The mailbox is full',
    explanation: 'The provider refuses to store more in this mailbox.',
    next_step: 'Ask the mailbox owner to free space or raise the quota.',
  },
  limit_reached: {
    who: 'mailbox_owner',
    title: 'A limit of the server was reached',
    explanation:
      'The command ran up against a limit that the server has for one mailbox or command, such as its number of messages or keywords.',
    next_step: 'Make the mailbox or the request smaller, or ask the provider for its limit.',
  },
} as const satisfies Explanations;
