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
    explanation: 'The connection was refused, or there is no route to the host.',
    next_step: 'The system retries the job. If the failure lasts, check host and port of the credential.',
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
    explanation: 'The server answered that the mailbox is temporarily unavailable.',
    next_step: WAIT,
  },
  dns_temporary: {
    who: 'nobody',
    title: 'The host name could not be looked up',
    explanation: 'The name server failed temporarily.',
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
    title: 'Messages were removed at the same time',
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
