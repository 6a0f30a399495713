import { describe, expect, it } from 'vitest';
import { categoryOf } from '../../../functions/domain/failure/catalogue.ts';
import { createMailbox, type ImapServerOptions } from '../../../local/imap/server.ts';
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

const CHANGES: readonly Change[] = [
  {
    method: 'createMailbox',
    command: 'CREATE',
    sends: ['CREATE New', 'SUBSCRIBE New'],
    run: (session) => session.createMailbox('New'),
  },
  {
    method: 'renameMailbox',
    command: 'RENAME',
    sends: ['RENAME Old New'],
    run: (session) => session.renameMailbox('Old', 'New'),
  },
  { method: 'deleteMailbox', command: 'DELETE', sends: ['DELETE Old'], run: (session) => session.deleteMailbox('Old') },
];

async function mailServer(options: Partial<ImapServerOptions> = {}) {
  const old = createMailbox({ path: 'Old', uidValidity: 4, messages: messages(3) });
  // Any EXPUNGE sent by the method would remove it.
  old.setFlags(3, ['\\Deleted']);
  const server = await imapServer({
    ...account(createMailbox({ path: 'INBOX', messages: messages(2) }), old),
    ...options,
  });
  const session = await connect(settingsFor(server));
  const logins = server.log.length;
  return { server, session, old, sent: () => commandsOf(server).slice(logins) };
}

describe('a command that changes mailboxes', () => {
  it.each(CHANGES)('$method sends only its own commands', async ({ run, sends }) => {
    const { session, sent } = await mailServer();
    await run(session);
    expect(sent()).toEqual(sends);
  });

  it.each(REFUSALS)(
    'fails with $elsewhere and a known outcome when the answer is: $line',
    async ({ line, elsewhere }) => {
      for (const { method, command, run } of CHANGES) {
        // For creating a mailbox, an existing one is not a failure.
        if (method === 'createMailbox' && elsewhere === 'mailbox_exists') continue;
        const { session, server } = await mailServer({ script: replying({ [command]: lines(`{tag} ${line}`) }) });
        const failure = await failureOf(run(session));
        expect([method, failure.code]).toEqual([method, elsewhere]);
        expect(failure.outcomeUnknown).toBe(categoryOf(elsewhere) === 'transient');
        expect(server.log.at(-1)?.name).toBe(command);
      }
    },
  );

  it.each(CHANGES)('$method has an unknown outcome when no answer arrives', async ({ command, run }) => {
    for (const [reply, code] of [
      [drop, 'connection_closed'],
      [{ kind: 'drop', afterLines: 0 }, 'connection_closed'],
      [silence, 'provider_timeout'],
      [silence, 'deadline_exceeded'],
      [edited(() => ['* BYE Server shutting down.']), 'connection_closed'],
      [edited(() => ['* BYE Too many connections']), 'too_many_connections'],
    ] as const) {
      const { server } = await mailServer();
      const abort = new AbortController();
      const timeouts = code === 'provider_timeout' ? impatient : patient;
      const session = await connect(settingsFor(server), { timeouts, signal: abort.signal });
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

  it.each(CHANGES)('$method with a throttled $command was not carried out', async ({ command, run }) => {
    const throttled = lines('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds');
    const { session } = await mailServer({ script: replying({ [command]: throttled }) });
    const expected = { code: 'rate_limited', retryAfterMs: 92415, outcomeUnknown: false };
    expect(await failureOf(run(session))).toMatchObject(expected);
  });

  it.each(CHANGES)('$method sends complete names where personal mailboxes have a prefix', async ({ method }) => {
    const { session, sent } = await mailServer({
      script: replying({
        NAMESPACE: lines('* NAMESPACE (("INBOX." ".")) (("user." ".")) NIL', '{tag} OK'),
        CREATE: lines('{tag} OK'),
        RENAME: lines('{tag} OK'),
        DELETE: lines('{tag} OK'),
      }),
    });
    if (method === 'createMailbox') await session.createMailbox(session.nameFor('INBOX.Größe & mehr'));
    if (method === 'renameMailbox') await session.renameMailbox('INBOX.Old', 'user.carl.Old');
    if (method === 'deleteMailbox') await session.deleteMailbox('INBOX.Old.er');
    expect(sent()[0]).toBe(
      {
        createMailbox: 'CREATE "INBOX.Gr&APYA3w-e &- mehr"',
        renameMailbox: 'RENAME INBOX.Old user.carl.Old',
        deleteMailbox: 'DELETE INBOX.Old.er',
      }[method],
    );
  });
});

describe('creating a mailbox', () => {
  it('is no failure if it already exists', async () => {
    const { session } = await mailServer();
    expect(await session.createMailbox('New')).toBe(true);
    expect(await session.createMailbox('New')).toBe(false);
  });

  it.each(['{tag} NO Not here', '{tag} BAD Unknown command'])(
    'succeeds even if the server refuses the subscription: %s',
    async (answer) => {
      const { session } = await mailServer({ script: replying({ SUBSCRIBE: lines(answer) }) });
      expect(await session.createMailbox('New')).toBe(true);
      expect(session.usable).toBe(true);
    },
  );

  it('succeeds even if the connection drops before the subscription', async () => {
    const { session } = await mailServer({ script: replying({ SUBSCRIBE: drop }) });
    expect(await session.createMailbox('New')).toBe(true);
    expect(session.usable).toBe(false);
  });
});

describe('a selected mailbox', () => {
  for (const capabilities of [capabilitiesWithout(), capabilitiesWithout('UNSELECT')]) {
    const which = capabilities.includes('UNSELECT') ? 'with' : 'without';

    it.each(CHANGES.slice(1))(
      `is left without expunging before $method, ${which} UNSELECT`,
      async ({ run, command }) => {
        const { session, sent, old } = await mailServer({ capabilities });
        await session.select('Old', 'write');
        const before = sent().length;
        await run(session);
        const then = sent().slice(before);
        expect(then.map((each) => each.split(' ')[0])).toEqual(['EXAMINE', command]);
        expect(then[0]).toMatch(/^EXAMINE INBOX/);
        expect(old.messages.map(({ uid }) => uid)).toEqual([1, 2, 3]);
      },
    );
  }

  it.each(CHANGES.slice(1))('that cannot be left stays: $method is not sent', async ({ run, command }) => {
    for (const [reply, code] of [
      [lines('{tag} NO [UNAVAILABLE] Backend down'), 'provider_unavailable'],
      [drop, 'connection_closed'],
    ] as const) {
      const { session, sent, server } = await mailServer();
      await session.select('Old', 'write');
      server.script = replying({ EXAMINE: reply });
      expect((await failureOf(run(session))).code).toBe(code);
      expect(sent().filter((each) => each.startsWith(command))).toEqual([]);
    }
  });
});

describe('the status of a mailbox', () => {
  it('comes from STATUS, without mod-sequences if there are none', async () => {
    const { session, sent } = await mailServer();
    const state = { uidValidity: 4, uidNext: 4, messages: 3 };
    expect(await session.status('Old')).toEqual({ ...state, highestModseq: '5' });
    expect(sent()).toEqual(['STATUS Old (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)']);
    const plain = await mailServer({ capabilities: capabilitiesWithout('CONDSTORE') });
    expect(await plain.session.status('Old')).toEqual({ ...state, highestModseq: null });
    expect(plain.sent()).toEqual(['STATUS Old (MESSAGES UIDNEXT UIDVALIDITY)']);
  });

  it.each(REFUSALS)('fails with $elsewhere when STATUS is answered: $line', async ({ line, elsewhere }) => {
    const { session } = await mailServer({ script: replying({ STATUS: lines(`{tag} ${line}`) }) });
    expect((await failureOf(session.status('Old'))).code).toBe(elsewhere);
  });

  it.each([
    '{tag} NO Nope.',
    '{tag} NO Mailbox does not exist',
    '{tag} NO [NONEXISTENT] Unknown Mailbox: Gone (Failure)',
  ])('is mailbox_not_found when LIST does not know it either: %s', async (answer) => {
    const { session } = await mailServer({ script: replying({ STATUS: lines(answer) }) });
    expect((await failureOf(session.status('Gone'))).code).toBe('mailbox_not_found');
  });

  it.each([
    [drop, 'connection_closed'],
    [lines('* BYE Too many connections'), 'too_many_connections'],
    [lines('{tag} OK'), 'protocol_error'],
    [lines('* STATUS Old (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 0)', '{tag} OK'), 'protocol_error'],
    [lines('* STATUS Old (UIDNEXT 4 UIDVALIDITY 4)', '{tag} OK'), 'protocol_error'],
  ] as const)('is an error when the answer is %j', async (reply, code) => {
    const { session } = await mailServer({ script: replying({ STATUS: reply }) });
    expect(await failureOf(session.status('Old'))).toMatchObject({ code, outcomeUnknown: false });
  });

  it('has no UIDNEXT when the server sends none', async () => {
    const reply = lines('* STATUS Old (MESSAGES 3 UIDVALIDITY 4)', '{tag} OK');
    const { session } = await mailServer({ script: replying({ STATUS: reply }) });
    expect(await session.status('Old')).toMatchObject({ uidNext: null, uidValidity: 4, messages: 3 });
  });

  describe('a SELECT without UIDNEXT', () => {
    const old = lines('* 5 EXISTS', '* OK [UIDVALIDITY 4] x', '{tag} OK [READ-ONLY] done');

    it('fails when the connection is lost during the following STATUS', async () => {
      const { session } = await mailServer({ script: replying({ EXAMINE: old, STATUS: drop }) });
      expect((await failureOf(session.select('Old'))).code).toBe('connection_closed');
    });

    it.each(['{tag} NO [UNAVAILABLE] Backend down', '{tag} OK'])(
      'gives no UIDNEXT when STATUS answers %s',
      async (answer) => {
        const { session } = await mailServer({ script: replying({ EXAMINE: old, STATUS: lines(answer) }) });
        expect(await session.select('Old')).toMatchObject({ uidNext: null, uidValidity: 4, messages: 5 });
      },
    );
  });
});
