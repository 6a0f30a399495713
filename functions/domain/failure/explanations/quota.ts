import type { Explanations } from './explanation.ts';

export const QUOTA = {
  over_quota: {
    who: 'mailbox_owner',
    title: 'The mailbox is full',
    explanation: 'The provider stores no more messages in this mailbox.',
    next_step: 'Ask the mailbox owner to free space or raise the quota.',
  },
  limit_reached: {
    who: 'mailbox_owner',
    title: 'A limit of the server was reached',
    explanation:
      'The command reached a limit that the server has for one mailbox or one command, such as a number of messages or keywords.',
    next_step: 'Make the mailbox or the request smaller, or ask the provider for its limit.',
  },
} as const satisfies Explanations;
