import { type Explanations, PASSWORD } from './explanation.ts';

export const AUTHENTICATION = {
  auth_failed: {
    who: 'mailbox_owner',
    title: 'The password was refused',
    explanation: 'The server does not accept the user name and password.',
    next_step: PASSWORD,
  },
  oauth_token_rejected: {
    who: 'mailbox_owner',
    title: 'The access token was refused',
    explanation: 'The server does not accept the OAuth access token.',
    next_step: 'Ask the mailbox owner to consent again, then rotate the credential.',
  },
  oauth_token_expired: {
    who: 'mailbox_owner',
    title: 'The consent is no longer valid',
    explanation: 'The OAuth server no longer accepts the refresh token.',
    next_step: 'Ask the mailbox owner to consent again, then rotate the credential.',
  },
  app_password_required: {
    who: 'mailbox_owner',
    title: 'An app password is required',
    explanation: 'The provider requires a password that is made for one application.',
    next_step: 'Ask the mailbox owner to make an app password, then rotate the credential.',
  },
  web_login_required: {
    who: 'mailbox_owner',
    title: 'A login in the browser is required',
    explanation: 'The provider requires that the owner confirms the login in a web browser.',
    next_step: 'Ask the mailbox owner to log in with a browser once, then test the credential.',
  },
  auth_not_connected: {
    who: 'mailbox_owner',
    title: 'The user has no such mailbox',
    explanation: 'The login is correct, but the mailbox does not exist, has no licence or is not shared with the user.',
    next_step: 'Check the mailbox and its licence with the provider.',
  },
  credentials_expired: {
    who: 'mailbox_owner',
    title: 'The password has expired',
    explanation: 'The server says that the password is too old.',
    next_step: PASSWORD,
  },
} as const satisfies Explanations;
