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
      'The answer to one command was larger than its limit, and the connection was closed. The limits are in decision 25.',
    next_step:
      'Check the folder that the job names, and the server. If you find no fault there, report it with the job id.',
  },
  client_bug: {
    who: 'us',
    title: 'The server reports an error of this client',
    explanation: 'The server answered with the response code CLIENTBUG (RFC 9051).',
    next_step: REPORT,
  },
  command_rejected: {
    who: 'us',
    title: 'The server did not understand the command',
    explanation: 'The server answered the command with BAD.',
    next_step: REPORT,
  },
} as const satisfies Explanations;
