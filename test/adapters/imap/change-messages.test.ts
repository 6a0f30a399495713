import { describe, expect, it } from 'vitest';
import { categoryOf } from '../../../functions/domain/failure/catalogue.ts';
import { createMailbox, defaultCapabilities, type ImapServerOptions } from '../../../local/imap/server.ts';
import { REFUSALS } from './refusals.ts';
import {
  account,
  type Change,
  capabilitiesWithout,
  commandsOf,
  connect,
  drop,
  edited,
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

const flagged = { operation: 'add', flags: ['\\Flagged'] } as const;
const CHANGES: readonly Change[] = [
  {
    method: 'storeFlags',
    command: 'UID STORE',
    sends: ['UID STORE 2:3 +FLAGS (\\Flagged)'],
    run: (session) => session.storeFlags('2:3', flagged, null),
  },
  {
    method: 'copyMessages',
    command: 'UID COPY',
    sends: ['UID COPY 2:3 Target'],
    run: (session) => session.copyMessages('2:3', 'Target'),
  },
  {
    method: 'moveMessages',
    command: 'UID MOVE',
    sends: ['UID MOVE 2:3 Target'],
    run: (session) => session.moveMessages('2:3', 'Target'),
  },
  {
    method: 'expungeMessages',
    command: 'UID STORE',
    sends: ['UID STORE 2:3 +FLAGS (\\Deleted)', 'UID EXPUNGE 2:3'],
    run: (session) => session.expungeMessages('2:3'),
  },
  {
    method: 'expungeMessages',
    command: 'UID EXPUNGE',
    sends: ['UID STORE 2:3 +FLAGS (\\Deleted)', 'UID EXPUNGE 2:3'],
    run: (session) => session.expungeMessages('2:3'),
  },
];

const CHANGING = /^(UID )?(STORE|COPY|MOVE|EXPUNGE)|^CLOSE|^APPEND/;

async function mailServer(options: Partial<ImapServerOptions> = {}) {
  const inbox = createMailbox({ path: 'INBOX', messages: messages(5) });
  // A message that another client has marked: any expunge that is too wide removes it.
  inbox.setFlags(5, ['\\Deleted']);
  const target = createMailbox({ path: 'Target', uidValidity: 7, messages: messages(1) });
  const server = await imapServer({ ...account(inbox, target), ...options });
  return {
    server,
    inbox,
    target,
    open: async (...given: Parameters<typeof connect> extends [unknown, ...infer Rest] ? Rest : never) => {
      const session = await connect(settingsFor(server), ...given);
      await session.select('INBOX', 'write');
      return session;
    },
    changes: () => commandsOf(server).filter((command) => CHANGING.test(command)),
    uids: () => inbox.messages.map(({ uid }) => uid),
  };
}

describe('a command that changes messages', () => {
  it.each(CHANGES.filter(({ command }) => command !== 'UID EXPUNGE'))(
    '$method sends only its own commands',
    async ({ sends, run }) => {
      const { open, changes, inbox } = await mailServer();
      await run(await open());
      expect(changes()).toEqual(sends);
      expect(inbox.find(5)?.flags).toEqual(['\\Deleted']);
    },
  );

  it.each(REFUSALS)('fails with $elsewhere and a known outcome when the answer is: $line', async (refusal) => {
    for (const { method, command, run } of CHANGES) {
      const { open, changes } = await mailServer({ script: replying({ [command]: lines(`{tag} ${refusal.line}`) }) });
      const session = await open();
      const failure = await failureOf(run(session));
      expect([method, command, failure.code]).toEqual([method, command, refusal.elsewhere]);
      // A retry that checks first is cheap, so a server with problems counts as unknown.
      expect(failure.outcomeUnknown).toBe(categoryOf(refusal.elsewhere) === 'transient');
      expect(changes().at(-1)).toMatch(new RegExp(`^${command} `));
      expect(session.usable).toBe(true);
    }
  });

  it.each(CHANGES)('$method has an unknown outcome when $command gets no answer', async ({ command, run }) => {
    for (const [reply, code] of [
      [drop, 'connection_closed'],
      [{ kind: 'drop', afterLines: 0 }, 'connection_closed'],
      [silence, 'provider_timeout'],
      [silence, 'deadline_exceeded'],
      [lines('* BYE Server shutting down.'), 'connection_closed'],
      [lines('* BYE [UNAVAILABLE] Temporarily unavailable'), 'provider_unavailable'],
      [lines('* BYE Too many connections'), 'too_many_connections'],
      [edited(() => ['* BYE Rate limit hit.']), 'rate_limited'],
    ] as const) {
      const { server, open } = await mailServer();
      const abort = new AbortController();
      const session = await open({
        timeouts: code === 'provider_timeout' ? impatient : patient,
        signal: abort.signal,
      });
      server.script = ({ name }) => {
        if (name !== command) return { kind: 'normal' };
        if (code === 'deadline_exceeded') queueMicrotask(() => abort.abort());
        return reply;
      };
      const failure = await failureOf(run(session));
      expect([reply, failure.code, failure.outcomeUnknown]).toEqual([reply, code, true]);
      expect(session.usable).toBe(false);
    }
  });

  it.each(CHANGES)('$method has an unknown outcome when the answer to $command cannot be read', async (change) => {
    const garbled = edited((line) => (/^\S+ OK /.test(line) && !line.startsWith('*') ? ['{tag] O(K "'] : [line]));
    const { server, open } = await mailServer();
    const session = await open({ timeouts: impatient });
    server.script = replying({ [change.command]: garbled });
    const failure = await failureOf(change.run(session));
    expect(['protocol_error', 'provider_timeout']).toContain(failure.code);
    expect(failure.outcomeUnknown).toBe(true);
  });

  it.each(CHANGES)('$method with a throttled $command was not carried out', async ({ command, run }) => {
    const throttled = lines('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds');
    const { open } = await mailServer({ script: replying({ [command]: throttled }) });
    const session = await open();
    expect(await failureOf(run(session))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 92415,
      outcomeUnknown: false,
    });
    expect(session.usable).toBe(false);
  });

  it.each(CHANGES)('$method fails when the server executed $command only in part', async ({ command, run }) => {
    const limited = edited((line) =>
      /^\S+ OK /.test(line) ? [line.replace(' OK ', ' OK [MESSAGELIMIT 1 3] ')] : [line],
    );
    const { open } = await mailServer({ script: replying({ [command]: limited }) });
    expect((await failureOf(run(await open()))).code).toBe('command_failed');
  });

  it.each(CHANGES)(
    '$method succeeds when Gmail answers OK to $command with a throttling note',
    async ({ command, run }) => {
      const slowed = edited((line) => (/^[^*]\S* OK /.test(line) ? [`${line} [THROTTLED]`] : [line]));
      const { open, changes } = await mailServer({ script: replying({ [command]: slowed }) });
      await run(await open());
      expect(changes().some((sent) => sent.startsWith(`${command} `))).toBe(true);
    },
  );

  it.each(CHANGES)('$method sends nothing if no mailbox is selected', async ({ run }) => {
    const { server, changes } = await mailServer();
    const session = await connect(settingsFor(server));
    await failureOf(run(session));
    await session.select('INBOX', 'write');
    await failureOf(session.select('Nowhere', 'write'));
    await failureOf(run(session));
    expect(changes()).toEqual([]);
  });

  it.each(CHANGES)('$method sends nothing for an invalid set of UIDs', async ({ method }) => {
    const { open, changes } = await mailServer();
    const session = await open();
    for (const uids of ['1:*', '0', '', '1\r\nA1 EXPUNGE']) {
      const work = {
        storeFlags: () => session.storeFlags(uids, flagged, null),
        copyMessages: () => session.copyMessages(uids, 'Target'),
        moveMessages: () => session.moveMessages(uids, 'Target'),
        expungeMessages: () => session.expungeMessages(uids),
      }[method];
      if (work === undefined) throw new Error(method);
      expect((await failureOf(work())).code).toBe('invalid_payload');
    }
    expect(changes()).toEqual([]);
  });
});

describe('moving', () => {
  it('is refused before any change if the server has no MOVE', async () => {
    const { open, changes, uids, target } = await mailServer({ capabilities: capabilitiesWithout('MOVE') });
    expect(await failureOf((await open()).moveMessages('2:3', 'Target'))).toMatchObject({
      code: 'extension_unsupported',
      outcomeUnknown: false,
    });
    expect(changes()).toEqual([]);
    expect([uids(), target.messages.length]).toEqual([[1, 2, 3, 4, 5], 1]);
  });

  it('reports where the messages went, whether COPYUID comes before the OK or with it', async () => {
    const before = await mailServer();
    const expected = {
      uidValidity: 7,
      uids: new Map([
        [2, 2],
        [4, 3],
      ]),
    };
    expect(await (await before.open()).moveMessages('2,4,9', 'Target')).toEqual(expected);
    expect(before.uids()).toEqual([1, 3, 5]);
    let copyUid = '';
    const within = edited((line) => {
      const [, code] = /^\* OK (\[COPYUID [^\]]*\])/.exec(line) ?? [];
      copyUid = code ?? copyUid;
      return code === undefined ? [line.replace(/^([^*]\S*) OK /, `$1 OK ${copyUid} `)] : [];
    });
    const exchange = await mailServer({ script: replying({ 'UID MOVE': within }) });
    expect(await (await exchange.open()).moveMessages('2,4,9', 'Target')).toEqual(expected);
  });

  it.each([
    ['of a server without UIDPLUS', ['{tag} OK Moved']],
    ['with two sets of UIDs of different size', ['* OK [COPYUID 7 2:3 9] Moved', '{tag} OK Moved']],
    ['with invalid UIDs', ['* OK [COPYUID 7 2:3 0,x] Moved', '{tag} OK Moved']],
    ['with messages that were not requested', ['* OK [COPYUID 7 4:5 8:9] Moved', '{tag} OK Moved']],
    ['with one UID for two messages', ['* OK [COPYUID 7 2:3 8,8] Moved', '{tag} OK Moved']],
    ['of messages that were gone', ['{tag} OK No messages found.']],
  ])('reports no target UIDs for an answer %s', async (_what, answer) => {
    const { open } = await mailServer({ script: replying({ 'UID MOVE': lines(...answer) }) });
    expect((await (await open()).moveMessages('2:3', 'Target')).uids).toBeNull();
  });

  it('takes no UIDVALIDITY from an answer without one', async () => {
    const answer = lines('* OK [COPYUID 0 2:3 8:9] Moved', '{tag} OK Moved');
    const { open } = await mailServer({ script: replying({ 'UID MOVE': answer }) });
    expect((await (await open()).moveMessages('2:3', 'Target')).uidValidity).toBeNull();
  });

  it.each(['copyMessages', 'moveMessages'] as const)('%s to a missing mailbox is refused', async (method) => {
    const { open, uids } = await mailServer();
    const session = await open();
    expect(await failureOf(session[method]('2:3', 'Nowhere'))).toMatchObject({
      code: 'mailbox_not_found',
      outcomeUnknown: false,
    });
    expect(uids()).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(['copyMessages', 'moveMessages'] as const)(
    '%s is not classified by the name of its target',
    async (method) => {
      const name = 'Throttled too many connections';
      const command = method === 'copyMessages' ? 'UID COPY' : 'UID MOVE';
      const script = replying({ [command]: lines(`{tag} NO Unknown Mailbox: ${name} (Failure)`) });
      const { open } = await mailServer({ script });
      expect((await failureOf((await open())[method]('2:3', name))).code).toBe('mailbox_not_found');
    },
  );

  it.each(['copyMessages', 'moveMessages'] as const)(
    '%s sends the complete path where personal mailboxes have a prefix',
    async (method) => {
      const script = replying({
        NAMESPACE: lines('* NAMESPACE (("INBOX." ".")) NIL NIL', '{tag} OK'),
        'UID COPY': lines('{tag} OK'),
        'UID MOVE': lines('{tag} OK'),
      });
      const { open, changes } = await mailServer({ script });
      const session = await open();
      expect(session.personalPrefix).toBe('INBOX.');
      await session[method]('2', 'INBOX.Archiv');
      await session[method]('3', session.nameFor('Shared.Übersee & mehr'));
      expect(changes().map((command) => command.replace(/^UID (COPY|MOVE) /, ''))).toEqual([
        '2 INBOX.Archiv',
        '3 "Shared.&ANw-bersee &- mehr"',
      ]);
    },
  );
});

describe('copying', () => {
  it('leaves the source unchanged, and reports the target UIDs if the server does', async () => {
    const { open, uids, target } = await mailServer();
    const copied = await (await open()).copyMessages('2:3,99', 'Target');
    expect(copied).toEqual({
      uidValidity: 7,
      uids: new Map([
        [2, 2],
        [3, 3],
      ]),
    });
    expect([uids(), target.messages.length]).toEqual([[1, 2, 3, 4, 5], 3]);
    const old = await mailServer({ capabilities: capabilitiesWithout('UIDPLUS') });
    expect(await (await old.open()).copyMessages('2:3', 'Target')).toEqual({ uidValidity: null, uids: null });
  });
});

describe('expunging', () => {
  it('is refused before any change if the server has no UIDPLUS', async () => {
    const { open, changes, uids } = await mailServer({ capabilities: capabilitiesWithout('UIDPLUS') });
    expect((await failureOf((await open()).expungeMessages('2'))).code).toBe('extension_unsupported');
    expect(changes()).toEqual([]);
    expect(uids()).toEqual([1, 2, 3, 4, 5]);
  });

  it('removes the named messages and not those that another client has marked', async () => {
    const { open, uids } = await mailServer();
    await (await open()).expungeMessages('2:3,99');
    expect(uids()).toEqual([1, 4, 5]);
  });

  it.each(['{tag} NO [NOPERM] No', '{tag} BAD No', '{tag} NO No', '{tag} NO [LIMIT] Rate limit hit.'])(
    'stops when marking is refused: %s',
    async (answer) => {
      const { open, changes, uids } = await mailServer({ script: replying({ 'UID STORE': lines(answer) }) });
      await failureOf((await open()).expungeMessages('2:3'));
      expect(changes()).toEqual(['UID STORE 2:3 +FLAGS (\\Deleted)']);
      expect(uids()).toEqual([1, 2, 3, 4, 5]);
    },
  );

  it('sends nothing in a mailbox that does not store \\Deleted', async () => {
    const script = replying({
      SELECT: edited((line) => [line.replace(/PERMANENTFLAGS \([^)]*\)/, 'PERMANENTFLAGS (\\Seen)')]),
    });
    const { open, changes } = await mailServer({ script });
    await failureOf((await open()).expungeMessages('2:3'));
    expect(changes()).toEqual([]);
  });
});

describe('setting flags', () => {
  it.each([
    ['add', ['\\Seen', 'later'], '+FLAGS (\\Seen later)', ['\\Seen', 'later']],
    ['remove', ['\\Seen'], '-FLAGS (\\Seen)', []],
  ] as const)('can %s them', async (operation, flags, sent, left) => {
    const { open, changes, inbox } = await mailServer();
    inbox.setFlags(2, operation === 'add' ? [] : ['\\Seen']);
    const session = await open();
    expect(await session.storeFlags('2,99', { operation, flags }, null)).toEqual({ conflict: false });
    expect(changes()).toEqual([`UID STORE 2,99 ${sent}`]);
    expect(inbox.find(2)?.flags).toEqual(left);
  });

  it('skips messages that changed meanwhile, and reports the conflict', async () => {
    const { open, changes, inbox } = await mailServer();
    const session = await open();
    const { highestModseq } = await session.select('INBOX', 'write');
    inbox.setFlags(3, ['\\Seen']);
    expect(await session.storeFlags('2:3', flagged, highestModseq)).toEqual({ conflict: true });
    expect(changes()).toEqual([`UID STORE 2:3 (UNCHANGEDSINCE ${highestModseq}) +FLAGS (\\Flagged)`]);
    expect([inbox.find(2)?.flags, inbox.find(3)?.flags]).toEqual([['\\Flagged'], ['\\Seen']]);
  });

  it('reports a conflict also when the server answers NO after a partial change (RFC 7162 section 3.1.3)', async () => {
    const script = replying({ 'UID STORE': edited((line) => [line.replace(' OK [MODIFIED', ' NO [MODIFIED')]) });
    const { open, inbox } = await mailServer({ script });
    const session = await open();
    const { highestModseq } = await session.select('INBOX', 'write');
    inbox.setFlags(3, ['\\Seen']);
    expect(await session.storeFlags('2:3', flagged, highestModseq)).toEqual({ conflict: true });
  });

  it.each([
    ['without CONDSTORE', capabilitiesWithout('CONDSTORE'), false],
    ['without ENABLE', capabilitiesWithout('ENABLE'), false],
    ['with NOMODSEQ', defaultCapabilities, true],
  ])('on a server %s is refused if it is conditional', async (_what, capabilities, noModseq) => {
    const inbox = createMailbox({ path: 'INBOX', noModseq, messages: messages(2) });
    const { open, changes } = await mailServer({ capabilities, ...account(inbox) });
    const failure = await failureOf((await open()).storeFlags('1', flagged, '5'));
    expect(failure.code).toBe('extension_unsupported');
    expect(changes()).toEqual([]);
  });

  it.each([[['\\Recent']], [['a b']], [['x)\r\nA1 EXPUNGE']], [['(']], [[]]])(
    'sends nothing for the flags %j',
    async (flags) => {
      const { open, changes } = await mailServer();
      const failure = await failureOf((await open()).storeFlags('1', { operation: 'add', flags }, null));
      expect(failure).toMatchObject({ code: 'invalid_payload', outcomeUnknown: false });
      expect(changes()).toEqual([]);
    },
  );

  it('is refused in a read-only mailbox', async () => {
    const inbox = createMailbox({ path: 'INBOX', readOnly: true, messages: messages(2) });
    const { server, changes } = await mailServer(account(inbox));
    const session = await connect(settingsFor(server));
    expect((await failureOf(session.select('INBOX', 'write'))).code).toBe('mailbox_read_only');
    await session.select('INBOX');
    await failureOf(session.storeFlags('1', flagged, null));
    expect(inbox.find(1)?.flags).toEqual([]);
    expect(changes().length).toBeLessThanOrEqual(1);
  });
});
