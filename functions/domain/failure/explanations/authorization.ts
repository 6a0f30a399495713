import type { Explanations } from './explanation.ts';

export const AUTHORIZATION = {
  authorization_failed: {
    who: 'mailbox_owner',
    title: 'The login may not use this mailbox',
    explanation: 'The login is correct, but it has no access to this mailbox.',
    next_step: 'Ask the mailbox owner or the provider for access.',
  },
  imap_disabled: {
    who: 'mailbox_owner',
    title: 'IMAP is switched off',
    explanation: 'The provider has IMAP disabled for this mailbox.',
    next_step: 'Ask the mailbox owner to enable IMAP, then test the credential.',
  },
  account_blocked: {
    who: 'mailbox_owner',
    title: 'The provider blocked the account',
    explanation: 'The server says that its administrator must be contacted.',
    next_step: 'Ask the mailbox owner to contact the provider.',
  },
  permission_denied: {
    who: 'mailbox_owner',
    title: 'No permission',
    explanation: 'The server does not allow this login to do this in this mailbox.',
    next_step: 'Ask for the permission, then retry.',
  },
  mailbox_read_only: {
    who: 'mailbox_owner',
    title: 'The mailbox is read-only',
    explanation: 'The mailbox can be read but not changed.',
    next_step: 'Choose another mailbox, or ask for write access.',
  },
  credential_of_another_account: {
    who: 'operator',
    title: 'The credential is of another account',
    explanation: 'The job names a credential that does not belong to its account. Nothing was sent to a mail server.',
    next_step: 'Delete the job, and the task or webhook endpoint that made it.',
  },
} as const satisfies Explanations;
