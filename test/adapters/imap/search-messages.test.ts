import { describe, expect, it } from 'vitest';
import type { MessageCriteria } from '../../../functions/ports/mailbox.ts';
import { createMailbox, defaultCapabilities, type ImapServerOptions } from '../../../local/imap/server.ts';
import { REFUSALS } from './refusals.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  connect,
  drop,
  failureOf,
  imapServer,
  impatient,
  lines,
  messages,
  patient,
  replying,
  settingsFor,
  silence,
} from './world.ts';

const WITHOUT_ESEARCH = capabilitiesWithout('ESEARCH');

async function mailServer(options: Partial<ImapServerOptions> = {}) {
  const inbox = createMailbox({ path: 'INBOX', messages: messages(6) });
  inbox.setFlags(2, ['\\Seen']);
  inbox.setFlags(3, ['\\Seen', '\\Flagged']);
  inbox.add({ raw: 'Subject: late\r\n\r\nx', internalDate: new Date('2026-03-02T12:00:00Z') });
  const server = await imapServer({ ...account(inbox), ...options });
  const session = await connect(settingsFor(server));
  await session.select('INBOX');
  return { server, session, searches: () => commandsOf(server).filter((command) => /SEARCH/.test(command)) };
}

describe('a search', () => {
  it.each<[MessageCriteria, string, string]>([
    [{}, 'ALL', '1:7'],
    [{ seen: true }, 'SEEN', '2:3'],
    [{ seen: false }, 'UNSEEN', '1,4:7'],
    [{ flagged: true, seen: true }, 'SEEN FLAGGED', '3'],
    [{ answered: false, draft: false }, 'UNANSWERED UNDRAFT', '1:7'],
    [{ since: '2026-03-02' }, 'SINCE 02-Mar-2026', '7'],
    [{ before: '2026-03-02' }, 'BEFORE 02-Mar-2026', '1:6'],
    [{ larger: 100 }, 'LARGER 100', '1:6'],
    [{ smaller: 100 }, 'SMALLER 100', '7'],
    [{ uids: '2:4,9' }, 'UID 2:4,9', '2:4'],
    [{ uids: '2:4', seen: false }, 'UNSEEN UID 2:4', '4'],
  ])('for %j sends %s, with and without ESEARCH', async (criteria, sent, found) => {
    for (const [capabilities, before] of [
      [defaultCapabilities, 'RETURN (ALL COUNT) '],
      [WITHOUT_ESEARCH, ''],
    ] as const) {
      const { session, searches } = await mailServer({ capabilities });
      const count = found.split(',').reduce((sum, range) => {
        const [low = 0, high = low] = range.split(':').map(Number);
        return sum + high - low + 1;
      }, 0);
      expect(await session.searchMessages(criteria)).toEqual({ uids: found, count });
      const [search, ...others] = searches();
      expect(others).toEqual([]);
      expect(search?.slice(`UID SEARCH ${before}`.length).split(' ').sort()).toEqual(sent.split(' ').sort());
      expect(search).toMatch(before === '' ? /^UID SEARCH (?!RETURN)/ : /^UID SEARCH RETURN \(ALL COUNT\) /);
    }
  });

  it.each(REFUSALS)('fails with $elsewhere when it is answered: $line', async ({ line, elsewhere }) => {
    for (const capabilities of [defaultCapabilities, WITHOUT_ESEARCH]) {
      const { session } = await mailServer({
        capabilities,
        script: replying({ 'UID SEARCH': lines(`{tag} ${line}`) }),
      });
      const failure = await failureOf(session.searchMessages({ seen: true }));
      expect(failure).toMatchObject({ code: elsewhere, outcomeUnknown: false });
    }
  });

  it.each([
    [drop, 'connection_closed', null],
    [{ kind: 'drop', afterLines: 1 }, 'connection_closed', null],
    [silence, 'provider_timeout', null],
    [silence, 'deadline_exceeded', null],
    [lines('* BYE Too many connections'), 'too_many_connections', null],
    [lines('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds'), 'rate_limited', 92415],
  ] as const)('fails without a result when it meets %j: %s', async (reply, code, retryAfterMs) => {
    for (const capabilities of [defaultCapabilities, WITHOUT_ESEARCH]) {
      const { server } = await mailServer({ capabilities });
      const abort = new AbortController();
      const timeouts = code === 'provider_timeout' ? impatient : patient;
      const session = await connect(settingsFor(server), { timeouts, signal: abort.signal });
      await session.select('INBOX');
      server.script = ({ name }) => {
        if (name !== 'UID SEARCH') return { kind: 'normal' };
        if (code === 'deadline_exceeded') queueMicrotask(() => abort.abort());
        return reply;
      };
      const failure = await failureOf(session.searchMessages({ seen: true }));
      expect(failure).toMatchObject({ code, retryAfterMs, outcomeUnknown: false });
      expect(session.usable).toBe(false);
    }
  });

  it.each([
    ['with UIDs twice', ['* SEARCH 2 2 3', '* SEARCH 3 1', '{tag} OK done'], '1:3', 3],
    ['in no order', ['* SEARCH 9 1 5', '{tag} OK done'], '1,5,9', 3],
    ['with nothing found', ['* SEARCH', '{tag} OK done'], '', 0],
    ['with nothing found, in an empty SEARCH', ['{tag} OK done'], '', 0],
    ['in the form of IMAP4rev2', ['* ESEARCH (TAG "{tag}") UID ALL 1:3', '{tag} OK done'], '1:3', 3],
    ['with the mod-sequence of CONDSTORE', ['* SEARCH 1 2 (MODSEQ 9)', '{tag} OK done'], '1:2', 2],
    ['with a UID of zero', ['* SEARCH 0 1', '{tag} OK done'], null, 0],
    ['with a UID above 32 bits', ['* SEARCH 1 4294967296', '{tag} OK done'], null, 0],
    ['with words', ['* SEARCH 1 many', '{tag} OK done'], null, 0],
    [
      'with more UIDs than the mailbox has messages',
      ['* ESEARCH (TAG "{tag}") UID ALL 1:4000000', '{tag} OK done'],
      null,
      0,
    ],
    ['that is limited', ['* SEARCH 5', '{tag} OK [MESSAGELIMIT 1 5] Partly done'], 'limited', 0],
  ])('without ESEARCH accepts an answer %s', async (_what, answer, uids, count) => {
    const script = replying({ 'UID SEARCH': lines(...answer) });
    const { session } = await mailServer({ capabilities: WITHOUT_ESEARCH, script });
    const work = session.searchMessages({ seen: true });
    if (uids === null || uids === 'limited')
      expect((await failureOf(work)).code).toBe(uids === null ? 'protocol_error' : 'command_failed');
    else expect(await work).toEqual({ uids, count });
  });

  it.each([
    ['beyond 32 bits', ['* ESEARCH (TAG "{tag}") UID COUNT 2 ALL 1,4294967296', '{tag} OK done'], 'protocol_error'],
    ['limited', ['* ESEARCH (TAG "{tag}") UID COUNT 1 ALL 5', '{tag} OK [MESSAGELIMIT 1 5] x'], 'command_failed'],
  ])('with ESEARCH refuses an answer %s', async (_what, answer, code) => {
    const { session } = await mailServer({ script: replying({ 'UID SEARCH': lines(...answer) }) });
    expect((await failureOf(session.searchMessages({ seen: true }))).code).toBe(code);
  });

  it('with ESEARCH accepts a count of zero without a list as an empty result', async () => {
    const answer = lines('* ESEARCH (TAG "{tag}") UID COUNT 0', '{tag} OK done');
    const { session } = await mailServer({ script: replying({ 'UID SEARCH': answer }) });
    expect(await session.searchMessages({ seen: true })).toEqual({ uids: '', count: 0 });
  });

  it('is not sent if no mailbox is selected', async () => {
    const { server } = await mailServer();
    const session = await connect(settingsFor(server));
    const before = server.log.length;
    for (const work of [
      () => session.searchMessages({}),
      () => session.allUids(),
      () => session.fetchMessages('1:5'),
      () => session.fetchFlags('1:5', null, () => {}),
    ])
      expect((await failureOf(work())).code).toBe('unknown');
    expect(server.log.slice(before)).toEqual([]);
  });
});
