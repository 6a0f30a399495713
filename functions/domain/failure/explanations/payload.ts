import type { Explanations } from './explanation.ts';

export const PAYLOAD = {
  invalid_payload: {
    who: 'operator',
    title: 'The payload is invalid',
    explanation: 'The payload contains a value that cannot be sent to a mail server.',
    next_step: 'Correct the payload, then retry.',
  },
  operation_not_allowed: {
    who: 'operator',
    title: 'The operation is not allowed',
    explanation: 'The server does not allow this operation on this mailbox.',
    next_step: 'Choose another mailbox or operation.',
  },
  message_too_big: {
    who: 'operator',
    title: 'The message is too big',
    explanation: 'The server refuses messages of that size.',
    next_step: 'Resolve the job.',
  },
  mailbox_not_selectable: {
    who: 'operator',
    title: 'The mailbox holds no messages',
    explanation: 'This mailbox can contain only other mailboxes.',
    next_step: 'Choose another mailbox.',
  },
  bad_charset: {
    who: 'operator',
    title: 'The character set is not supported',
    explanation: 'The server does not know the character set of the search.',
    next_step: 'Search without special characters.',
  },
  unknown_cte: {
    who: 'operator',
    title: 'The message cannot be decoded by the server',
    explanation: 'The transfer encoding of the message is unknown to the server.',
    next_step: 'Resolve the job.',
  },
  extension_unsupported: {
    who: 'operator',
    title: 'The server cannot do this safely',
    explanation: 'The operation needs an IMAP extension that the server lacks.',
    next_step: 'Do it by hand in a mail client, then resolve the job.',
  },
} as const satisfies Explanations;
