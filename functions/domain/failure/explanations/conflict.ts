import type { Explanations } from './explanation.ts';

export const CONFLICT = {
  uidvalidity_changed: {
    who: 'operator',
    title: 'The folder has new message numbers',
    explanation:
      'The server gave the folder another UIDVALIDITY since the job was made, so its UIDs name other messages.',
    next_step: 'Sync the folder, then make a new job.',
  },
  message_mismatch: {
    who: 'operator',
    title: 'A UID names another message now',
    explanation: 'Message-ID or date of the message differ from what was synced.',
    next_step: 'Sync the mailbox, then make a new job.',
  },
  credential_changed: {
    who: 'operator',
    title: 'The credential names another mailbox now',
    explanation: 'Host, port or user name changed after the job was made.',
    next_step: 'Make a new job.',
  },
  modified_since: {
    who: 'operator',
    title: 'The messages changed meanwhile',
    explanation: 'Another client changed the messages after if_unchanged_since.',
    next_step: 'Sync the mailbox, check the messages, then make a new job.',
  },
  mailbox_exists: {
    who: 'operator',
    title: 'The mailbox exists already',
    explanation: 'There is already a mailbox with this path.',
    next_step: 'Choose another name.',
  },
  mailbox_has_children: {
    who: 'operator',
    title: 'The mailbox has child mailboxes',
    explanation: 'Its child mailboxes must be deleted first.',
    next_step: 'Delete or move the children first.',
  },
  mailbox_not_empty: {
    who: 'operator',
    title: 'The mailbox is not empty',
    explanation: 'It holds more messages than the job allows.',
    next_step: 'Empty the mailbox, or allow more.',
  },
} as const satisfies Explanations;
