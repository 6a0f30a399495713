import { type Explanations, REPORT } from './explanation.ts';

export const PROTOCOL = {
  protocol_error: {
    who: 'us',
    title: 'The server sent something unreadable',
    explanation: 'The answer does not follow the IMAP protocol.',
    next_step: REPORT,
  },
  response_too_large: {
    who: 'us',
    title: 'The answer of the server is too large',
    explanation:
      'The server sent more in answer to one command than any mailbox needs; the connection was closed. The limits are in decision 25.',
    next_step: 'Look at the folder that the job names, or at the server. Report it with the job id if both are sound.',
  },
  client_bug: {
    who: 'us',
    title: 'The server says that the fault is ours',
    explanation: 'The server answered with the response code CLIENTBUG (RFC 9051).',
    next_step: REPORT,
  },
  command_rejected: {
    who: 'us',
    title: 'The server did not understand the command',
    explanation: 'The server answered BAD.',
    next_step: REPORT,
  },
} as const satisfies Explanations;
