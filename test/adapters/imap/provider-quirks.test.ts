/** Deviations of single providers from the standards, each in the provider's own words. */
import { describe, expect, it } from 'vitest';
import { categoryOf, type FailureCategory, type FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import { createMailbox } from '../../../local/imap/server.ts';
import {
  DOVECOT,
  EXCHANGE,
  GMAIL,
  ICLOUD,
  PROFILES,
  SMARTERMAIL,
  STRATO,
  YAHOO,
} from '../../fixtures/provider-profiles.ts';
import {
  account,
  commandsOf,
  connect,
  edited,
  failureOf,
  imapServer,
  impatient,
  lines,
  localProvider,
  messages,
  replying,
  settingsFor,
} from './world.ts';

const signal = new AbortController().signal;

describe('a login is refused in the words of', () => {
  it.each<[string, readonly string[], FailureCode, FailureCategory]>([
    [
      'Gmail, which requires an app password',
      [
        '{tag} NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
      ],
      'app_password_required',
      'authentication',
    ],
    [
      'Gmail, which requires a login by the browser',
      [
        '* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=AKgnsbs] Web login required.',
        '{tag} NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
      ],
      'web_login_required',
      'authentication',
    ],
    [
      'Gmail, with too many sessions',
      ['{tag} NO [ALERT] Too many simultaneous connections. (Failure)'],
      'too_many_connections',
      'rate_limit',
    ],
    [
      'Gmail, above its bandwidth limit',
      ['{tag} NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)'],
      'rate_limited',
      'rate_limit',
    ],
    [
      'Gmail, with IMAP switched off',
      [
        '{tag} NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
      ],
      'imap_disabled',
      'authorization',
    ],
    [
      'Google Workspace, with IMAP switched off by its administrator',
      [
        '{tag} NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
      ],
      'imap_disabled',
      'authorization',
    ],
    [
      'Gmail, for a wrong password',
      ['{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'],
      'auth_failed',
      'authentication',
    ],
    [
      'Gmail, with a temporary error',
      ['{tag} NO [UNAVAILABLE] Temporary System Problem (Failure)'],
      'provider_unavailable',
      'transient',
    ],
    ['Exchange, for a wrong password', ['{tag} NO LOGIN failed.'], 'auth_failed', 'authentication'],
    [
      'Exchange, for a missing mailbox',
      ['{tag} BAD User is authenticated but not connected.'],
      'auth_not_connected',
      'authentication',
    ],
    ['Exchange, with a temporary error', ['{tag} NO Server Unavailable. 15'], 'provider_unavailable', 'transient'],
    [
      'iCloud, with a temporary error',
      ['{tag} BAD [UNAVAILABLE] Service temporarily unavailable'],
      'provider_unavailable',
      'transient',
    ],
    ['Yahoo, with a rate limit', ['{tag} NO [LIMIT] LOGIN Rate limit hit.'], 'rate_limited', 'rate_limit'],
    [
      'Yahoo, with a temporary error',
      ['{tag} NO [UNAVAILABLE] LOGIN Server error - Please try again later'],
      'rate_limited',
      'rate_limit',
    ],
    [
      'Yahoo, for a wrong password',
      ['{tag} NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials'],
      'auth_failed',
      'authentication',
    ],
    [
      'Dovecot, with too many sessions',
      ['{tag} NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)'],
      'too_many_connections',
      'rate_limit',
    ],
    [
      'an older Dovecot, with too many sessions',
      ['{tag} NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)'],
      'too_many_connections',
      'rate_limit',
    ],
    [
      'Dovecot, whose user database is down',
      ['{tag} NO [UNAVAILABLE] Temporary authentication failure. [mx1:2026-11-02 10:00:00]'],
      'provider_unavailable',
      'transient',
    ],
    [
      'Dovecot, for a wrong password',
      ['{tag} NO [AUTHENTICATIONFAILED] Authentication failed.'],
      'auth_failed',
      'authentication',
    ],
    [
      'Dovecot, without TLS',
      ['{tag} NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.'],
      'tls_required',
      'configuration',
    ],
  ])('%s', async (_who, answer, code, category) => {
    const server = await imapServer({ script: replying({ AUTHENTICATE: lines(...answer) }) });
    const failure = await failureOf(localProvider().connect(settingsFor(server), { signal }));
    expect([failure.code, categoryOf(failure.code)]).toEqual([code, category]);
    expect(failure.detail).not.toContain('AKgnsbs');
    expect(server.log.filter(({ name }) => name === 'AUTHENTICATE' || name === 'LOGIN')).toHaveLength(1);
  });
});

describe('with any advertised capabilities', () => {
  it.each(Object.entries(PROFILES))(
    'IMAP4rev2, QRESYNC and compression are not used: %s',
    async (_name, capabilities) => {
      const server = await imapServer({ capabilities: [...capabilities, 'QRESYNC', 'COMPRESS=DEFLATE'] });
      const session = await connect(settingsFor(server));
      await session.listMailboxes({ statuses: true });
      await session.select('INBOX');
      expect(await session.allUids()).toEqual({ uids: '1:5', count: 5 });
      expect(await session.fetchMessages('1:5')).toHaveLength(5);
      expect(commandsOf(server).filter((command) => /IMAP4rev2|QRESYNC|COMPRESS|VANISHED|IDLE/i.test(command))).toEqual(
        [],
      );
      // Only reported for the mailbox; not enabled.
      expect(session.features.qresync).toBe(session.features.condstore);
    },
  );

  it.each(Object.entries(PROFILES))('no command names a UID above the known ones: %s', async (_name, capabilities) => {
    const server = await imapServer({ capabilities });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    await session.allUids();
    await session.fetchMessages('2:5');
    await session.fetchFlags('1:5', null, () => {});
    expect(commandsOf(server).filter((command) => command.startsWith('UID') && command.includes('*'))).toEqual([]);
  });
});

describe('Gmail', () => {
  it('may mark an OK as throttled, at any command, which is not a failure', async () => {
    const server = await imapServer({ capabilities: GMAIL });
    server.script = ({ name }) =>
      name === 'LOGOUT' || name === 'AUTHENTICATE'
        ? { kind: 'normal' }
        : edited((line) => (/^[^*+]\S* OK /.test(line) ? [`${line} [THROTTLED]`] : [line]));
    const session = await connect(settingsFor(server));
    expect((await session.listMailboxes({ statuses: true })).mailboxes).toHaveLength(4);
    expect(await session.select('INBOX')).toMatchObject({ messages: 5, modseqs: true });
    expect(await session.allUids()).toEqual({ uids: '1:5', count: 5 });
    expect(await session.fetchMessages('1:5')).toHaveLength(5);
    expect(session.usable).toBe(true);
  });

  it('that refuses because of throttling is a rate limit without a hint', async () => {
    const script = replying({ 'UID FETCH': lines('{tag} NO [THROTTLED] Too busy (Failure)') });
    const session = await connect(settingsFor(await imapServer({ capabilities: GMAIL, script })));
    await session.select('INBOX');
    expect(await failureOf(session.fetchMessages('1:5'))).toMatchObject({ code: 'rate_limited', retryAfterMs: null });
  });

  it('that closes the session during an answer has not answered', async () => {
    const bye = '* BYE Session expired, please login again.';
    const script = replying({ 'UID FETCH': lines('* 1 FETCH (UID 1 RFC822.SIZE 5)', bye) });
    const session = await connect(settingsFor(await imapServer({ capabilities: GMAIL, script })));
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe('connection_closed');
  });

  it('gets requests for its own ids with the rows', async () => {
    const server = await imapServer({ capabilities: GMAIL });
    const session = await connect(settingsFor(server));
    expect(session.features).toMatchObject({
      gmail: true,
      condstore: true,
      esearch: true,
      listStatus: true,
      qresync: false,
    });
    await session.select('INBOX');
    const [row] = await session.fetchMessages('1');
    expect(row?.providerMessageId).toMatch(/^\d+$/);
    expect(commandsOf(server).at(-1)).toMatch(/X-GM-MSGID/);
  });
});

describe('Exchange', () => {
  it('lacks common extensions, and gets no request for any of them', async () => {
    const server = await imapServer({ capabilities: EXCHANGE });
    const session = await connect(settingsFor(server));
    expect(session.features).toEqual({
      condstore: false,
      qresync: false,
      esearch: false,
      listStatus: false,
      uidplus: true,
      move: true,
      gmail: false,
    });
    const { mailboxes } = await session.listMailboxes({ statuses: true });
    expect(mailboxes.map(({ path, status }) => [path, status])).toEqual([
      ['INBOX', null],
      ['Sent', null],
      ['Projekte', null],
      ['Projekte/Übersee & Co', null],
    ]);
    expect(await session.status('INBOX')).toMatchObject({ messages: 5, highestModseq: null });
    expect(await session.select('INBOX')).toMatchObject({ modseqs: false, highestModseq: null });
    await session.allUids();
    await session.fetchMessages('1:5');
    const sent = commandsOf(server).join('\n');
    expect(sent).not.toMatch(/CONDSTORE|MODSEQ|RETURN|SPECIAL-USE|ENABLE|CHANGEDSINCE/);
  });

  it('without SPECIAL-USE shows special uses by folder names', async () => {
    const server = await imapServer({
      capabilities: EXCHANGE,
      ...account(
        ...['INBOX', 'Deleted Items', 'Sent Items', 'Junk Email', 'Drafts'].map((path) => createMailbox({ path })),
      ),
    });
    const { mailboxes } = await (await connect(settingsFor(server))).listMailboxes({ statuses: true });
    expect(Object.fromEntries(mailboxes.map(({ path, specialUse }) => [path, specialUse]))).toEqual({
      INBOX: null,
      'Deleted Items': '\\Trash',
      'Sent Items': '\\Sent',
      'Junk Email': '\\Junk',
      Drafts: '\\Drafts',
    });
  });

  it.each(['NAMESPACE', 'LIST', 'EXAMINE', 'UID FETCH', 'UID SEARCH'])(
    'that does not know the mailbox after all reports it at %s',
    async (name) => {
      const server = await imapServer({ capabilities: EXCHANGE });
      server.script = replying({ [name]: lines('{tag} BAD User is authenticated but not connected.') });
      const failure = await failureOf(
        (async () => {
          const session = await connect(settingsFor(server));
          await session.listMailboxes({ statuses: true });
          await session.select('INBOX');
          await session.fetchMessages('1:5');
          await session.allUids();
        })(),
      );
      expect(failure.code).toBe('auth_not_connected');
    },
  );

  it.each([1, 92415, 299961])('that throttles for %i ms is left alone for that time', async (hint) => {
    const throttled = lines(`{tag} BAD Request is throttled. Suggested Backoff Time: ${hint} milliseconds`);
    const server = await imapServer({ capabilities: EXCHANGE, script: replying({ 'UID FETCH': throttled }) });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    expect(await failureOf(session.fetchMessages('1:5'))).toMatchObject({ code: 'rate_limited', retryAfterMs: hint });
    // The library alone would send three more.
    expect(server.log.filter(({ name }) => name === 'UID FETCH')).toHaveLength(1);
    await expect.poll(() => server.connections()).toBe(0);
  });

  it.each(['NAMESPACE', 'LIST', 'STATUS', 'EXAMINE', 'UID SEARCH'])(
    'that throttles %s gets no further commands',
    async (name) => {
      const throttled = lines('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds');
      const server = await imapServer({ capabilities: EXCHANGE });
      server.script = replying({ [name]: throttled });
      const work = async () => {
        const session = await connect(settingsFor(server));
        await session.listMailboxes({ statuses: true });
        await session.status('INBOX');
        await session.select('INBOX');
        await session.allUids();
      };
      expect(await failureOf(work())).toMatchObject({ code: 'rate_limited', retryAfterMs: 92415 });
      expect(server.log.at(-1)?.name).toBe(name);
      expect(server.log.filter((command) => command.name === name)).toHaveLength(1);
    },
  );

  it('that omits messages because some are gone has not answered', async () => {
    const answer = edited((line) =>
      /^\S+ OK /.test(line) ? [line.replace(/ OK .*/, ' NO Some of the requested messages no longer exist.')] : [line],
    );
    const script = replying({ 'UID FETCH': answer });
    const session = await connect(settingsFor(await imapServer({ capabilities: EXCHANGE, script })));
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe('expunge_issued');
  });
});

describe('Yahoo', () => {
  it('sends a HIGHESTMODSEQ that no command can use: it is ignored', async () => {
    const server = await imapServer({
      capabilities: YAHOO,
      script: replying({
        EXAMINE: edited((line) => (line.includes('UIDNEXT') ? [line, '* OK [HIGHESTMODSEQ 77] Highest'] : [line])),
      }),
    });
    const session = await connect(settingsFor(server));
    expect(await session.select('INBOX')).toMatchObject({ uidValidity: 1, modseqs: false, highestModseq: null });
    expect((await failureOf(session.fetchFlags('1:5', '77', () => {}))).code).toBe('extension_unsupported');
    await session.select('INBOX', 'write');
    const store = session.storeFlags('1', { operation: 'add', flags: ['\\Seen'] }, '77');
    expect((await failureOf(store)).code).toBe('extension_unsupported');
    expect(commandsOf(server).filter((command) => /CHANGEDSINCE|UNCHANGEDSINCE|ENABLE/.test(command))).toEqual([]);
  });

  it('gives permanent ids to messages and mailboxes', async () => {
    const session = await connect(settingsFor(await imapServer({ capabilities: YAHOO })));
    expect((await session.select('INBOX')).mailboxId).toEqual(expect.any(String));
    expect((await session.fetchMessages('1'))[0]?.providerMessageId).toEqual(expect.any(String));
  });
});

describe('iCloud', () => {
  it.each([
    '* VANISHED (EARLIER) 1:5,',
    '* VANISHED (EARLIER)',
    '* VANISHED (EARLIER) 12:*',
    '* VANISHED 4 5',
    '* VANISHED (EARLIER ("',
  ])('that sends malformed vanished messages removes nothing: %s', async (vanished) => {
    const script = replying({
      EXAMINE: edited((line) => (line.includes('UIDNEXT') ? [line, vanished] : [line])),
      'UID SEARCH': edited((line) => (line.startsWith('*') ? [vanished, line] : [line])),
    });
    const server = await imapServer({ capabilities: ICLOUD, script });
    const session = await connect(settingsFor(server));
    const selected = await session.select('INBOX').catch(() => null);
    // An unreadable answer may be refused; it must not become shorter.
    if (selected !== null) expect(selected.messages).toBe(5);
    const all = await session.allUids().catch(() => null);
    if (all !== null) expect(all).toEqual({ uids: '1:5', count: 5 });
    expect(commandsOf(server).filter((command) => command.includes('QRESYNC'))).toEqual([]);
  });
});

describe('SmarterMail', () => {
  it('respects CHANGEDSINCE only if MODSEQ is requested, so it is', async () => {
    const inbox = createMailbox({ path: 'INBOX', messages: messages(5) });
    const server = await imapServer({ capabilities: SMARTERMAIL, ...account(inbox) });
    const session = await connect(settingsFor(server));
    const { highestModseq } = await session.select('INBOX');
    inbox.setFlags(3, ['\\Seen']);
    const uids: number[] = [];
    await session.fetchFlags('1:5', highestModseq, ({ uid }) => uids.push(uid));
    expect(uids).toEqual([3]);
    expect(commandsOf(server).at(-1)).toMatch(/^UID FETCH 1:5 \(.*\bMODSEQ\b.*\) \(CHANGEDSINCE \d+\)$/);
  });

  it('that answers CHANGEDSINCE with the whole mailbox returns the whole mailbox', async () => {
    const script = replying({
      'UID FETCH': lines(...[1, 2, 3].map((uid) => `* ${uid} FETCH (UID ${uid} FLAGS (\\Seen))`), '{tag} OK'),
    });
    const session = await connect(settingsFor(await imapServer({ capabilities: SMARTERMAIL, script })));
    await session.select('INBOX');
    const rows: unknown[] = [];
    await session.fetchFlags('1:3', '4', (row) => rows.push(row));
    expect(rows).toEqual([1, 2, 3].map((uid) => ({ uid, flags: ['\\Seen'], modseq: null })));
  });
});

describe('Strato', () => {
  it('whose search finds nothing is refused if the answer is invalid', async () => {
    const empty = replying({ 'UID SEARCH': lines('* ESEARCH (TAG "{tag}") UID', '{tag} OK SEARCH done') });
    const session = await connect(settingsFor(await imapServer({ capabilities: STRATO, script: empty })));
    await session.select('INBOX');
    expect((await failureOf(session.allUids())).code).toBe('protocol_error');
    expect((await failureOf(session.searchMessages({ seen: true }))).code).toBe('protocol_error');
  });
});

describe('Dovecot', () => {
  it.each<[string, FailureCode]>([
    ['* BYE Disconnected for inactivity.', 'connection_closed'],
    ['* BYE Server shutting down.', 'connection_closed'],
    ['* BYE IMAP session state is inconsistent, please relogin.', 'connection_closed'],
    [
      '* BYE Internal error occurred. Refer to server log for more information. [2026-11-02 10:00:00]',
      'provider_unavailable',
    ],
  ])('that sends %s has %s', async (bye, code) => {
    const session = await connect(
      settingsFor(await imapServer({ capabilities: DOVECOT, script: replying({ 'UID FETCH': lines(bye) }) })),
      { timeouts: impatient },
    );
    await session.select('INBOX');
    expect((await failureOf(session.fetchMessages('1:5'))).code).toBe(code);
  });
});

describe('a server', () => {
  it('that sends the last message for a range above it adds none', async () => {
    const script = replying({ 'UID FETCH': lines('* 5 FETCH (UID 5 RFC822.SIZE 5 FLAGS ())', '{tag} OK') });
    const session = await connect(settingsFor(await imapServer({ script })));
    await session.select('INBOX');
    expect(await session.fetchMessages('6:9')).toEqual([]);
    const rows: unknown[] = [];
    await session.fetchFlags('6:9', null, (row) => rows.push(row));
    expect(rows).toEqual([]);
  });

  it('that sends a message twice, or invalid UIDs, gives each message once', async () => {
    const row = (uid: string) => `* 1 FETCH (UID ${uid} RFC822.SIZE 5 FLAGS (\\Seen))`;
    const script = replying({
      'UID FETCH': lines(row('2'), row('2'), row('0'), row('4294967296'), row('-1'), row('x'), row('3'), '{tag} OK'),
    });
    const session = await connect(settingsFor(await imapServer({ script })));
    await session.select('INBOX');
    const work = session.fetchMessages('1:4294967295').then((rows) => rows.map(({ uid }) => uid));
    const uids = await work.catch((error: unknown) => error);
    expect(uids).toEqual([2, 3]);
  });

  it.each([
    ['EXISTS', ['* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 6] x']],
    ['UIDVALIDITY', ['* 5 EXISTS', '* OK [UIDNEXT 6] x']],
    ['a UIDVALIDITY above zero', ['* 5 EXISTS', '* OK [UIDVALIDITY 0] x', '* OK [UIDNEXT 6] x']],
    ['a UIDVALIDITY of 32 bits', ['* 5 EXISTS', '* OK [UIDVALIDITY 4294967296] x', '* OK [UIDNEXT 6] x']],
  ])('that selects without %s is refused', async (_what, answer) => {
    const script = replying({ EXAMINE: lines(...answer, '{tag} OK [READ-ONLY] done') });
    const session = await connect(settingsFor(await imapServer({ script })));
    expect((await failureOf(session.select('INBOX'))).code).toBe('protocol_error');
  });
});
