import { describe, expect, it } from 'vitest';
import { type Circumstances, classify } from '../../../functions/adapters/imap/classify.ts';
import { SIGNATURES } from '../../../functions/adapters/imap/signatures.ts';
import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import { REFUSALS } from './refusals.ts';

const plain: Circumstances = {
  login: false,
  oauth: false,
  mutating: false,
  secrets: [],
  echoes: [],
  interrupted: false,
  throttleMs: null,
  cause: undefined,
  bye: null,
};
const codeOf = (error: unknown, circumstances: Partial<Circumstances> = {}): FailureCode =>
  classify(error, { ...plain, ...circumstances }).code;

/** The line as imapflow parses it. */
function parsed(line: string): { status: string; responseCode: string; text: string; response: object } {
  const [, status = '', responseCode = '', text = ''] = /^(NO|BAD) (?:\[([^\s\]]+)[^\]]*\] )?(.*)$/.exec(line) ?? [];
  const section =
    responseCode === '' ? [] : [{ type: 'ATOM', value: '', section: [{ type: 'ATOM', value: responseCode }] }];
  return {
    status,
    responseCode,
    text,
    response: { tag: 'A', command: status, attributes: [...section, { type: 'TEXT', value: text }] },
  };
}

/** As FETCH throws it: the answer is still parsed. */
function thrownByFetch(line: string): object {
  const { status, text, response } = parsed(line);
  return Object.assign(new Error('Command failed'), { responseStatus: status, responseText: text, response });
}

/** As most commands throw it: the answer as text, without its code. */
function thrownByCommand(line: string): object {
  const { responseCode } = parsed(line);
  const code = responseCode === '' ? {} : { serverResponseCode: responseCode };
  return Object.assign(thrownByFetch(line), { response: `A ${line}`, ...code });
}

function thrownByLogin(line: string): object {
  return Object.assign(thrownByCommand(line), { authenticationFailed: true });
}

describe('a refusal of the server', () => {
  it.each(REFUSALS)('is $atLogin at login: $line', ({ line, atLogin }) => {
    expect(codeOf(thrownByLogin(line), { login: true })).toBe(atLogin);
  });

  it.each(REFUSALS)('is $elsewhere elsewhere: $line', ({ line, elsewhere }) => {
    expect(codeOf(thrownByCommand(line))).toBe(elsewhere);
    expect(codeOf(thrownByFetch(line))).toBe(elsewhere);
  });

  it('of an access token is classified as its rejection, not that of a password', () => {
    const oauth = { login: true, oauth: true };
    expect(codeOf(thrownByLogin('NO [AUTHENTICATIONFAILED] Bad'), oauth)).toBe('oauth_token_rejected');
    expect(codeOf(thrownByLogin('NO AUTHENTICATE failed.'), oauth)).toBe('oauth_token_rejected');
    expect(codeOf(thrownByLogin('NO [X-NEW] No'), oauth)).toBe('oauth_token_rejected');
    expect(codeOf(thrownByLogin('NO [UNAVAILABLE] Down'), oauth)).toBe('provider_unavailable');
  });

  it('with an OAuth error is classified by that error, unless the server is only busy', () => {
    const withError = (line: string, status: string) =>
      Object.assign(thrownByLogin(line), { oauthError: { status, schemes: 'bearer' } });
    expect(codeOf(withError('NO SASL authentication failed', '400'), { login: true })).toBe('oauth_token_rejected');
    expect(codeOf(withError('NO [AUTHENTICATIONFAILED] x', 'invalid_token'), { login: true })).toBe(
      'oauth_token_rejected',
    );
    expect(codeOf(withError('NO x', 'invalid_request'), { login: true })).toBe('oauth_invalid_request');
    expect(codeOf(withError('NO [UNAVAILABLE] x', '400'), { login: true })).toBe('provider_unavailable');
    expect(codeOf(withError('NO [LIMIT] x', '400'), { login: true })).toBe('too_many_connections');
    expect(codeOf(withError('NO [INUSE] x', '400'), { login: true })).toBe('mailbox_in_use');
  });

  it('is not classified by a mailbox name that it quotes', () => {
    const answer = "NO Mailbox doesn't exist: Throttled temporary things";
    expect(codeOf(thrownByCommand(answer), { echoes: ['Throttled temporary things'] })).toBe('mailbox_not_found');
    expect(codeOf(thrownByCommand('NO [LIMIT] Rate limit hit for a'), { echoes: ['a'] })).toBe('rate_limited');
    const special = "NO Mailbox doesn't exist: Throttled+temporary";
    expect(codeOf(thrownByCommand(special), { echoes: ['', 'Throttled+temporary'] })).toBe('mailbox_not_found');
  });

  it('of a mailbox that is not in LIST either means a missing mailbox', () => {
    const error = Object.assign(thrownByCommand('NO Nope'), { mailboxMissing: true });
    expect(codeOf(error)).toBe('mailbox_not_found');
  });

  it('wrapped by STATUS is read too', () => {
    const missing = Object.assign(new Error('x'), { code: 'NotFound', response: thrownByFetch('NO Nope') });
    expect(codeOf(missing)).toBe('mailbox_not_found');
  });
});

describe('a throttled account', () => {
  it('waits as long as the provider asks', () => {
    const error = Object.assign(
      thrownByCommand('BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds'),
      {
        code: 'ETHROTTLE',
        throttleReset: 92415,
      },
    );
    expect(classify(error, plain)).toMatchObject({ code: 'rate_limited', retryAfterMs: 92415 });
  });

  it('keeps the hint when the pause inside the library was ended early', () => {
    const failure = classify({ code: 'NoConnection' }, { ...plain, throttleMs: 299961, interrupted: true });
    expect(failure).toMatchObject({ code: 'rate_limited', retryAfterMs: 299961 });
  });

  it('never waits longer than an hour because of a hint', () => {
    expect(classify({}, { ...plain, throttleMs: 1e15 }).retryAfterMs).toBe(3_600_000);
  });
});

describe('an error without an answer', () => {
  const coded = (code: string) => Object.assign(new Error('text'), { code });

  it.each<[FailureCode, readonly string[]]>([
    ['provider_timeout', ['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT', 'ETIMEDOUT']],
    ['provider_unreachable', ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']],
    [
      'connection_closed',
      [
        'ECONNRESET',
        'EPIPE',
        'NoConnection',
        'EConnectionClosed',
        'StateLogout',
        'ClosedAfterConnectText',
        'ClosedAfterConnectTLS',
      ],
    ],
    ['dns_temporary', ['EAI_AGAIN']],
    ['dns_not_found', ['ENOTFOUND']],
    [
      'tls_error',
      [
        ...[
          'CERT_HAS_EXPIRED',
          'DEPTH_ZERO_SELF_SIGNED_CERT',
          'SELF_SIGNED_CERT_IN_CHAIN',
          'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        ],
        ...['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO', 'STARTTLS_INJECTION'],
      ],
    ],
    ['host_not_allowed', ['EHOSTBLOCKED']],
    ['invalid_config', ['ERR_INVALID_URL', 'InvalidSettings']],
    ['proxy_error', ['EPROXY', 'ProxyError']],
    [
      'protocol_error',
      [
        'ParserError',
        'ParserError11',
        'UnexpectedTag',
        'MissingTag',
        'InvalidResponse',
        'ResponseProcessingFailed',
        'DamagedAnswer',
      ],
    ],
    [
      'response_too_large',
      ['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens', 'TooManyResponses'],
    ],
    [
      'invalid_payload',
      [
        ...['InvalidStringValue', 'InvalidTokenValue', 'InvalidTextValue', 'InvalidSequenceSet', 'InvalidSearchQuery'],
        ...['InvalidMessageContent', 'NothingSent'],
      ],
    ],
    ['extension_unsupported', ['MissingServerExtension']],
    ['mailbox_not_found', ['NotFound']],
    ['message_not_found', ['MessageNotFound']],
    ['uidvalidity_changed', ['UidValidityChanged']],
    ['unknown', ['LockTimeout', 'NoMailboxSelected', 'InstanceReused', 'ESOMETHINGELSE']],
  ])('is %s for %j', (expected, codes) => {
    for (const code of codes) expect([code, codeOf(coded(code))]).toEqual([code, expected]);
  });

  it("is classified by the library's message if it has no code", () => {
    const login = { login: true };
    const failedLogin = (text: string) => Object.assign(new Error(text), { authenticationFailed: true });
    expect(codeOf(failedLogin('Login is disabled'), login)).toBe('auth_misconfigured');
    expect(codeOf(failedLogin('No password configured'), login)).toBe('auth_misconfigured');
    expect(codeOf(failedLogin('No matching authentication method'), login)).toBe('auth_misconfigured');
    expect(codeOf(failedLogin('Already logged out'), login)).toBe('connection_closed');
    expect(codeOf(new Error('Unsupported authentication mechanism'), login)).toBe('auth_mechanism_unsupported');
    expect(codeOf(new Error('Misconfiguration: Cannot set both'), login)).toBe('invalid_config');
    expect(codeOf(Object.assign(new Error('Server does not support STARTTLS'), { tlsFailed: true }))).toBe('tls_error');
    const notConnected = Object.assign(failedLogin('Authentication failed'), {
      response: 'User is authenticated but not connected.',
    });
    expect(codeOf(notConnected, login)).toBe('auth_not_connected');
  });

  it('is our own defect when it is unknown', () => {
    for (const nothing of [undefined, null, false, 'text', 7, {}, new TypeError('x is not a function')]) {
      expect(codeOf(nothing)).toBe('unknown');
    }
  });

  it('that only reports a closed connection is explained by the event that closed it', () => {
    expect(codeOf(coded('NoConnection'), { cause: coded('ETIMEOUT') })).toBe('provider_timeout');
    expect(codeOf(coded('ClosedAfterConnectTLS'), { cause: coded('CERT_HAS_EXPIRED') })).toBe('tls_error');
    expect(codeOf(coded('InvalidStringValue'), { cause: coded('ETIMEOUT') })).toBe('invalid_payload');
  });

  it('is explained by an earlier BYE', () => {
    const closed = (reason: string) => Object.assign(coded('ClosedAfterConnectText'), { reason });
    expect(codeOf(closed('Too many connections from your IP'))).toBe('too_many_connections');
    expect(codeOf(closed('System temporarily down'))).toBe('provider_unavailable');
    expect(codeOf(closed('Disconnected for inactivity.'))).toBe('connection_closed');
  });

  it.each<[string, FailureCode, FailureCode, FailureCode]>([
    ['UNAVAILABLE', 'provider_unavailable', 'provider_unavailable', 'provider_unavailable'],
    ['LIMIT', 'too_many_connections', 'too_many_connections', 'rate_limited'],
    ['THROTTLED', 'rate_limited', 'rate_limited', 'rate_limited'],
    ['INUSE', 'provider_unavailable', 'mailbox_in_use', 'mailbox_in_use'],
    ['SERVERBUG', 'provider_unavailable', 'server_error', 'server_error'],
    ['CORRUPTION', 'connection_closed', 'mailbox_corrupt', 'mailbox_corrupt'],
    ['ALERT', 'connection_closed', 'connection_closed', 'connection_closed'],
    // Before a login, nothing is known about the credential.
    ['AUTHENTICATIONFAILED', 'connection_closed', 'auth_failed', 'auth_failed'],
    ['EXPIRED', 'connection_closed', 'credentials_expired', 'credentials_expired'],
    ['CONTACTADMIN', 'connection_closed', 'account_blocked', 'account_blocked'],
    ['', 'connection_closed', 'connection_closed', 'connection_closed'],
  ])('is explained by the code of a BYE: [%s] is %s as greeting, %s at login, %s later', (code, ...expected) => {
    const closed = Object.assign(coded('NoConnection'), { reason: 'Goodbye.' });
    const cases = [
      { login: true, bye: { code, isGreeting: true } },
      { login: true, bye: { code, isGreeting: false } },
      { login: false, bye: { code, isGreeting: false } },
    ];
    expect(cases.map((circumstances) => codeOf(closed, circumstances))).toEqual(expected);
  });

  it('is not explained by the code of an earlier BYE if the connection was not closed', () => {
    const bye = { code: 'UNAVAILABLE', isGreeting: false };
    expect(codeOf(coded('InvalidStringValue'), { bye })).toBe('invalid_payload');
    expect(codeOf(thrownByCommand('NO [NOPERM] x'), { bye })).toBe('permission_denied');
  });

  it('of our own making is an exceeded deadline, whatever the library threw', () => {
    for (const error of [coded('NoConnection'), thrownByCommand('NO [LIMIT] x'), undefined]) {
      expect(codeOf(error, { interrupted: true })).toBe('deadline_exceeded');
    }
  });
});

describe('the outcome of a mutating command', () => {
  it('is unknown without an answer, and known with one', () => {
    const outcome = (error: unknown, circumstances: Partial<Circumstances>) =>
      classify(error, { ...plain, ...circumstances }).outcomeUnknown;
    expect(outcome({ code: 'NoConnection' }, { mutating: true })).toBe(true);
    expect(outcome({}, { mutating: true, interrupted: true })).toBe(true);
    expect(outcome({ code: 'NoConnection' }, { mutating: false })).toBe(false);
    expect(outcome(thrownByCommand('NO [NOPERM] x'), { mutating: true })).toBe(false);
  });

  it('is known when nothing was sent, and unknown after an unknown error', () => {
    const outcome = (code: string, throttleMs: number | null = null) =>
      classify({ code }, { ...plain, mutating: true, throttleMs }).outcomeUnknown;
    expect(outcome('InvalidStringValue')).toBe(false);
    expect(outcome('NoConnection', 5_000)).toBe(false);
    expect(outcome('ESOMETHINGELSE')).toBe(true);
    expect(outcome('ParserError')).toBe(true);
  });
});

describe('the wait of a failure', () => {
  const waitOf = (line: string, throttleReset: unknown) =>
    classify(Object.assign(thrownByCommand(line), { throttleReset }), plain).retryAfterMs;

  it("is the provider's hint for rate limits, and null otherwise", () => {
    expect(waitOf('NO [THROTTLED] x', 500)).toBe(500);
    expect(waitOf('NO [NOPERM] x', 500)).toBeNull();
  });

  it.each([undefined, null, 0, -5, Number.NaN, Number.POSITIVE_INFINITY, '500', {}])(
    'is unknown if the provider sends %j',
    (hint) => {
      expect(waitOf('NO [THROTTLED] x', hint)).toBeNull();
    },
  );
});

describe('the detail', () => {
  it('has verdict, response code and text of the server, without addresses and secrets', () => {
    const error = thrownByLogin('NO [AUTHENTICATIONFAILED] User anna (anna@example.org) from 10.0.0.7: bad hunter22');
    const { detail } = classify(error, { ...plain, login: true, secrets: ['hunter22', 'anna'] });
    expect(detail).toBe(
      'NO [AUTHENTICATIONFAILED] User [redacted] ([email] from [ip]: bad [redacted]'.replace('([email]', '([email])'),
    );
  });

  it('has them also if the answer is text, or is wrapped in another error', () => {
    const text = { responseStatus: 'NO', response: 'A12 NO [noperm] Not yours' };
    expect(classify(text, plain)).toMatchObject({ code: 'permission_denied', detail: 'NO [NOPERM] Not yours' });
    const bare = { responseStatus: 'BAD', response: 'A12 BAD Not a command' };
    expect(classify(bare, plain).detail).toBe('BAD Not a command');
    const wrapped = Object.assign(new Error('x'), { code: 'Other', response: thrownByFetch('NO [NOPERM] Not yours') });
    expect(classify(wrapped, plain)).toMatchObject({ code: 'permission_denied', detail: 'NO [NOPERM] Not yours' });
  });

  it.each([
    ['COMMAND_TIMEOUT', 'AnswerTooLarge', 'TooManyAnswers', 'ResponseTooLarge', 'LineTooLarge'],
    ['LiteralTooLarge', 'TooManyTokens', 'TooManyMailboxes', 'TooManyMessages'],
  ])('explains %s and similar codes in words', (...codes) => {
    for (const code of codes) expect(classify({ code }, plain).detail, code).toMatch(/^The (server|answer) .*\.$/);
  });

  it('says how long an account is throttled, and that we ended the command', () => {
    expect(classify({}, { ...plain, throttleMs: 1_500 }).detail).toBe('Throttled for 2 s.');
    expect(classify({}, { ...plain, interrupted: true }).detail).toBe('Stopped at its own deadline.');
  });

  it('of a BYE is its text', () => {
    const closed = { code: 'ClosedAfterConnectText', reason: 'Too many connections' };
    expect(classify(closed, { ...plain, cause: { code: 'ETIMEOUT' } })).toMatchObject({
      code: 'too_many_connections',
      detail: 'BYE Too many connections',
    });
  });

  it('never contains the command, nor the message of a network error', () => {
    const refused = Object.assign(thrownByCommand('NO x'), { executedCommand: 'A SEARCH SUBJECT "private"' });
    expect(JSON.stringify(classify(refused, plain))).not.toContain('private');
    const network = Object.assign(new Error('connect ECONNREFUSED 10.9.8.7:993'), { code: 'ECONNREFUSED' });
    expect(classify(network, plain).detail).toBe('ECONNREFUSED');
  });
});

it('every signature is reached by a case of this table', () => {
  const reached = new Set<FailureCode>(SIGNATURES.map((signature) => signature.code));
  const expected = new Set<FailureCode>(REFUSALS.flatMap((refusal) => [refusal.atLogin, refusal.elsewhere]));
  const tested: readonly FailureCode[] = [
    ...(['provider_timeout', 'provider_unreachable', 'connection_closed', 'dns_temporary', 'dns_not_found'] as const),
    ...([
      'tls_error',
      'host_not_allowed',
      'invalid_config',
      'proxy_error',
      'protocol_error',
      'response_too_large',
    ] as const),
    ...(['invalid_payload', 'extension_unsupported', 'message_not_found', 'uidvalidity_changed'] as const),
    ...(['auth_misconfigured', 'auth_mechanism_unsupported', 'oauth_token_rejected', 'oauth_invalid_request'] as const),
  ];
  expect(reached).toEqual(new Set([...expected, ...tested]));
});
