import { type Explanations, WAIT } from './explanation.ts';

export const TRANSIENT = {
  provider_timeout: {
    who: 'nobody',
    title: 'The mail server did not answer in time',
    explanation: 'The connection or a command got no answer before its deadline.',
    next_step: WAIT,
  },
  provider_unreachable: {
    who: 'nobody',
    title: 'The mail server cannot be reached',
    explanation: 'The connection was refused or no route leads to the host.',
    next_step: 'Retried by itself; if it lasts, check host and port of the credential.',
  },
  connection_closed: {
    who: 'nobody',
    title: 'The connection was closed',
    explanation: 'The server or the network ended the connection before the work was done.',
    next_step: WAIT,
  },
  provider_unavailable: {
    who: 'nobody',
    title: 'The mail server is temporarily unavailable',
    explanation: 'The server said that it cannot serve the mailbox right now.',
    next_step: WAIT,
  },
  dns_temporary: {
    who: 'nobody',
    title: 'The host name could not be looked up right now',
    explanation: 'The name service failed for the moment.',
    next_step: WAIT,
  },
  mailbox_in_use: {
    who: 'nobody',
    title: 'The mailbox is in use',
    explanation: 'Another session holds the mailbox exclusively.',
    next_step: WAIT,
  },
  expunge_issued: {
    who: 'nobody',
    title: 'Messages were removed meanwhile',
    explanation: 'Another session expunged messages while the command ran.',
    next_step: WAIT,
  },
  proxy_error: {
    who: 'operator',
    title: 'The proxy failed',
    explanation: 'The connection could not be made through the proxy.',
    next_step: 'Check the network set-up of the deployment.',
  },
} as const satisfies Explanations;
